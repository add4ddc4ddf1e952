import ChatTemplates
package import Serialization

extension ExampleEncoder {
  /// Returns a row as texts of prompts and answers; a row is one text, unless the chat template
  /// rewrites history.
  func written(_ example: Example) throws(ProblemReason) -> WrittenConversation {
    switch example.content {
    case .preference, .verdict, .match, .alike: return try written(example.written)
    case .conversation(let turns):
      if options.answerStartID != nil, template == nil, let question = example.question {
        return WrittenConversation(rows: [written(.plain, question.text, question.answer)])
      }
      return try written(turns, example.fields)
    case .completion(let prompt, let completion):
      guard options.completionsAreChats else {
        return WrittenConversation(rows: [written(.plain, prompt, completion)])
      }
      return try written([Turn(.user, prompt), Turn(.assistant, completion)], [:])
    case .labelled(let text, _), .marked(let text, _):
      return WrittenConversation(rows: [written(options.labelTemplate, text, example.target)])
    case .text(let text):
      guard options.answerStartID == nil else { throw .textWithoutPrompt }
      var row = WrittenRow(isChat: false)
      row.append(text, isAnswer: true, isTrained: true)
      return WrittenConversation(rows: [row])
    }
  }

  /// Returns the prompt of a template, and the answer.
  private func written(
    _ template: PromptTemplate, _ input: String, _ output: String
  ) -> WrittenRow {
    var row = WrittenRow(isChat: false)
    row.append(template.prompt(input), isAnswer: false, isTrained: options.trainOn == .everything)
    row.append(
      template.answer(output, isApart: options.answerStartID != nil), isAnswer: true,
      isTrained: true)
    return row
  }

  /// Whether prompts are trained as answers are.
  private var isGivenTrained: Bool { options.trainOn == .everything }
}

extension ExampleEncoder {
  /// Returns what generation starts from: the tokens of what a row gives before its last answer.
  ///
  /// They are those that ``encode(_:row:)`` puts before that answer, unless a token there begins in
  /// the prompt: generation has to start from the prompt alone, since the answer is not known, and
  /// ``EncodedDataset/joinedLines`` has such rows.
  package func prompt(of example: Example) throws(ProblemReason) -> [Int32] {
    guard options.answerStartID == nil else { return try prompt(apart: example) }
    if case .text(let text) = example.content { return tokens(of: text) }
    return tokens(of: try written(example).rows.last?.prompt ?? "")
  }

  /// Returns the tokens of a conversation that the assistant is to answer next.
  package func prompt(
    of turns: [Turn], fields: JSONObject = [:]
  ) throws(ProblemReason) -> [Int32] {
    guard let template = template?.given(fields) else {
      throw .templateFailed(detail: "the model has no chat template")
    }
    return tokens(of: try template.render(turns, addingGenerationPrompt: true).text)
  }

  /// Returns the tokens of a text that generation goes on with.
  package func tokens(of text: String) -> [Int32] {
    begun(encoder.encode(text, addingSpecialTokens: false))
  }
}
