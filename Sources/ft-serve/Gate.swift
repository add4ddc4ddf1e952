import Foundation
import HTTPTypes
import Hummingbird
import Serialization
import Serving

/// Lets requests in that may come in, and carries them to the service and its answers back.
struct Gate: HTTPResponder {
  private let service: Service
  private let keys: [String]
  private let names: Set<String>

  /// - Parameters:
  ///   - service: what answers.
  ///   - keys: one of which requests have; none asks for none.
  ///   - host: where is listened.
  ///   - port: on which port.
  init(_ service: Service, keys: [String], host: String, port: Int) {
    self.service = service
    self.keys = keys
    let own = Self.isLoopback(host) ? ["localhost", "127.0.0.1", "[::1]"] : []
    names = Set((own + [host, "[\(host)]"]).flatMap { [$0, "\($0):\(port)"] })
  }

  /// Whether an address is this machine's own, which no other reaches.
  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    do throws(APIError) {
      try check(request)
      return try await answer(request)
    } catch { return Self.response(error) }
  }

  /// - Throws: ``APIError`` for who may not come in.
  ///
  /// A page of another origin can send requests to this machine's address, by its own name for it or
  /// not; neither is let in.
  private func check(_ request: Request) throws(APIError) {
    guard let host = request.head.authority?.lowercased(), !keys.isEmpty || names.contains(host)
    else { throw .wrongHost }
    if let origin = request.headers[.origin], origin.lowercased() != "http://\(host)" {
      throw .wrongOrigin
    }
    guard !keys.isEmpty, request.uri.path.hasPrefix("/v1") else { return }
    let given = request.headers[.authorization] ?? ""
    let key = given.hasPrefix("Bearer ") ? String(given.dropFirst("Bearer ".count)) : ""
    guard keys.contains(where: { Self.areEqual($0, key) }) else { throw .wrongKey }
  }

  /// Compares in a time that tells nothing of where texts differ.
  private static func areEqual(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | $1.0 ^ $1.1 } == 0
  }

  private func answer(_ request: Request) async throws(APIError) -> Response {
    let limit = Service.bodyLimit(request.uri.path)
    let reply: Result<APIReply, APIError>
    do {
      // Nobody answers one who has gone away: the work for it ends.
      reply = try await request.body.consumeWithCancellationOnInboundClose { body in
        do throws(APIError) {
          return .success(
            try await service.answer(request.asked(try await Self.bytes(of: body, limit))))
        } catch { return .failure(error) }
      }
    } catch { throw .gone }
    return try Self.response(try reply.get())
  }

  private static func bytes(of body: RequestBody, _ limit: Int) async throws(APIError) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      for try await buffer in body {
        guard bytes.count + buffer.readableBytes <= limit else {
          throw APIError.tooLarge(limit: limit)
        }
        bytes += buffer.readableBytesView
      }
    } catch let error as APIError { throw error } catch { throw .gone }
    return bytes
  }

  // MARK: Replies

  private static func response(_ error: APIError) -> Response {
    json(error.json, .init(code: error.status))
  }

  private static func json(_ value: JSONValue, _ status: HTTPResponse.Status) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(string: value.text)))
  }

  private static func response(_ reply: APIReply) throws(APIError) -> Response {
    switch reply {
    case .json(let value): return json(value, .ok)
    case .text(let text, let type):
      return Response(
        status: .ok, headers: [.contentType: type],
        body: .init(byteBuffer: ByteBuffer(string: text)))
    case .events(let events, let hasDone):
      return Response(
        status: .ok,
        headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache"],
        body: .init { writer in
          do {
            for try await event in events {
              try await writer.write(ByteBuffer(string: "data: \(event.text)\n\n"))
            }
            if hasDone { try await writer.write(ByteBuffer(string: "data: [DONE]\n\n")) }
          } catch let error as APIError {
            try await writer.write(ByteBuffer(string: "data: \(error.json.text)\n\n"))
          }
          try await writer.finish(nil)
        })
    case .file(let path, let type, let name, let isTemporary):
      return try file(path, type: type, name: name, isTemporary: isTemporary)
    }
  }

  private static func file(
    _ path: String, type: String, name: String?, isTemporary: Bool
  ) throws(APIError) -> Response {
    guard let handle = FileHandle(forReadingAtPath: path),
      let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    else { throw .failed("The file is gone.") }
    // Once it is open its name is not needed.
    if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    var headers: HTTPFields = [.contentType: type]
    if let name {
      let plain = name.filter { $0.isASCII && $0 != "\"" && $0 != "\\" && !$0.isNewline }
      headers[.contentDisposition] = "attachment; filename=\"\(plain)\""
    }
    let open = OpenHandle(handle)
    return Response(
      status: .ok, headers: headers,
      body: .init(contentLength: size) { writer in
        defer { try? open.handle.close() }
        var left = size
        while left > 0, let data = try open.handle.read(upToCount: min(left, 1 << 18)),
          !data.isEmpty
        {
          left -= data.count
          try await writer.write(ByteBuffer(bytes: data))
        }
        try await writer.finish(nil)
      })
  }
}

/// A file that one reply reads.
///
/// `@unchecked Sendable`: only the reply's body touches it.
private final class OpenHandle: @unchecked Sendable {
  let handle: FileHandle
  init(_ handle: FileHandle) { self.handle = handle }
}

extension Request {
  /// The request as the service knows it.
  fileprivate func asked(_ body: [UInt8]) -> APIRequest {
    var fields: [String: String] = [:]
    for field in headers { fields[field.name.canonicalName] = field.value }
    return APIRequest(
      method: method.rawValue, target: head.path ?? "/", headers: fields, body: body)
  }
}
