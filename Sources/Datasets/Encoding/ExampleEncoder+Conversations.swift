import ChatTemplates
import Serialization
import Tokenizers

/// Conversations as texts of prompts and answers.
extension ExampleEncoder {
  /// Returns a conversation up to the assistant's last message.
  ///
  /// Some templates write a message in another way once it is history, for example without its
  /// reasoning. One text could not show each answer after the prompt that generation will give it,
  /// so each trained message becomes a text of its own, as do its prompts.
  func written(_ turns: [Turn], _ fields: JSONObject) throws(ProblemReason) -> WrittenConversation {
    guard let template = template?.given(fields) else {
      throw .templateFailed(detail: "the model has no chat template")
    }
    let turns = Array(turns[...(turns.lastIndex { $0.role == .assistant } ?? turns.count - 1)])
    if template.marksAnswers { return try marked(turns, template) }
    let conversation = RenderedConversation(turns, template)
    let answers = try conversation.answers()
    var written = WrittenConversation(rows: [])
    written.joined = answers.contains { $0.isTrained && $0.isJoined }
    written.unclosed = answers.contains { $0.isTrained && $0.isUnclosed }
    written.unwrittenKeys = conversation.unwrittenKeys(of: answers)
    let ends = answers.map { end(of: $0) }
    let isContinuous = zip(zip(answers, ends), answers.dropFirst()).allSatisfy { one, next in
      next.before.utf8.starts(with: (one.0.before + one.0.text.utf8Prefix(one.1)).utf8)
    }
    guard isContinuous else {
      for (answer, end) in zip(answers, ends) where turns[answer.index].isTrained {
        var row = WrittenRow(isChat: true)
        append(answer, end, after: answer.before, upTo: nil, to: &row)
        written.rows.append(row)
      }
      return written
    }
    var row = WrittenRow(isChat: true)
    for (place, answer) in answers.enumerated() {
      let prompt = String(Substring(answer.before.utf8.dropFirst(row.text.utf8.count)))
      let next = place + 1 < answers.count ? answers[place + 1].before : nil
      append(answer, ends[place], after: prompt, upTo: next, to: &row)
    }
    written.rows = [row]
    return written
  }

  /// Where the first token that ends an answer ends, after all that the message wrote; the end of the
  /// text when there is none.
  private func end(of answer: RenderedAnswer) -> Int {
    let start = answer.contentEnd
    let tokens = encoder.encodeWithPlaces(
      String(Substring(answer.text.utf8.dropFirst(start))))
    guard let end = tokens.ids.firstIndex(where: isEnd) else { return answer.text.utf8.count }
    return start + tokens.places[end].upperBound
  }

  /// Adds a prompt and its answer up to the end, and what the template puts after that, as far as the
  /// next prompt has it too: generation stops before, so it is not trained.
  private func append(
    _ answer: RenderedAnswer, _ end: Int, after prompt: String, upTo next: String?,
    to row: inout WrittenRow
  ) {
    row.append(prompt, isAnswer: false, isTrained: options.trainOn == .everything)
    row.append(answer.text.utf8Prefix(end), isAnswer: true, isTrained: answer.isTrained)
    var rest = String(Substring(answer.text.utf8.dropFirst(end)))
    if let next {
      let shared = zip(rest.utf8, next.utf8.dropFirst(row.text.utf8.count)).prefix { $0 == $1 }
        .count
      rest = rest.utf8Prefix(shared)
    }
    row.append(rest, isAnswer: false, isTrained: false)
  }

  /// Returns a conversation whose template says by `{% generation %}` what the assistant writes:
  /// trained is that, no more and no less.
  private func marked(
    _ turns: [Turn], _ template: ConversationTemplate
  ) throws(ProblemReason) -> WrittenConversation {
    let chat = try template.render(turns, addingGenerationPrompt: false)
    var row = WrittenRow(isChat: true, isMarked: true)
    let bytes = Array(chat.text.utf8)
    func append(_ range: Range<Int>, isAnswer: Bool, isTrained: Bool) {
      row.append(
        String(decoding: bytes[range], as: UTF8.self), isAnswer: isAnswer, isTrained: isTrained)
    }
    let isGivenTrained = options.trainOn == .everything
    var end = 0
    for range in chat.generated {
      append(end..<range.lowerBound, isAnswer: false, isTrained: isGivenTrained)
      let speaker = chat.message(in: range)
      append(range, isAnswer: true, isTrained: speaker.map { turns[$0].isTrained } ?? true)
      end = range.upperBound
    }
    if end < bytes.count { append(end..<bytes.count, isAnswer: false, isTrained: isGivenTrained) }
    var written = WrittenConversation(rows: [row])
    written.unwrittenKeys = RenderedConversation.keys(chat, of: turns)
    return written
  }
}

/// A conversation as texts of prompts and answers, and what is to be said about it.
struct WrittenConversation {
  /// One text, or one for each trained answer.
  var rows: [WrittenRow]
  /// Keys of messages and of the row that the template does not write.
  var unwrittenKeys: Set<String> = []
  /// Whether the prompt ends in something such as `<think>` that the template leaves out of an answer.
  var joined = false
  /// Whether an answer does not close what its prompt opens.
  var unclosed = false
}

extension String {
  /// The first bytes of the text, at most so many, without a letter that they cut.
  fileprivate func utf8Prefix(_ count: Int) -> String {
    var end = utf8.index(startIndex, offsetBy: count, limitedBy: endIndex) ?? endIndex
    while end > startIndex, end < endIndex, utf8[end] & 0xC0 == 0x80 {
      end = utf8.index(before: end)
    }
    return String(self[..<end])
  }
}
