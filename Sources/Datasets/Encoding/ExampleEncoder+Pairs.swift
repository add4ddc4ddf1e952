import Tokenizers

/// Rows for a model that reads prompts with one half and writes answers with another: each is a
/// sequence of its own.
extension ExampleEncoder {
  /// Returns each trained answer of a row, after the token that answers begin with, and the prompt it
  /// is written to.
  func pairs(
    _ written: WrittenConversation, startID: Int32, endID: Int32, row: Int
  ) throws(ProblemReason) -> [EncodedExample] {
    var pairs: [EncodedExample] = []
    for text in written.rows {
      for answer in text.answers where answer.isTrained {
        let prompt = readIDs(answer.prompt, isChat: text.isChat)
        guard !prompt.isEmpty else { throw .textWithoutPrompt }
        var ids = writtenIDs(answer.text)
        if ids.last.map(isEnd) != true { ids.append(endID) }
        _ = try options.checked(prompt + ids)
        pairs.append(
          EncodedExample(
            ids: [startID] + ids, lossMask: [false] + ids.map { _ in true }, row: row,
            prompt: prompt))
      }
    }
    return pairs
  }

  /// Returns what the reading half gets of a row: what it gives before its last answer.
  func prompt(apart example: Example) throws(ProblemReason) -> [Int32] {
    if case .text(let text) = example.content { return readIDs(text, isChat: false) }
    guard let row = try written(example).rows.last else { return [] }
    return readIDs(row.prompt, isChat: row.isChat)
  }

  /// The tokens of a prompt: with those that the tokenizer puts around a text, unless the chat template
  /// wrote them.
  func readIDs(_ prompt: String, isChat: Bool) -> [Int32] {
    isChat ? tokens(of: prompt) : encoder.encode(prompt, addingSpecialTokens: true)
  }

  /// The tokens of an answer, without its end.
  func writtenIDs(_ answer: String) -> [Int32] {
    encoder.encode(answer, addingSpecialTokens: false)
  }
}

extension WrittenRow {
  /// An answer with all that stands before it.
  fileprivate struct Answer {
    let prompt: String
    let text: String
    let isTrained: Bool
  }

  /// The answers in their order.
  fileprivate var answers: [Answer] {
    stretches.filter(\.isAnswer).map { stretch in
      Answer(
        prompt: String(Substring(text.utf8.prefix(stretch.range.lowerBound))),
        text: String(
          Substring(text.utf8.prefix(stretch.range.upperBound).dropFirst(stretch.range.lowerBound))),
        isTrained: stretch.isTrained)
    }
  }
}
