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
  /// Returns a row as prompts and answers, in order.
  func segments(of example: Example) throws(ProblemReason) -> [Segment] {
    switch example.content {
    case .conversation(let turns): return try segments(of: turns)
    case .completion(let prompt, let completion):
      guard options.completionsAreChats else {
        return segments(options.completionTemplate, prompt, completion)
      }
      return try segments(of: [Turn(.user, prompt), Turn(.assistant, completion)])
    case .labelled(let text, let label): return segments(options.labelTemplate, text, label)
    case .text(let text):
      return [ended(Segment(encoder.encode(text, addingSpecialTokens: false), isTrained: true))]
    }
  }

  /// Returns the prompt of a template, and the answer with the token that ends it.
  private func segments(_ template: PromptTemplate, _ input: String, _ output: String) -> [Segment]
  {
    let prompt = encoder.encode(template.prompt(input), addingSpecialTokens: false)
    let answer = encoder.encode(template.answer(output), addingSpecialTokens: false)
    return [
      Segment(prompt, isTrained: options.trainOn == .everything),
      ended(Segment(answer, isTrained: true)),
    ]
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
  /// For each of the assistant's messages the template writes the turns before it with a
  /// generation prompt, and then the turns with it; the second must go on from the first, or the
  /// model would be trained on a text that generation never shows it.
  private func segments(of turns: [Turn]) throws(ProblemReason) -> [Segment] {
    guard let last = turns.lastIndex(where: { $0.role == .assistant }) else { return [] }
    var segments: [Segment] = []
    var written = ""
    for index in 0...last where turns[index].role == .assistant {
      let before = try render(Array(turns[..<index]), addingGenerationPrompt: true)
      let after = try render(Array(turns[...index]), addingGenerationPrompt: false)
      guard let prompt = Self.remainder(of: before, behind: written),
        let answer = Self.remainder(of: after, behind: before)
      else { throw .templateRewritesHistory(turn: index + 1) }
      guard Self.withoutSpace(answer).contains(Self.withoutSpace(turns[index].content)) else {
        throw .templateDropsAnswer(turn: index + 1)
      }
      let prefix = encoder.encode(prompt, addingSpecialTokens: false)
      segments.append(Segment(prefix, isTrained: options.trainOn == .everything))
      segments.append(
        answerSegment(answer, isTrained: turns[index].isTrained, isLast: index == last))
      written = after
    }
    return segments
  }

  /// Returns the tokens of an assistant's message: trained up to the end of its turn, because
  /// generation stops there and never writes what the template puts behind.
  private func answerSegment(_ text: String, isTrained: Bool, isLast: Bool) -> Segment {
    var segment = Segment(encoder.encode(text, addingSpecialTokens: false), isTrained: isTrained)
    let isEnd = { (id: Int32) in id == options.endID || options.endOfTurnIDs.contains(id) }
    if let end = segment.ids.lastIndex(where: isEnd) {
      for index in (end + 1)..<segment.ids.count { segment.mask[index] = false }
    } else if isLast {
      segment.append(options.endID, isTrained: isTrained)
    }
    return segment
  }

  private func render(
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
  private static func withoutSpace(_ text: String) -> String {
    text.filter { !$0.isWhitespace }
  }

  /// Returns what follows `start` in `text`, compared byte by byte; nil if `text` begins otherwise.
  private static func remainder(of text: String, behind start: String) -> String? {
    guard text.utf8.starts(with: start.utf8) else { return nil }
    return String(Substring(text.utf8.dropFirst(start.utf8.count)))
  }
}

extension ExampleEncoder {
  /// Returns what generation starts from: the tokens of a row before its last answer.
  ///
  /// They are the very tokens that ``encode(_:row:)`` puts before that answer.
  package func prompt(of example: Example) throws(ProblemReason) -> [Int32] {
    guard case .text(let text) = example.content else {
      let segments = try segments(of: example)
      return begun(segments.dropLast().flatMap(\.ids))
    }
    return begun(encoder.encode(text, addingSpecialTokens: false))
  }

  /// Returns the tokens of a conversation that the assistant is to answer next.
  package func prompt(of turns: [Turn]) throws(ProblemReason) -> [Int32] {
    let history = try segments(of: turns)
    let written =
      if let last = turns.lastIndex(where: { $0.role == .assistant }) {
        try render(Array(turns[...last]), addingGenerationPrompt: false)
      } else { "" }
    let whole = try render(turns, addingGenerationPrompt: true)
    guard let open = Self.remainder(of: whole, behind: written) else {
      throw .templateRewritesHistory(turn: turns.count)
    }
    return begun(history.flatMap(\.ids) + encoder.encode(open, addingSpecialTokens: false))
  }

  /// Returns `ids` with the begin token exactly once at the start, for models that want one.
  private func begun(_ ids: [Int32]) -> [Int32] {
    guard let begin = options.beginID else { return ids }
    return [begin] + ids.drop { $0 == begin }
  }
}
