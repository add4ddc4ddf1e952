/// Tokens of a row that belong together, with what of them is trained.
struct Segment: Hashable {
  var ids: [Int32]
  var mask: [Bool]

  init(_ ids: [Int32], isTrained: Bool) {
    self.ids = ids
    mask = Array(repeating: isTrained, count: ids.count)
  }

  /// Adds one token.
  mutating func append(_ id: Int32, isTrained: Bool) {
    ids.append(id)
    mask.append(isTrained)
  }
}

extension ExampleEncoder {
  /// Returns a row as sequences of prompts and answers; a row is one sequence, unless the chat
  /// template rewrites history.
  func sequences(of example: Example) throws(ProblemReason) -> [[Segment]] {
    switch example.content {
    case .conversation(let turns): return try given(example.fields).sequences(of: turns)
    case .completion(let prompt, let completion):
      guard options.completionsAreChats else {
        return [segments(options.completionTemplate, prompt, completion)]
      }
      return try sequences(of: [Turn(.user, prompt), Turn(.assistant, completion)])
    case .labelled(let text, let label): return [segments(options.labelTemplate, text, label)]
    case .text(let text):
      return [[ended(Segment(encoder.encode(text, addingSpecialTokens: false), isTrained: true))]]
    }
  }

  /// Returns the prompt of a template, and the answer with the token that ends it.
  private func segments(_ template: PromptTemplate, _ input: String, _ output: String) -> [Segment]
  {
    let answer = encoder.encode(template.answer(output), addingSpecialTokens: false)
    return [promptSegment(template.prompt(input)), ended(Segment(answer, isTrained: true))]
  }

  /// Returns a segment that ends with the end token, trained.
  private func ended(_ segment: Segment) -> Segment {
    guard segment.ids.last != options.endID else { return segment }
    var segment = segment
    segment.append(options.endID, isTrained: true)
    return segment
  }

  /// Returns the segments of a conversation up to the assistant's last message.
  ///
  /// Some templates write a message in another way once it is history, for example without its
  /// reasoning. One sequence could not show each answer behind the prompt that generation will
  /// give it, so each trained message becomes a sequence of its own, as do its prompts.
  private func sequences(of turns: [Turn]) throws(ProblemReason) -> [[Segment]] {
    let rendered = try answers(in: turns)
    let isContinuous = zip(rendered, rendered.dropFirst()).allSatisfy {
      Self.remainder(of: $1.before, behind: $0.after) != nil
    }
    guard isContinuous else {
      let trained = rendered.filter { turns[$0.index].isTrained }
      return trained.map { [promptSegment($0.before), answerSegment($0, isLast: true)] }
    }
    var segments: [Segment] = []
    var written = ""
    for answer in rendered {
      segments.append(promptSegment(Self.remainder(of: answer.before, behind: written) ?? ""))
      segments.append(answerSegment(answer, isLast: answer.index == rendered.last?.index))
      written = answer.after
    }
    return [segments]
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
      guard let text = Self.remainder(of: after, behind: before) else {
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

  private func promptSegment(_ text: String) -> Segment {
    let ids = encoder.encode(text, addingSpecialTokens: false)
    return Segment(ids, isTrained: options.trainOn == .everything)
  }

  /// Returns the tokens of an assistant's message: trained up to the end of its turn, because
  /// generation stops there and never writes what the template puts behind.
  private func answerSegment(_ answer: RenderedAnswer, isLast: Bool) -> Segment {
    let ids = encoder.encode(answer.text, addingSpecialTokens: false)
    var segment = Segment(ids, isTrained: answer.isTrained)
    let isEnd = { (id: Int32) in id == options.endID || options.endOfTurnIDs.contains(id) }
    if let end = segment.ids.lastIndex(where: isEnd) {
      for index in (end + 1)..<segment.ids.count { segment.mask[index] = false }
    } else if isLast {
      segment.append(options.endID, isTrained: answer.isTrained)
    }
    return segment
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
  static func remainder(of text: String, behind start: String) -> String? {
    guard text.utf8.starts(with: start.utf8) else { return nil }
    return String(Substring(text.utf8.dropFirst(start.utf8.count)))
  }
}

extension ExampleEncoder {
  /// Returns what generation starts from: the tokens of a row before its last answer.
  ///
  /// They are the very tokens that ``encode(_:row:)`` puts before that answer.
  package func prompt(of example: Example) throws(ProblemReason) -> [Int32] {
    if case .text(let text) = example.content {
      return begun(encoder.encode(text, addingSpecialTokens: false))
    }
    let segments = try sequences(of: example).last ?? []
    return begun(segments.dropLast().flatMap(\.ids))
  }

  /// Returns the tokens of a conversation that the assistant is to answer next.
  package func prompt(of turns: [Turn]) throws(ProblemReason) -> [Int32] {
    let whole = try render(turns, addingGenerationPrompt: true)
    let history = try sequences(of: turns)
    let written = try answers(in: turns).last?.after ?? ""
    guard history.count <= 1, let open = Self.remainder(of: whole, behind: written) else {
      return begun(encoder.encode(whole, addingSpecialTokens: false))
    }
    let past = history.flatMap { $0 }.flatMap(\.ids)
    return begun(past + encoder.encode(open, addingSpecialTokens: false))
  }

  /// Returns `ids` with the begin token exactly once at the start, for models that want one.
  private func begun(_ ids: [Int32]) -> [Int32] {
    guard let begin = options.beginID else { return ids }
    return [begin] + ids.drop { $0 == begin }
  }
}
