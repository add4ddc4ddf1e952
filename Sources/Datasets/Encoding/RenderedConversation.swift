import ChatTemplates

/// A message of the assistant as it will be generated.
struct RenderedAnswer {
  let index: Int
  let isTrained: Bool
  /// What generation starts from: the turns before it with a generation prompt.
  let before: String
  /// What is to be written after that.
  var text = ""
  /// The turns up to the message as the template wrote them.
  let chat: RenderedChat
  /// Whether the template writes the answer without what its prompt ends in, such as `<think>`.
  var isJoined = false
  /// Whether the row's reasoning was put where the prompt opens a place for it.
  var putsInReasoning = false
  /// Whether the row has reasoning that is not trained.
  var leavesOutReasoning: Bool
  /// Whether it does not close what its prompt opens.
  var isUnclosed = false

  /// Where in the text the last byte ends that the message itself wrote.
  var contentEnd: Int {
    let whole = chat.text.utf8.count
    let written = chat.range(ofMessage: index)?.upperBound ?? whole
    return max(0, text.utf8.count - (whole - written))
  }
}

/// Tells where the answers of a conversation begin, by what its template writes for its parts.
struct RenderedConversation {
  private let turns: [Turn]
  private let template: ConversationTemplate

  init(_ turns: [Turn], _ template: ConversationTemplate) {
    self.turns = turns
    self.template = template
  }

  /// Renders the turns before and up to each message of the assistant.
  ///
  /// - Throws: ``ProblemReason/templateRewritesHistory(turn:)`` where a message does not go on from
  ///   its own prompt: the model would be trained on what generation never shows it;
  ///   ``ProblemReason/templateDropsAnswer(turn:)``, ``ProblemReason/templateDropsCall(turn:key:)``,
  ///   ``ProblemReason/templateFailed(detail:)``.
  func answers() throws(ProblemReason) -> [RenderedAnswer] {
    var answers: [RenderedAnswer] = []
    for index in turns.indices where turns[index].role == .assistant {
      answers.append(try answer(index))
    }
    return answers
  }

  private func answer(_ index: Int) throws(ProblemReason) -> RenderedAnswer {
    let turn = turns[index]
    let chat = try template.render(Array(turns[...index]), addingGenerationPrompt: false)
    let (before, given) = try opening(of: index, in: chat)
    let lost = LostParts(chat, of: index, turn)
    if turn.isTrained, let key = lost.call { throw .templateDropsCall(turn: index + 1, key: key) }
    // Reasoning that is written into the content may be dropped; what is said may not.
    guard lost.content.isEmpty || OpenedStretch.isWhole(lost.content) else {
      throw .templateDropsAnswer(turn: index + 1)
    }
    var answer = RenderedAnswer(
      index: index, isTrained: turn.isTrained, before: before, chat: chat,
      leavesOutReasoning: !lost.content.isEmpty)
    if chat.text.utf8.starts(with: before.utf8) {
      answer.text = String(Substring(chat.text.utf8.dropFirst(before.utf8.count)))
    } else {
      try join(&answer, lost.content, given)
    }
    answer.isUnclosed = template.leavesOpen(before, answer.text)
    return answer
  }

  /// Puts the answer after its prompt, of which the template wrote another; the first `given` bytes of
  /// the prompt are the conversation before.
  private func join(
    _ answer: inout RenderedAnswer, _ lost: String, _ given: Int
  ) throws(ProblemReason) {
    let (index, text) = (answer.index, answer.chat.text)
    let own = answer.chat.range(ofMessage: index)?.lowerBound ?? text.utf8.count
    if let joint = PromptJoint(answer.before, text, own: own, given: given) {
      let joined = joint.answer(reasoning: turns[index].reasoning, lost: lost)
      answer.text = joined.text
      answer.isJoined = true
      answer.putsInReasoning = joined.reasoning == .putIn
      answer.leavesOutReasoning = joined.reasoning == .leftOut
      return
    }
    // The conversation before is written in another way once the answer is there: what counts is what
    // generation sees, and the answer begins after the same header. Where a prompt has none of its own,
    // it is what stands after the last message's text.
    let past = try template.render(Array(turns[..<index]), addingGenerationPrompt: false).text
    let bytes = Array(text.utf8)
    let prompt = answer.before.utf8
    let isPrompted = prompt.starts(with: past.utf8) && prompt.count > past.utf8.count
    let header = Array(prompt.dropFirst(isPrompted ? past.utf8.count : given))
    let earliest = isPrompted ? 0 : end(of: index, in: answer.chat)
    guard !header.isEmpty,
      let start = Self.place(of: header, in: bytes, before: own, from: earliest)
    else { throw .templateRewritesHistory(turn: index + 1) }
    answer.text = String(decoding: bytes[start...], as: UTF8.self)
  }

