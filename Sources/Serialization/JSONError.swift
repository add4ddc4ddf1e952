/// Why a text is not JSON, where, and what to do about it.
package struct JSONError: Error, Hashable, Sendable {
  /// Bytes before the place.
  package let offset: Int
  /// The line, from 1.
  package let line: Int
  /// The column, from 1, in characters as a reader counts them.
  package let column: Int
  /// What was found and what was expected, as one sentence without its place.
  package let message: String
  /// What to type instead, when there is a likely slip.
  package let hint: String?

  /// Makes an error at `offset` of `bytes`, working out line and column.
  init(_ message: String, hint: String? = nil, at offset: Int, of bytes: [UInt8]) {
    let before = bytes.prefix(offset)
    let lineStart = (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    self.offset = offset
    line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    column = String(decoding: before[lineStart...], as: UTF8.self).count + 1
    self.message = message
    self.hint = hint
  }
}

extension JSONError: CustomStringConvertible {
  /// Place, message and hint in one line.
  package var description: String {
    "line \(line), column \(column): \(message)" + (hint.map { " (\($0))" } ?? "")
  }
}
