import Tokenizers

/// Rows that say which answers are good, as tokens.
extension ExampleEncoder {
  /// Returns a row of two answers, or of an answer with a verdict, and what is to be said of it; nil
  /// for other rows.
  ///
  /// Trained are the answers alone, whatever is set for other rows: a preference says nothing of its
  /// prompt.
  ///
  /// - Throws: ``ProblemReason/severalAnswers`` where the chat template writes an answer of several
  ///   messages in several texts, and what encoding another row throws.
  func judged(_ example: Example, row: Int) throws(ProblemReason) -> JudgedRow? {
    switch example.content {
    case .preference(let better, let worse):
      let (chosen, rejected) = (try answer(better, of: example), try answer(worse, of: example))
      return JudgedRow(
        sequence: pair(chosen.tokens, rejected.tokens, isWhole: better.isText, row: row),
        written: chosen.written.joined(with: rejected.written),
        rows: [chosen.tokens, rejected.tokens])
    case .verdict(let content, let isGood):
      let answer = try answer(content, of: example)
      return JudgedRow(
        sequence: EncodedExample(
          ids: answer.tokens.ids, lossMask: answer.tokens.mask, row: row,
          goal: .verdict(isGood: isGood, mismatched: nil)),
        written: answer.written, rows: [answer.tokens])
    case .conversation, .completion, .text, .labelled, .marked, .match, .alike: return nil
    }
  }

  private func answer(
    _ content: Example.Content, of example: Example
  ) throws(ProblemReason) -> (written: WrittenConversation, tokens: EncodedRow) {
    var answersOnly = options
    answersOnly.trainOn = .answers
    let encoder = ExampleEncoder(self.encoder, template: template, options: answersOnly)
    let written = try encoder.written(
      Example(content, line: example.line, fields: example.fields))
    guard written.rows.count == 1, let text = written.rows.first else { throw .severalAnswers }
    let tokens = encoder.encode(text, endID: try knownEnd())
    _ = try options.checked(tokens.ids)
    return (written, tokens)
  }

  /// Two answers, of which the tokens that both begin with are computed once; where they are whole
  /// texts, without a prompt of their own, these tokens are the prompt.
  private func pair(
    _ chosen: EncodedRow, _ rejected: EncodedRow, isWhole: Bool, row: Int
  ) -> EncodedExample {
    let common = zip(chosen.ids, rejected.ids).prefix { $0 == $1 }.count
    func mask(_ answer: EncodedRow) -> [Bool] {
      guard isWhole else { return answer.mask }
      return answer.mask.enumerated().map { $0.element && $0.offset >= common }
    }
    let (mask, otherMask) = (mask(chosen), mask(rejected))
    let trained = [mask, otherMask].map { $0.firstIndex(of: true) ?? 0 }
    // The last of these tokens has another one to predict in each answer, and is computed for both.
    let shared = options.sharesBeginnings ? min(common, trained[0], trained[1]) - 1 : 0
    return EncodedExample(
      ids: chosen.ids, lossMask: mask, row: row,
      goal: .preferred(
        over: OtherAnswer(ids: rejected.ids, lossMask: otherMask, sharedCount: max(0, shared))))
  }
}

extension Example.Content {
  /// Whether it is a text without a prompt.
  fileprivate var isText: Bool { if case .text = self { true } else { false } }
}

/// A row of answers that are judged, as tokens.
struct JudgedRow {
  /// The tokens.
  let sequence: EncodedExample
  /// What the chat template made of the answers.
  let written: WrittenConversation
  /// Each answer with its prompt.
  let rows: [EncodedRow]
}

extension WrittenConversation {
  /// What is to be said of both.
  fileprivate func joined(with other: WrittenConversation) -> WrittenConversation {
    var both = self
    both.unwrittenKeys.formUnion(other.unwrittenKeys)
    both.joined = joined || other.joined
    both.unclosed = unclosed || other.unclosed
    return both
  }
}
