import Datasets

/// What a chat template puts around the turns of a conversation, where that is all it does.
///
/// Found by having the template write a few conversations, and held against others: a template that
/// does more, such as changing what is written, has no shape.
struct ConversationShape: Hashable {
  /// Before the first user's turn, where no system turn is.
  private(set) var begin: String
  /// Before the system's text.
  private(set) var systemBegin: String
  /// Between the system's text and that of the first user's turn.
  private(set) var systemEnd: String
  /// Before the text of a user's turn, and after it.
  private(set) var userBegin: String
  private(set) var userEnd: String
  /// Before the text of an assistant's turn, and after it.
  private(set) var assistantBegin: String
  private(set) var assistantEnd: String
  /// After the last user's turn: where the answer begins.
  private(set) var generation: String
  /// Whether the template takes a system turn.
  private(set) var takesSystem = true

  /// Finds the shape of a template; nil when it has none.
  init?(of template: ConversationTemplate) {
    func text(_ turns: [Turn], _ adds: Bool = true) -> String? {
      try? template.text(of: turns, addingGenerationPrompt: adds)
    }
    // Texts that no template has, without white space at their ends.
    let (system, first, answer, second) = ("qSystemq", "qFirstq", "qAnswerq", "qSecondq")
    let conversation = [Turn(.user, first), Turn(.assistant, answer), Turn(.user, second)]
    guard let long = text(conversation).flatMap({ Self.pieces($0, [first, answer, second]) }),
      let ended = text([conversation[0]], false).flatMap({ Self.pieces($0, [first]) }),
      let answered = text(Array(conversation.prefix(2)), false)
        .flatMap({ Self.pieces($0, [first, answer]) })
    else { return nil }
    (userEnd, assistantEnd) = (ended[1], answered[2])
    guard let assistantBegin = long[1].without(prefix: userEnd),
      let generation = long[3].without(prefix: userEnd),
      let userBegin = long[2].without(prefix: assistantEnd),
      let begin = long[0].without(suffix: userBegin)
    else { return nil }
    (self.assistantBegin, self.generation) = (assistantBegin, generation)
    (self.userBegin, self.begin) = (userBegin, begin)
    let asked = text([Turn(.system, system), conversation[0]])
      .flatMap { Self.pieces($0, [system, first]) }
    takesSystem = asked != nil
    (systemBegin, systemEnd) = (asked?[0] ?? "", asked?[1] ?? "")
    guard Self.others(takesSystem).allSatisfy({ written($0) == text($0) }) else { return nil }
  }

  /// The text of a conversation that ends with a user's turn, with the beginning of the answer.
  func written(_ turns: [Turn]) -> String {
    var text = ""
    for (index, turn) in turns.enumerated() {
      let isAfterSystem = index > 0 && turns[index - 1].role == .system
      switch turn.role {
      case .system: text += systemBegin + turn.content
      case .assistant: text += assistantBegin + turn.content + assistantEnd
      default:
        text += isAfterSystem ? systemEnd : (index == 0 ? begin : "") + userBegin
        text += turn.content + userEnd
      }
    }
    return text + generation
  }

  /// The same without the token that every text begins with, which the program adds itself.
  func without(beginToken token: String) -> ConversationShape {
    guard let plain = (begin + userBegin).without(prefix: token),
      let withSystem = takesSystem ? systemBegin.without(prefix: token) : ""
    else { return self }
    var shape = self
    shape.systemBegin = withSystem
    if let rest = begin.without(prefix: token) {
      shape.begin = rest
    } else if plain != begin + userBegin {
      return self
    }
    return shape
  }

  /// Conversations of other lengths and with other texts than those it was found by.
  private static func others(_ takesSystem: Bool) -> [[Turn]] {
    let turns = [
      Turn(.user, "What is \"this\"?\n\n- a  list"), Turn(.assistant, "Één\tantwoord {{ x }}"),
      Turn(.user, "你好 🙂"), Turn(.assistant, "No."), Turn(.user, "{% if y %}"),
    ]
    let plain = [Array(turns.prefix(1)), Array(turns.prefix(3)), turns]
    guard takesSystem else { return plain }
    return plain + plain.map { [Turn(.system, "Be brief.\nAnd kind.")] + $0 }
  }

  /// What stands before, between and after `parts`, each of which occurs once, in their order.
  private static func pieces(_ text: String, _ parts: [String]) -> [String]? {
    var pieces: [String] = []
    var rest = Substring(text)
    for part in parts {
      guard let range = rest.firstRange(of: part) else { return nil }
      pieces.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    pieces.append(String(rest))
    return parts.allSatisfy { part in pieces.allSatisfy { !$0.contains(part) } } ? pieces : nil
  }
}

extension String {
  /// What is left without a beginning; nil when it begins otherwise.
  fileprivate func without(prefix: String) -> String? {
    // By scalars: a beginning may end within what is one character with what follows.
    let (scalars, start) = (Array(unicodeScalars), Array(prefix.unicodeScalars))
    guard scalars.starts(with: start) else { return nil }
    return String(String.UnicodeScalarView(scalars.dropFirst(start.count)))
  }

  /// What is left without an end; nil when it ends otherwise.
  fileprivate func without(suffix: String) -> String? {
    let (scalars, end) = (Array(unicodeScalars), Array(suffix.unicodeScalars))
    guard scalars.count >= end.count, Array(scalars.suffix(end.count)) == end else { return nil }
    return String(String.UnicodeScalarView(scalars.dropLast(end.count)))
  }
}
