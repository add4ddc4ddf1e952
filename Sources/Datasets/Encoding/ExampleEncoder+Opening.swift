import Serialization

/// What comes before an answer that nobody asked for.
extension ExampleEncoder {
  /// Returns what generation starts from to write message `index`, which `text` ends with.
  ///
  /// Before any message of a user, many templates write nothing without messages, or another
  /// beginning. The start of an assistant's turn is then the one that they write after a user.
  ///
  /// - Throws: ``ProblemReason/templateFailed(detail:)``,
  ///   ``ProblemReason/templateRewritesHistory(turn:)``.
  func opening(
    of index: Int, in turns: [Turn], writtenAs text: String
  ) throws(ProblemReason) -> String {
    let past = Array(turns[..<index])
    let isFirst = !past.contains { $0.role == .user || $0.role == .tool }
    do throws(ProblemReason) {
      let before = try render(past, addingGenerationPrompt: true)
      let isOpen = Self.remainder(of: text, after: before) != nil
      guard isFirst, !isOpen else { return before }
    } catch {
      guard isFirst else { throw error }
    }
    if let start = place(of: turns[index], after: past, in: text) {
      return String(decoding: text.utf8.prefix(start), as: UTF8.self)
    }
    // What is not trained may begin anywhere.
    guard turns[index].isTrained else { return "" }
    throw .templateFailed(
      detail: "it does not tell where an answer begins that comes before the user's messages")
  }

  /// Returns where in `text`, in bytes, the assistant begins to write; nil when that is not clear.
  private func place(of turn: Turn, after past: [Turn], in text: String) -> Int? {
    let asked = past + [Turn(.user, "?")]
    let header = (try? render(asked, addingGenerationPrompt: true)).flatMap { open in
      (try? render(asked, addingGenerationPrompt: false)).flatMap {
        Self.remainder(of: open, after: $0)
      }
    }
    let bytes = Array(text.utf8)
    let content = Self.withoutSpace(turn.content)
    if let header = header.map({ Array($0.utf8) }), !header.isEmpty {
      for start in Self.places(of: header, in: bytes) {
        let rest = String(decoding: bytes[(start + header.count)...], as: UTF8.self)
        if Self.withoutSpace(rest).contains(content) { return start + header.count }
      }
      return nil
    }
    // A template without such a start: the answer begins with its own words.
    let words = Array(turn.content.trimmed.utf8)
    return words.isEmpty || !turn.fields.isEmpty ? nil : Self.places(of: words, in: bytes).last
  }

  /// Returns all places where `part`, which is not empty, begins in `bytes`.
  private static func places(of part: [UInt8], in bytes: [UInt8]) -> [Int] {
    guard part.count <= bytes.count else { return [] }
    return (0...bytes.count - part.count).filter { bytes[$0...].starts(with: part) }
  }
}

extension String {
  /// The text without white space at its ends.
  fileprivate var trimmed: Substring {
    let start = drop { $0.isWhitespace }
    let spaces = start.reversed().prefix { $0.isWhitespace }.count
    return start.dropLast(spaces)
  }
}
