/// The words that can be typed among messages, each after a slash.
enum ChatWord: String, CaseIterable, Sendable {
  case again, undo, system, fresh, base, talk, save, help, leave

  /// What it does, for the list of words.
  var summary: String {
    switch self {
    case .again: "another answer to your last message"
    case .undo: "takes your last message back, with its answer"
    case .system: "/system Be brief. says so to the model from your next message on"
    case .fresh: "your next message begins a new talk"
    case .base: "the model as it was loaded answers too, beside; once more ends that"
    case .talk: "what was said so far"
    case .save: "/save talks.jsonl adds the talk to a file of rows"
    case .help: "these words; /set temperature 0.7 and all other commands work too"
    case .leave: "back to the prompt; Ctrl-D does the same"
    }
  }

  /// What people type who know other programs.
  private static let synonyms: [String: ChatWord] = [
    "regenerate": .again, "retry": .again, "redo": .again, "clear": .fresh, "new": .fresh,
    "reset": .fresh, "compare": .base, "history": .talk, "show": .talk, "quit": .leave,
    "exit": .leave, "bye": .leave, "q": .leave, "?": .help,
  ]

  /// The word that was typed; nil for another.
  init?(typed text: String) {
    let name = text.lowercased()
    guard let word = ChatWord(rawValue: name) ?? Self.synonyms[name] else { return nil }
    self = word
  }
}

/// What is typed in a chat.
enum ChatEntry: Hashable, Sendable {
  case message(String)
  /// A word with what follows it.
  case word(ChatWord, String)
  /// Any other line after a slash: a command.
  case command(String)

  /// Reads a line; nil for an empty one.
  ///
  /// Two slashes begin a message with one.
  init?(_ text: String) {
    let line = trimmed(text)
    guard !line.isEmpty else { return nil }
    guard line.hasPrefix("/"), !line.hasPrefix("//") else {
      self = .message(line.hasPrefix("//") ? String(line.dropFirst()) : line)
      return
    }
    let rest = line.dropFirst()
    let name = rest.prefix { !$0.isWhitespace }
    if let word = ChatWord(typed: String(name)) {
      self = .word(word, trimmed(String(rest.dropFirst(name.count))))
    } else {
      self = .command(trimmed(String(rest)))
    }
  }
}

private func trimmed(_ text: String) -> String {
  let start = text.drop(while: \.isWhitespace)
  return String(start.reversed().drop(while: \.isWhitespace).reversed())
}
