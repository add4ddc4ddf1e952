package import Serialization

/// What a request is refused with, in the shape that OpenAI's clients read.
package struct APIError: Error, Hashable, Sendable {
  /// The HTTP status; clients choose the class of the exception by it.
  package let status: Int
  /// What is wrong, and what to do.
  package let message: String
  /// `invalid_request_error` or the like.
  package let type: String
  /// The field of the request that is meant; nil for none.
  package let param: String?
  /// What programs tell errors apart by; nil for none.
  package let code: String?

  private init(
    _ status: Int, _ message: String, type: String = "invalid_request_error", param: String? = nil,
    code: String? = nil
  ) {
    (self.status, self.message, self.type) = (status, message, type)
    (self.param, self.code) = (param, code)
  }

  /// The body of the reply.
  package var json: JSONValue {
    [
      "error": [
        "message": .string(message), "type": .string(type),
        "param": param.map { .string($0) } ?? nil,
        "code": code.map { .string($0) } ?? nil,
      ]
    ]
  }
}

extension APIError {
  /// A field is missing, or is not what it has to be.
  static func invalid(_ message: String, param: String? = nil, code: String? = nil) -> APIError {
    APIError(400, message, param: param, code: code)
  }

  /// The body is no JSON object.
  static func notJSON(_ detail: String) -> APIError {
    APIError(400, "The body of the request is not valid JSON: \(detail).")
  }

  /// There is no such thing under that name.
  static func notFound(_ kind: String, _ id: String, param: String = "id") -> APIError {
    APIError(404, "No such \(kind): \(id).", param: param, code: "not_found")
  }

  /// No model answers to that name.
  static func noModel(_ name: String, known: [String]) -> APIError {
    let list = known.isEmpty ? "" : " There are: \(known.prefix(8).joined(separator: ", "))."
    return APIError(
      404, "The model `\(name)` does not exist here.\(list)", param: "model",
      code: "model_not_found")
  }

  /// No route has that path.
  static func unknownPath(_ method: String, _ path: String) -> APIError {
    APIError(404, "Unknown request URL: \(method) \(path).", code: "unknown_url")
  }

  /// The path is known, with other methods.
  static func wrongMethod(_ method: String, allowed: [String]) -> APIError {
    APIError(
      405, "\(method) is not allowed here; \(allowed.joined(separator: ", ")) is.",
      code: "method_not_supported")
  }

  /// The key is missing or another one.
  package static let wrongKey = APIError(
    401, "Incorrect API key provided, or none. The server was started with --key-file.",
    code: "invalid_api_key")

  /// The request came for another host's name: a page of another origin may have sent it.
  package static let wrongHost = APIError(
    403, "The Host header names another machine than this server's address.", code: "wrong_host")

  /// A page of another origin sent it.
  package static let wrongOrigin = APIError(
    403, "Pages of other origins may not use this server.", code: "wrong_origin")

  /// The body is longer than the server takes.
  package static func tooLarge(limit: Int) -> APIError {
    APIError(
      413, "The body of the request is larger than \(limit >> 20) MB.",
      code: "request_too_large")
  }

  /// Whoever asked has closed the connection, or its sending half, and the work for it has ended.
  package static let gone = APIError(
    499, "The connection was closed before the answer.", code: "client_closed_request")

  /// Too many requests wait already.
  static let busy = APIError(
    429, "Too many requests are waiting; try again in a moment.", type: "rate_limit_error",
    code: "rate_limit_exceeded")

  /// The prompt leaves no room for an answer.
  static func tooLong(_ count: Int, limit: Int) -> APIError {
    APIError(
      400, "This model's maximum context length is \(limit) tokens. Your messages have \(count).",
      param: "messages", code: "context_length_exceeded")
  }

  /// What a job is asked for does not go with its state.
  static func wrongState(_ message: String) -> APIError {
    APIError(400, message, code: "invalid_job_state")
  }

  /// The server could not do it, though the request was right.
  package static func failed(_ message: String) -> APIError {
    APIError(500, message, type: "server_error")
  }

  /// It took longer than the server allows.
  static func timedOut(seconds: Int) -> APIError {
    APIError(
      408, "The answer was not finished within \(seconds) seconds.", type: "server_error",
      code: "timeout")
  }
}
