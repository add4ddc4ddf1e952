import CCurl
import Execution

/// Asks servers, one question at a time, on the caller's thread.
///
/// libcurl speaks HTTP and TLS and follows the proxies of the environment. Redirects are followed
/// here rather than there, so that a secret never goes to another host than the one it is for.
struct HTTPClient: Sendable {
  /// Asked while waiting; a request to stop ends the exchange.
  let stop: StopFlag
  /// A file of certificates in the place of the system's; nil for those.
  var certificates: String?
  /// Seconds without a byte after which a server counts as gone.
  var patience = 60

  /// A question.
  struct Request {
    var address: WebAddress
    /// Names and values; none has a line break.
    var headers: [(name: String, value: String)] = []
    /// What is sent as `Authorization`, to the host of the address only.
    var secret: String?
    /// Whether only the head of the reply is wanted.
    var isHead = false
    /// `GET`, unless there is a body or another method is named.
    var method: String?
    /// What is sent; nil for nothing.
    var body: [UInt8]?
    /// Whether the body of a refusal is wanted too.
    var takesRefusals = false
    /// Redirects to other hosts are given back rather than followed.
    var staysAtHost = false
  }

  /// What comes back: where it came from in the end, and the head of the reply.
  typealias Answer = (address: WebAddress, reply: HTTPReply)

  /// Asks, follows redirects, and hands on the body of a success in pieces.
  ///
  /// - Throws: ``FetchError/unreachable(address:detail:)``, ``FetchError/stopped``, and what
  ///   `receive` throws.
  func ask(
    _ request: Request,
    receive: (HTTPReply, UnsafeRawBufferPointer) throws(FetchError) -> Void
  ) throws(FetchError) -> Answer {
    var request = request
    for _ in 0..<10 {
      let reply = try exchange(request, receive: receive)
      guard reply.isRedirect, let location = reply.headers["location"] else {
        return (request.address, reply)
      }
      guard let next = request.address.following(location) else {
        throw .unreachable(
          address: request.address.text, detail: "it leads to \(quoted(location)), no web address")
      }
      if next.host != request.address.host, request.staysAtHost {
        return (request.address, reply)
      }
      if !request.address.shares(secretsWith: next) { request.secret = nil }
      request.address = next
    }
    throw .unreachable(address: request.address.text, detail: "it leads on and on")
  }

  /// Asks for something small.
  ///
  /// - Throws: as ``ask(_:receive:)``; ``FetchError/tooLong(address:limit:)``.
  func text(
    _ request: Request, limit: Int = 64 << 20
  ) throws(FetchError) -> (answer: Answer, body: [UInt8]) {
    var body: [UInt8] = []
    let address = request.address.text
    let answer = try ask(request) { (_, bytes) throws(FetchError) in
      guard body.count + bytes.count <= limit else {
        throw .tooLong(address: address, limit: limit)
      }
      body += bytes
    }
    return (answer, body)
  }

  /// One question and its reply.
  private func exchange(
    _ request: Request,
    receive: (HTTPReply, UnsafeRawBufferPointer) throws(FetchError) -> Void
  ) throws(FetchError) -> HTTPReply {
    try withoutActuallyEscaping(receive) { (receive) throws(FetchError) in
      let exchange = Exchange(
        stop: stop, takesRefusals: request.takesRefusals, receive: receive)
      guard let curl = curl_easy_init() else {
        throw .unreachable(address: request.address.text, detail: "libcurl did not start")
      }
      defer { curl_easy_cleanup(curl) }
      let headers = set(request, on: curl, exchange)
      defer { curl_slist_free_all(headers) }
      let code = perform(curl, sending: request.body)
      if let failure = exchange.failure { throw failure }
      guard code == CURLE_OK else {
        throw .unreachable(
          address: request.address.text, detail: String(cString: curl_easy_strerror(code)))
      }
      return exchange.reply
    }
  }

