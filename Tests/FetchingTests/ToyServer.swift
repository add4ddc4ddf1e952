import Foundation
import Synchronization

/// A web server on this machine that answers as it is told, a connection at a time.
final class ToyServer: Sendable {
  struct Request: Sendable {
    let method: String
    let path: String
    let headers: [String: String]
  }

  struct Reply {
    var status = 200
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// The body breaks off after so many bytes.
    var breaksAfter: Int?
  }

  /// What was asked, in order.
  private final class Log: Sendable {
    private let requests = Mutex<[Request]>([])
    var all: [Request] { requests.withLock { $0 } }
    func add(_ request: Request) { requests.withLock { $0.append(request) } }
  }

  let port: UInt16
  private let descriptor: Int32
  private let log = Log()
  private let answer: @Sendable (Request) -> Reply

  var address: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { log.all }

  init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
    self.answer = answer
    let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, length) == 0 && listen(listening, 8) == 0
          && getsockname(listening, $0, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: place.sin_port)
    descriptor = listening
    let log = log
    Thread.detachNewThread {
      while true {
        let client = accept(listening, nil, nil)
        guard client >= 0 else { return }
        Self.serve(client, log, answer)
        close(client)
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private static func serve(
    _ client: Int32, _ log: Log, _ answer: (Request) -> Reply
  ) {
    var text = ""
    var bytes = [UInt8](repeating: 0, count: 4096)
    while !text.contains("\r\n\r\n") {
      let count = recv(client, &bytes, bytes.count, 0)
      guard count > 0 else { return }
      text += String(decoding: bytes[..<count], as: UTF8.self)
    }
    let lines = text.split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = line[line.index(after: colon)...]
        .trimmingCharacters(in: .whitespaces)
    }
    let request = Request(method: String(words[0]), path: String(words[1]), headers: headers)
    log.add(request)
    var reply = answer(request)
    var body = reply.body
    if let range = headers["range"], reply.status == 200, reply.headers["no-ranges"] == nil,
      let start = Int(range.dropFirst("bytes=".count).dropLast())
    {
      if start >= body.count {
        (reply.status, body) = (416, [])
      } else {
        reply.headers["Content-Range"] = "bytes \(start)-\(body.count - 1)/\(body.count)"
        (reply.status, body) = (206, Array(body[start...]))
      }
    }
    var head = "HTTP/1.1 \(reply.status) Said\r\nContent-Length: \(body.count)\r\n"
    for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
    send(client, Array((head + "Connection: close\r\n\r\n").utf8))
    if request.method != "HEAD" {
      send(client, Array(body.prefix(reply.breaksAfter ?? body.count)))
    }
  }

  private static func send(_ client: Int32, _ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes {
        Foundation.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      start += count
    }
  }
}
