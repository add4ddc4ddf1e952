/// A path that is answered: a declaration each, and nothing else is.
struct Route: Sendable {
  /// What answers, with the parts of the path that stand for a name.
  typealias Answer = @Sendable (Service, APIRequest, [String]) async throws -> APIReply

  /// The method.
  let method: String
  /// The path's parts; one in braces stands for any.
  let path: [String]
  /// Answers a request.
  let answer: Answer

  init(_ method: String, _ path: String, _ answer: @escaping Answer) {
    self.method = method
    self.path = path.split(separator: "/").map(String.init)
    self.answer = answer
  }

  /// The parts that stand for names; nil when the path is another one.
  func names(in parts: [String]) -> [String]? {
    guard parts.count == path.count else { return nil }
    var names: [String] = []
    for (mine, other) in zip(path, parts) {
      if mine.hasPrefix("{") { names.append(other) } else if mine != other { return nil }
    }
    return names
  }

  /// Every path.
  static let all: [Route] = page + files + jobs + models + chat
}

extension Service {
  /// Answers a request.
  ///
  /// - Throws: ``APIError``, of whatever kind the fault is.
  package func answer(_ request: APIRequest) async throws(APIError) -> APIReply {
    let fitting = Route.all.compactMap { route in
      route.names(in: request.path).map { (route, $0) }
    }
    let path = "/" + request.path.joined(separator: "/")
    guard !fitting.isEmpty else { throw .unknownPath(request.method, path) }
    guard let (route, names) = fitting.first(where: { $0.0.method == request.method }) else {
      throw .wrongMethod(request.method, allowed: fitting.map(\.0.method))
    }
    do { return try await route.answer(self, request, names) } catch let error as APIError {
      throw error
    } catch is CancellationError { throw .gone } catch { throw .failed("\(error)") }
  }
}
