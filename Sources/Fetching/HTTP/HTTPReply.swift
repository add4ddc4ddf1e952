/// The head of a server's reply.
struct HTTPReply: Sendable {
  /// Such as 200 or 404.
  var status = 0
  /// By their names in lower case; of several of a name, the last.
  var headers: [String: String] = [:]

  /// Whether what was asked for comes with it.
  var isSuccess: Bool { (200..<300).contains(status) }

  /// Whether it is elsewhere.
  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) && headers["location"] != nil }

  /// Whether asking again later may help.
  var isPassing: Bool { status == 408 || status == 429 || (500..<600).contains(status) }

  /// The length of the body, where the server tells it.
  var byteCount: Int? { headers["content-length"].flatMap(Int.init).flatMap { $0 < 0 ? nil : $0 } }

  /// Reads a line of the head; a status line begins it anew.
  mutating func read(_ line: String) {
    let line = line.trimmingSuffix { $0.isNewline || $0 == " " }
    if line.hasPrefix("HTTP/") {
      let parts = line.split(separator: " ")
      self = HTTPReply(status: parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    } else if let colon = line.firstIndex(of: ":"), headers.count < 200 {
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers[line[..<colon].lowercased()] = String(value)
    }
  }
}

extension StringProtocol {
  fileprivate func trimmingSuffix(while isLeftOut: (Character) -> Bool) -> SubSequence {
    var end = endIndex
    while end > startIndex, isLeftOut(self[index(before: end)]) { end = index(before: end) }
    return self[..<end]
  }
}