  /// Sends what there is to send, and takes the reply.
  private func perform(_ curl: UnsafeMutableRawPointer, sending body: [UInt8]?) -> CURLcode {
    guard let body else { return curl_easy_perform(curl) }
    return body.withUnsafeBytes { bytes in
      ft_curl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
      // Safety: the bytes outlive the call, and libcurl only reads them.
      ft_curl_set_pointer(
        curl, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
      return curl_easy_perform(curl)
    }
  }

  /// Tells libcurl what is asked; the headers are to be freed after the exchange.
  private func set(
    _ request: Request, on curl: UnsafeMutableRawPointer, _ exchange: Exchange
  ) -> UnsafeMutablePointer<curl_slist>? {
    ft_curl_set_text(curl, CURLOPT_URL, request.address.text)
    ft_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https")
    ft_curl_set_text(curl, CURLOPT_USERAGENT, "tunebook")
    ft_curl_set_number(curl, CURLOPT_NOSIGNAL, 1)
    ft_curl_set_number(curl, CURLOPT_CONNECTTIMEOUT, 20)
    ft_curl_set_number(curl, CURLOPT_LOW_SPEED_LIMIT, 1)
    ft_curl_set_number(curl, CURLOPT_LOW_SPEED_TIME, patience)
    if request.body != nil { ft_curl_set_number(curl, CURLOPT_POST, 1) }
    if let method = request.method { ft_curl_set_text(curl, CURLOPT_CUSTOMREQUEST, method) }
    if request.isHead { ft_curl_set_number(curl, CURLOPT_NOBODY, 1) }
    if let certificates { ft_curl_set_text(curl, CURLOPT_CAINFO, certificates) }
    var headers: UnsafeMutablePointer<curl_slist>?
    var lines = request.headers.map { "\($0.name): \($0.value)" }
    if let secret = request.secret { lines.append("Authorization: \(secret)") }
    for line in lines { headers = curl_slist_append(headers, line) ?? headers }
    ft_curl_set_headers(curl, headers)

    // Safety: the exchange outlives `curl_easy_perform`, which alone calls these.
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    ft_curl_set_pointer(curl, CURLOPT_HEADERDATA, context)
    ft_curl_set_receiver(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      Exchange.at(context)?.takeHead(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
    ft_curl_set_pointer(curl, CURLOPT_WRITEDATA, context)
    ft_curl_set_receiver(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      Exchange.at(context)?.takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
    ft_curl_set_number(curl, CURLOPT_NOPROGRESS, 0)
    ft_curl_set_pointer(curl, CURLOPT_XFERINFODATA, context)
    ft_curl_set_progress(curl) { context, _, _, _, _ in Exchange.at(context)?.look() ?? 1 }
    return headers
  }
}

/// An exchange under way: what libcurl's functions are called with.
private final class Exchange {
  private(set) var reply = HTTPReply()
  private(set) var failure: FetchError?
  private let stop: StopFlag
  private let takesRefusals: Bool
  private let receive: (HTTPReply, UnsafeRawBufferPointer) throws(FetchError) -> Void

  init(
    stop: StopFlag, takesRefusals: Bool,
    receive: @escaping (HTTPReply, UnsafeRawBufferPointer) throws(FetchError) -> Void
  ) {
    self.stop = stop
    self.takesRefusals = takesRefusals
    self.receive = receive
  }

  static func at(_ context: UnsafeMutableRawPointer?) -> Exchange? {
    context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Takes a line of the head; gives the number of bytes it took.
  func takeHead(_ bytes: UnsafeRawBufferPointer) -> Int {
    reply.read(String(decoding: bytes, as: UTF8.self))
    return bytes.count
  }

  /// Takes a piece of the body; another number than that of the bytes ends the exchange.
  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard reply.isSuccess || takesRefusals else { return bytes.count }
    do throws(FetchError) {
      try receive(reply, bytes)
      return bytes.count
    } catch {
      failure = error
      return bytes.isEmpty ? 1 : 0
    }
  }

  /// Called about once a second, and oftener while bytes come; other than 0 ends the exchange.
  func look() -> CInt {
    guard stop.isRequested else { return 0 }
    failure = .stopped
    return 1
  }
}
