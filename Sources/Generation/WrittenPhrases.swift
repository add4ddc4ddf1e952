/// What models wrote before, in which later answers may find how they go on: a tuned model has phrases of
/// its own.
package final class WrittenPhrases {
  private(set) var text = LookupText()

  package init() {}

  /// Tokens that are kept: some hundred answers.
  private static let most = 1 << 15

  /// Takes an answer; when there are too many, the earlier half goes.
  func add(_ answer: [Int32]) {
    if text.tokens.count > Self.most {
      let later = text.tokens.suffix(Self.most / 2)
      text = LookupText()
      for token in later { text.append(token) }
    }
    // A token that is none, so that nothing is found across two answers.
    for token in answer + [-1] { text.append(token) }
  }
}
