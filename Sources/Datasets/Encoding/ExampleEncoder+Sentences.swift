/// How whole texts are read that become vectors.
package struct SentenceReading: Hashable, Sendable {
  /// What is put before every text.
  package var prompt = ""
  /// Whether capital letters become small before the text is split.
  package var lowercases = false
  /// The most tokens of a text, those added before and after it among them; the rest is cut off.
  package var limit: Int

  package init(limit: Int) { self.limit = limit }

  /// Returns the tokens of a text, and whether its end was cut off.
  package func tokens(
    of text: String, by encoder: any TextEncoder
  ) -> (ids: [Int32], isCut: Bool) {
    let whole = lowercases ? (prompt + text).lowercased() : prompt + text
    return encoder.encode(whole, limit: limit)
  }
}

/// Rows of texts that are compared, as tokens.
extension ExampleEncoder {
  /// Returns the texts of a row; `isCut` says that one was longer than texts may be, and its end is left
  /// out, unless it was asked to leave out such rows, or to refuse them.
  func compared(
    _ example: Example, _ reading: SentenceReading, row: Int
  ) throws(ProblemReason) -> (sequence: EncodedExample, isCut: Bool) {
    var reading = reading
    if let policy = options.longRows, policy != .cut { reading.limit = .max }
    var (texts, isCut): ([[Int32]], Bool) = ([], false)
    for text in example.texts {
      let tokens = reading.tokens(of: text, by: encoder)
      guard !tokens.ids.isEmpty else { throw .trainsNothing }
      texts.append(try options.checked(tokens.ids))
      isCut = isCut || tokens.isCut
    }
    guard texts.count > 1 else { throw .trainsNothing }
    let goal: EncodedExample.Goal =
      if case .alike(_, _, let score) = example.content {
        .alike(texts[1], score: score)
      } else {
        .match(positive: texts[1], negatives: Array(texts[2...]))
      }
    return (
      EncodedExample(
        ids: texts[0], lossMask: texts[0].map { _ in false }, row: row, goal: goal), isCut
    )
  }
}