  /// Where `header` ends that stands last before a byte; nil when it stands nowhere.
  private static func place(
    of header: [UInt8], in bytes: [UInt8], before end: Int, from start: Int
  ) -> Int? {
    let places = stride(from: end - header.count, through: start, by: -1)
    return places.first { bytes[$0...].starts(with: header) }.map { $0 + header.count }
  }

  /// What generation starts from to write a message.
  ///
  /// Before any message of a user, many templates refuse to ask for an answer, or begin in another
  /// way. The start of an assistant's turn is then the one that the rest of the conversation has, where
  /// it stands right before what the message wrote.
  /// - Returns: that, and how many of its bytes are the conversation before.
  private func opening(
    of index: Int, in chat: RenderedChat
  ) throws(ProblemReason) -> (text: String, given: Int) {
    let past = Array(turns[..<index])
    let isFirst = !past.contains { $0.role == .user || $0.role == .tool }
    do throws(ProblemReason) {
      let before = try template.render(past, addingGenerationPrompt: true)
      guard isFirst, !chat.text.utf8.starts(with: before.text.utf8) else {
        return (before.text, end(of: past.count, in: before))
      }
    } catch {
      guard isFirst else { throw error }
    }
    let own = chat.range(ofMessage: index) ?? chat.text.utf8.count..<chat.text.utf8.count
    let bytes = Array(chat.text.utf8)
    func opening(upTo end: Int) -> (text: String, given: Int) {
      (String(decoding: bytes[..<end], as: UTF8.self), end)
    }
    guard let header = header(after: index), !header.isEmpty else {
      return opening(upTo: own.lowerBound)
    }
    let earliest = end(of: index, in: chat)
    guard let start = Self.place(of: header, in: bytes, before: own.lowerBound, from: earliest)
    else {
      guard turns[index].isTrained else { return ("", 0) }
      throw .templateFailed(
        detail: "it does not tell where an answer begins that comes before the user's messages")
    }
    return opening(upTo: start)
  }

  /// Where the last byte stands that came from one of the first messages.
  private func end(of count: Int, in chat: RenderedChat) -> Int {
    (0..<count).compactMap { chat.range(ofMessage: $0)?.upperBound }.max() ?? 0
  }

  /// How the template begins an assistant's turn, from a later one or from one that would follow;
  /// nil when it does not tell.
  private func header(after index: Int) -> [UInt8]? {
    let later = turns.indices.filter { $0 > index && turns[$0].role == .assistant } + [turns.count]
    for place in later {
      let past = Array(turns[..<place])
      guard let given = try? template.render(past, addingGenerationPrompt: false).text,
        let asked = try? template.render(past, addingGenerationPrompt: true).text,
        asked.utf8.starts(with: given.utf8)
      else { continue }
      return Array(asked.utf8.dropFirst(given.utf8.count))
    }
    return nil
  }

  /// The keys of messages and of the row that the template does not write: of the assistant's
  /// messages, as each is generated.
  func unwrittenKeys(of answers: [RenderedAnswer]) -> Set<String> {
    guard let last = answers.last else { return [] }
    var keys = Self.keys(last.chat, of: turns) { part in
      part.message.map { turns[$0].role != .assistant } ?? true
    }
    for answer in answers {
      keys.formUnion(
        Self.keys(answer.chat, of: turns) { part in
          let isReasoning = Turn.isReasoning(part.path) && answer.putsInReasoning
          return part.message == answer.index && !isReasoning && part.path != "content"
        })
      if answer.leavesOutReasoning { keys.insert("reasoning of assistant") }
    }
    return keys
  }

  /// The names of what is missing that somebody wrote: neither roles and types nor mere space.
  static func keys(
    _ chat: RenderedChat, of turns: [Turn], where isMeant: (UnwrittenPart) -> Bool = { _ in true }
  ) -> Set<String> {
    var keys: Set<String> = []
    for part in chat.unwritten where isMeant(part) {
      guard let message = part.message else {
        keys.insert(part.path)
        continue
      }
      guard !part.path.hasSuffix(".type") else { continue }
      if part.path == "content" || part.path == "content.text" {
        guard turns[message].lost(part, in: chat) != nil else { continue }
        let role = turns[message].role.rawValue
        keys.insert(part.isWhole ? "content of \(role)" : "part of the content of \(role)")
      } else {
        keys.insert(part.path)
      }
    }
    return keys
  }
}
