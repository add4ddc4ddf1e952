package import Serialization

/// A line of a cell's output as notebook files have it: by its first characters people and `verify`
/// see what it is.
///
///     hello                          printed by the script
///     | dev: loss 1.4142             shown by a command; not compared
///     => eval: {"loss":1.4142}       what a command gave
///     = 42                           what the cell gave
///
/// A printed line that begins like one of the others has a `\` before it.
package enum OutputLine: Hashable, Sendable {
  case printed(String)
  case shown(String)
  case result(command: String, JSONValue)
  case value(JSONValue)

  /// Reads a line; what is none of the marked kinds was printed.
  package init(_ text: String) {
    if text.hasPrefix("\\") {
      self = .printed(String(text.dropFirst()))
    } else if text == "|" {
      self = .shown("")
    } else if text.hasPrefix("| ") {
      self = .shown(String(text.dropFirst(2)))
    } else if let line = Self.result(text) ?? Self.value(text) {
      self = line
    } else {
      self = .printed(text)
    }
  }

  /// The line as it is written.
  package var text: String {
    switch self {
    case .printed(let text): Self.isMarked(text) ? "\\" + text : text
    case .shown(let text): text.isEmpty ? "|" : "| " + text
    case .result(let command, let value): "=> \(command): \(value.text)"
    case .value(let value): "= \(value.text)"
    }
  }

  private static func isMarked(_ text: String) -> Bool {
    text.first.map { "\\|=".contains($0) } ?? false
  }

  private static func result(_ text: String) -> OutputLine? {
    guard text.hasPrefix("=> "), let colon = text.firstRange(of: ": "),
      let value = json(text[colon.upperBound...])
    else { return nil }
    return .result(command: String(text[..<colon.lowerBound].dropFirst(3)), value)
  }

  private static func value(_ text: String) -> OutputLine? {
    guard text.hasPrefix("= ") else { return nil }
    return json(text.dropFirst(2)).map { .value($0) }
  }

  private static func json(_ text: Substring) -> JSONValue? {
    try? JSONValue(parsing: Array(text.utf8))
  }
}
