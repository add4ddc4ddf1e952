extension ExampleEncoder {
  /// Returns a row as texts of prompts and answers; a row is one text, unless the chat template
  /// rewrites history.
  func written(_ example: Example) throws(ProblemReason) -> [WrittenRow] {
    switch example.content {
    case .conversation(let turns): return try given(example.fields).written(turns)
    case .completion(let prompt, let completion):
      guard options.completionsAreChats else {
        return [written(.plain, prompt, completion)]
      }
      return try written([Turn(.user, prompt), Turn(.assistant, completion)])
    case .labelled(let text, let label): return [written(options.labelTemplate, text, label)]
    case .text(let text):
      var row = WrittenRow(isChat: false)
      row.append(text, isAnswer: true, isTrained: true)
      return [row]
    }
  }

  /// Returns the prompt of a template, and the answer.
  private func written(
    _ template: PromptTemplate, _ input: String, _ output: String
  ) -> WrittenRow {
    var row = WrittenRow(isChat: false)
    row.append(template.prompt(input), isAnswer: false, isTrained: isGivenTrained)
    row.append(template.answer(output), isAnswer: true, isTrained: true)
    return row
  }

  /// Whether prompts are trained as answers are.
  private var isGivenTrained: Bool { options.trainOn == .everything }

  /// Returns a conversation up to the assistant's last message.
  ///
  /// Some templates write a message in another way once it is history, for example without its
  /// reasoning. One text could not show each answer after the prompt that generation will give it,
  /// so each trained message becomes a text of its own, as do its prompts.
  private func written(_ turns: [Turn]) throws(ProblemReason) -> [WrittenRow] {
    let rendered = try answers(in: turns)
    let isContinuous = zip(rendered, rendered.dropFirst()).allSatisfy {
      Self.remainder(of: $1.before, after: $0.after) != nil
    }
    guard isContinuous else {
      return rendered.filter { turns[$0.index].isTrained }.map { answer in
        var row = WrittenRow(isChat: true)
        append(answer, after: answer.before, to: &row)
        return row
      }
    }
    var row = WrittenRow(isChat: true)
    var past = ""
    for answer in rendered {
      append(answer, after: Self.remainder(of: answer.before, after: past) ?? "", to: &row)
      past = answer.after
    }
    return [row]
  }

  private func append(_ answer: RenderedAnswer, after prompt: String, to row: inout WrittenRow) {
    row.append(prompt, isAnswer: false, isTrained: isGivenTrained)
    row.append(answer.text, isAnswer: true, isTrained: answer.isTrained)
  }

  /// A message of the assistant as the template writes it.
  private struct RenderedAnswer {
    let index: Int
    let isTrained: Bool
    /// The turns before it, with a generation prompt.
    let before: String
    /// The turns up to it; begins with `before`.
    let after: String
    /// What is new in `after`.
    let text: String
  }

  /// Renders the turns before and up to each message of the assistant.
  ///
  /// - Throws: ``ProblemReason/templateRewritesHistory(turn:)`` where a message does not go on from
  ///   its own prompt: the model would be trained on what generation never shows it;
  ///   ``ProblemReason/templateDropsAnswer(turn:)``, ``ProblemReason/templateFailed(detail:)``.
  private func answers(in turns: [Turn]) throws(ProblemReason) -> [RenderedAnswer] {
    var answers: [RenderedAnswer] = []
    for (index, turn) in turns.enumerated() where turn.role == .assistant {
      let after = try render(Array(turns[...index]), addingGenerationPrompt: false)
      let before = try opening(of: index, in: turns, writtenAs: after)
      guard let text = Self.remainder(of: after, after: before) else {
        throw .templateRewritesHistory(turn: index + 1)
      }
      guard Self.withoutSpace(text).contains(Self.withoutSpace(turn.content)) else {
        throw .templateDropsAnswer(turn: index + 1)
      }
      try checkCalls(of: index, in: turns, writtenAs: after)
      answers.append(
        RenderedAnswer(
          index: index, isTrained: turn.isTrained, before: before, after: after, text: text))
    }
    return answers
  }

  func render(
    _ turns: [Turn], addingGenerationPrompt: Bool
  ) throws(ProblemReason) -> String {
    guard let renderer else { throw .templateFailed(detail: "the model has no chat template") }
    do throws(RenderingFailure) {
      return try renderer.render(turns, addingGenerationPrompt: addingGenerationPrompt)
    } catch {
      throw .templateFailed(detail: error.message)
    }
  }

  /// Returns `text` without white space, which templates may trim.
  static func withoutSpace(_ text: String) -> String {
    text.filter { !$0.isWhitespace }
  }

  /// Returns what follows `start` in `text`, compared byte by byte; nil if `text` begins otherwise.
  static func remainder(of text: String, after start: String) -> String? {
    guard text.utf8.starts(with: start.utf8) else { return nil }
    return String(Substring(text.utf8.dropFirst(start.utf8.count)))
  }
}

extension ExampleEncoder {
  /// Returns what generation starts from: the tokens of what a row gives before its last answer.
  ///
  /// They are those that ``encode(_:row:)`` puts before that answer, unless a token there begins in
  /// the prompt: generation has to start from the prompt alone, since the answer is not known, and
  /// ``EncodedDataset/joinedLines`` has such rows.
  package func prompt(of example: Example) throws(ProblemReason) -> [Int32] {
    if case .text(let text) = example.content { return tokens(of: text) }
    return tokens(of: try written(example).last?.prompt ?? "")
  }

  /// Returns the tokens of a conversation that the assistant is to answer next.
  package func prompt(of turns: [Turn]) throws(ProblemReason) -> [Int32] {
    tokens(of: try render(turns, addingGenerationPrompt: true))
  }

  /// Returns the tokens of a text that generation goes on with.
  package func tokens(of text: String) -> [Int32] {
    begun(encoder.encode(text, addingSpecialTokens: false))
  }
}
