import Commands
import Language
import Notebook
import Reporting
import Session

/// What the next message of a chat is said with.
struct ChatRoom {
  /// What the system says from then on; nil for nothing new.
  var system: String?
  /// Whether it begins a new talk.
  var isFresh = false
  /// Whether the model as it was loaded answers too.
  var isBesideBase = false

  /// The command that says a message, as it is kept among the cells.
  mutating func command(saying message: String) -> String {
    defer { (system, isFresh) = (nil, false) }
    return "chat " + Value.string(message).source + (isFresh ? " fresh" : "")
      + (system.map { " system " + Value.string($0).source } ?? "") + options
  }

  /// What each answer is asked for with.
  var options: String { isBesideBase ? " beside base" : "" }
}

/// Talking with the model at the prompt: each line is a message, and a cell with the command that says it.
extension REPL {
  /// Whether an entry is the command that begins a chat: `chat` by itself.
  static func beginsChat(_ text: String) -> Bool {
    text.split(whereSeparator: \.isWhitespace) == ["chat"]
  }

  /// Makes each line a message from now on.
  func beginChat() {
    guard !isStopping() else { return }
    let known = interrupts.wait(for: { [runner] in await runner.session.talkingModel })
    guard let known, let model = known else {
      // The command says what is missing.
      _ = run("chat")
      return
    }
    room = ChatRoom()
    prompt.isChat = true
    let talk = model.turnCount == 0 ? "" : ", where your talk of before goes on"
    renderer.say(
      "You talk with \(model.name)\(talk). `/help` lists what else can be typed, Ctrl-C stops an answer, "
        + "Ctrl-D leaves.")
  }

  /// Makes entries commands again.
  func leaveChat() {
    room = nil
    prompt.isChat = false
    renderer.say("Back at the prompt. The talk is kept: `chat` goes on with it.")
  }

  /// Does what a line of a chat asks for; returns how the program ends, nil when it goes on.
  func takeInChat(_ text: String) -> ExitCode? {
    switch ChatEntry(text) {
    case nil: return nil
    case .message(let message):
      guard let command = room?.command(saying: message) else { return nil }
      return run(command).code
    case .word(let word, let rest): return follow(word, rest)
    case .command(let command):
      guard let verb = command.split(whereSeparator: \.isWhitespace).first.map(String.init),
        runner.commands.isVerb(verb)
      else {
        let name = command.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        let isSetting = runner.commands.settings.contains { $0.name == name }
        renderer.show(
          Diagnostic(
            code: .unknownPromptCommand, "there is no word `/\(name)` in a chat.",
            hints: (isSetting ? [.help("/set \(command)")] : []) + [
              .help("/help lists the words"), .help("two slashes begin a message with one"),
            ]))
        return nil
      }
      return run(command).code
    }
  }

  private func follow(_ word: ChatWord, _ rest: String) -> ExitCode? {
    switch word {
    case .again: return run("chat again" + (room?.options ?? "")).code
    case .undo: return run("chat undo").code
    case .system where rest.isEmpty:
      renderer.say("`/system` needs what the system says, as in /system Answer in one sentence.")
    case .system:
      room?.system = rest
      renderer.say("said with your next message")
    case .fresh:
      room?.isFresh = true
      renderer.say("your next message begins a new talk")
    case .base: turnBaseOnOrOff()
    case .talk: showTalk()
    case .save:
      let path = rest.isEmpty ? "talks.jsonl" : rest.filter { $0 != "\"" }
      return run("save chat " + Value.string(path).source).code
    case .help:
      var table = Table(columns: [.init("type"), .init("to")])
      for word in ChatWord.allCases {
        table.append([.text("/" + word.rawValue), .text(word.summary)])
      }
      show(.table(table))
    case .leave: leaveChat()
    }
    return nil
  }

  private func turnBaseOnOrOff() {
    let isBeside = room?.isBesideBase == true
    let model = interrupts.wait(for: { [runner] in await runner.session.talkingModel }) ?? nil
    guard isBeside || model?.isTuned == true else {
      return renderer.say(
        "there is nothing to hold beside it: the model is as it was loaded. `/train 1 epoch` changes that"
      )
    }
    room?.isBesideBase = !isBeside
    renderer.say(
      isBeside
        ? "the model alone answers again"
        : "the model as it was loaded answers too; what it says is no part of the talk")
  }

  private func showTalk() {
    let lines = interrupts.wait(for: { [runner] in await runner.session.talkLines }) ?? []
    guard !lines.isEmpty else { return renderer.say("nothing was said yet") }
    show(.text(lines.joined(separator: "\n")))
  }
}
