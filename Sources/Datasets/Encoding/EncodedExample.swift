/// A row as token ids, with what of it is learned.
package struct EncodedExample: Hashable, Sendable {
  /// `ids[0]` is only ever read; each later id is also something to predict.
  package let ids: [Int32]
  /// Whether token `i` is trained: whether the model learns to write it after those before it.
  package let lossMask: [Bool]
  /// Index of the row in its data set.
  package let row: Int
  /// What another half of the model reads, `ids` being the answer to it; empty where one half does
  /// both.
  package let prompt: [Int32]
  /// What is wanted of the tokens.
  package var goal: Goal
  /// The log-probabilities that the model gave the row's answers before it was trained, in the order of
  /// the goal's; empty where nobody asked.
  package var reference: [Double] = []

  /// What is wanted of a row's tokens.
  package enum Goal: Hashable, Sendable {
    /// That those which are trained are written.
    case written
    /// That they are likelier than another answer.
    case preferred(over: OtherAnswer)
    /// That they become likelier, being good, or less likely; `mismatched` is an answer to another
    /// prompt after this row's, once there is one.
    case verdict(isGood: Bool, mismatched: OtherAnswer?)
    /// That the whole text, which no token of is written, is given its label.
    case label(LabelTarget)
    /// That the whole text's vector lies near that of one text, and away from those of others.
    case match(positive: [Int32], negatives: [[Int32]])
    /// That the whole text's vector and that of another have this cosine.
    case alike([Int32], score: Double)
  }

  /// Which label a text has.
  package enum LabelTarget: Hashable, Sendable {
    /// One, by its place among all.
    case one(Int)
    /// Any number of them, by their places, in rising order.
    case several([Int])
    /// A number.
    case number(Double)
  }

  /// The label of the whole text; nil where rows are written.
  package var label: LabelTarget? {
    if case .label(let target) = goal { target } else { nil }
  }

  /// The whole texts that a row is of, no token of which is written: its own, and those that it is
  /// compared with; nil where it is written.
  package var texts: [[Int32]]? {
    switch goal {
    case .written, .preferred, .verdict: nil
    case .label: [ids]
    case .match(let positive, let negatives): [ids, positive] + negatives
    case .alike(let other, _): [ids, other]
    }
  }

  /// Makes a row; there is one mask value for each id.
  package init(
    ids: [Int32], lossMask: [Bool], row: Int, prompt: [Int32] = [], goal: Goal = .written
  ) {
    precondition(ids.count == lossMask.count, "\(ids.count) ids, \(lossMask.count) mask values")
    self.ids = ids
    self.lossMask = lossMask
    self.row = row
    self.prompt = prompt
    self.goal = goal
  }

  /// The answer that the row's own is to be likelier than; nil where there is none.
  package var other: OtherAnswer? {
    if case .preferred(let other) = goal { other } else { nil }
  }

  /// The number of tokens that are predicted and trained; the first token cannot be.
  package var trainedCount: Int { lossMask.dropFirst().count { $0 } }

  /// Tokens that a model computes for the row: the last one is only predicted, unless whole texts are
  /// read.
  package var computedCount: Int { prompt.count + writtenCount }

  /// Those of them that are not a prompt of its own.
  package var writtenCount: Int {
    if let texts { return texts.reduce(0) { $0 + $1.count } }
    return ids.count - 1 + (other?.computedCount ?? 0)
  }

  /// Tokens of its longest sequence: what has to fit a model's context.
  package var length: Int {
    max(prompt.count, ids.count, other?.ids.count ?? 0, texts?.map(\.count).max() ?? 0)
  }

  /// Whether each of its answers has a token that is trained, or whole texts are read.
  package var trainsAnswers: Bool {
    texts != nil || trainedCount > 0 && other?.trainedCount != 0
  }

  /// Returns the first `limit` tokens; of a prompt of its own the end too, which is one token.
  func cut(to limit: Int, endingWith endID: Int32?) -> EncodedExample {
    var cutPrompt = prompt.prefix(limit)
    if prompt.count > limit, prompt.last == endID {
      cutPrompt = prompt.prefix(limit - 1) + prompt.suffix(1)
    }
    return EncodedExample(
      ids: Array(ids.prefix(limit)), lossMask: Array(lossMask.prefix(limit)), row: row,
      prompt: Array(cutPrompt), goal: other.map { .preferred(over: $0.cut(to: limit)) } ?? goal)
  }

  /// Returns the row in windows of at most `limit` tokens.
  ///
  /// A window begins with the last token of the one before, so that each token but the first is
  /// predicted exactly once.
  package func windows(of limit: Int) -> [EncodedExample] {
    precondition(limit >= 2, "a window of \(limit) tokens predicts nothing")
    // A likelihood that is compared is that of a whole answer.
    guard ids.count > limit, goal == .written else { return [self] }
    return stride(from: 0, to: ids.count - 1, by: limit - 1).map { start in
      let end = min(start + limit, ids.count)
      return EncodedExample(
        ids: Array(ids[start..<end]), lossMask: Array(lossMask[start..<end]), row: row,
        prompt: prompt)
    }
  }
}

/// Another answer of a row, after the same prompt or another one.
package struct OtherAnswer: Hashable, Sendable {
  /// The prompt and the answer.
  package let ids: [Int32]
  /// Which of them are the answer's.
  package let lossMask: [Bool]
  /// The first tokens, which are the row's own too and computed with these.
  package let sharedCount: Int

  /// Makes an answer; there is one mask value for each id.
  package init(ids: [Int32], lossMask: [Bool], sharedCount: Int = 0) {
    precondition(ids.count == lossMask.count && sharedCount < ids.count)
    self.ids = ids
    self.lossMask = lossMask
    self.sharedCount = sharedCount
  }

  /// Tokens of the answer that can be predicted.
  package var trainedCount: Int { lossMask.dropFirst().count { $0 } }

  /// Tokens that are computed for it beside those of the row.
  package var computedCount: Int { ids.count - 1 - sharedCount }

  func cut(to limit: Int) -> OtherAnswer {
    let count = max(1, min(limit, ids.count))
    return OtherAnswer(
      ids: Array(ids.prefix(count)), lossMask: Array(lossMask.prefix(count)),
      sharedCount: min(sharedCount, count - 1))
  }
}

/// The rows of a data set as tokens, and what happened on the way.
package struct EncodedDataset: Hashable, Sendable {
  /// The rows that can be trained on, in order; a divided row is several.
  package internal(set) var examples: [EncodedExample] = []
  /// Lines of rows whose end was cut off.
  package internal(set) var cutLines: [Int] = []
  /// Lines of rows that were left out for their length.
  package internal(set) var droppedLines: [Int] = []
  /// Lines of conversations that became a sequence for each trained message, because the chat
  /// template writes history in another way.
  package internal(set) var dividedLines: [Int] = []
  /// Lines of conversations whose prompt ends in something, such as `<think>`, that the chat template
  /// leaves out of an answer: it is trained as generation will write it, with the row's reasoning.
  package internal(set) var reopenedLines: [Int] = []
  /// Lines of conversations with an answer that does not close what its prompt opens.
  package internal(set) var unclosedLines: [Int] = []
  /// Lines of conversations in which what the template marks as the assistant's has no end token, so
  /// that none is learned.
  package internal(set) var endlessLines: [Int] = []
  /// Lines of rows in whose text a special token, such as an end of turn, is spelled out.
  package internal(set) var specialTokenLines: [Int] = []
  /// Lines of rows in which a token begins in a prompt and goes on into its answer: generation,
  /// which starts from the prompt alone, cannot start from the tokens that were trained.
  package internal(set) var joinedLines: [Int] = []
  /// Rows that could not be encoded, where these are skipped.
  package internal(set) var skipped = ProblemList()
  /// Keys of messages and rows that the chat template does not write, and in how many rows.
  package internal(set) var unwrittenKeys: [String: Int] = [:]

  /// The number of trained tokens of all rows.
  package var trainedCount: Int { examples.reduce(0) { $0 + $1.trainedCount } }

  /// Adds what was encoded of later rows.
  mutating func append(_ later: EncodedDataset) {
    examples += later.examples
    cutLines += later.cutLines
    droppedLines += later.droppedLines
    dividedLines += later.dividedLines
    reopenedLines += later.reopenedLines
    unclosedLines += later.unclosedLines
    endlessLines += later.endlessLines
    specialTokenLines += later.specialTokenLines
    joinedLines += later.joinedLines
    skipped.append(later.skipped)
    unwrittenKeys.merge(later.unwrittenKeys, uniquingKeysWith: +)
  }
}
