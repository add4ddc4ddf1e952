import Commands
import Language
import Notebook
import Terminal

/// What stands before the cursor and what Enter and Tab do, for the entry with the next number.
final class Prompt {
  /// Whose prompt it is.
  enum Place: Hashable {
    case session
    /// A lesson's, at a step from 1; nil when the lesson is done.
    case lesson(Int, step: Int?)
  }

  var place = Place.session
  /// Whether lines are messages to the model.
  var isChat = false
  /// The number that the next entry gets.
  var cell = 1
  /// What Tab may offer.
  var known = KnownNames.none
  /// The numbers of the cells that were run.
  var cells: [Int] = []
  private let commands: CommandTable
  private let theme: Theme

  init(commands: CommandTable, theme: Theme) {
    self.commands = commands
    self.theme = theme
  }

  var rules: EntryRules {
    EntryRules(
      prompt: { [self] in text($0) },
      continuation: { [self] in continuation($0) },
      completions: { [self] in completions($0, cursor: $1) })
  }

  /// `watch train 1 epoch` is `:watch train 1 epoch`; nil for the rest, such as `watch job`, which is a
  /// command.
  static func watchRequest(_ entry: String) -> String? {
    let words = entry.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    guard words.count == 2, words[0] == "watch", !words[1].hasPrefix("job") else { return nil }
    return String(words[1])
  }

  /// The prompt's first words: `ft[3]`, or `lesson 1.2` at the second step of the first lesson.
  var name: String {
    guard !isChat else { return "chat" }
    return switch place {
    case .session: "ft[\(cell)]"
    case .lesson(let number, let step): "lesson \(number)" + (step.map { ".\($0)" } ?? "")
    }
  }

  /// `ft[3]> `, or with the innermost open bracket, `ft[3]{ `.
  private func text(_ entry: String) -> String {
    let mark = isChat ? ">" : OpenBrackets(entry).all.last.map(String.init) ?? ">"
    return theme.paint(name + mark, .prompt) + " "
  }

  private func continuation(_ entry: String) -> Int? {
    guard !isChat, !MetaCall.isMeta(entry),
      Entry.classify(text: entry, commands: commands, cell: cell) == .incomplete
    else { return nil }
    return OpenBrackets(entry).indent
  }

  private func completions(_ entry: String, cursor: Int) -> Completions {
    guard !isChat else { return chatWords(entry) }
    if MetaCall.isMeta(entry) {
      let before = String(decoding: entry.utf8.prefix(max(0, cursor)), as: UTF8.self)
      return MetaCompletion.completions(before, cells: cells)
    }
    switch EntryCompletion(entry, cursor: cursor, commands: commands, known: known) {
    case .files(let names): return Completions(names)
    case .words(let offered, let replacedBytes):
      var words = offered.map(\.text)
      let lessonWords = lessonWords(entry, cursor: cursor)
      if words.count == 1, lessonWords.isEmpty { words[0] += offered[0].kind.following }
      words += lessonWords
      return Completions(words, replacing: replacedBytes)
    }
  }
}

extension Prompt {
  /// The words of a chat that could be what is typed after a slash.
  private func chatWords(_ entry: String) -> Completions {
    guard entry.hasPrefix("/") else { return .none }
    let words = ChatWord.allCases.map { "/" + $0.rawValue }.filter { $0.hasPrefix(entry) }
    return Completions(
      words.count == 1 ? [words[0] + " "] : words, replacing: entry.utf8.count)
  }

  /// The words that lead through the lesson that is on, when one could be what is typed.
  private func lessonWords(_ entry: String, cursor: Int) -> [String] {
    guard case .lesson = place, cursor == entry.utf8.count, entry.allSatisfy(\.isLetter) else {
      return []
    }
    return LessonWord.allCases.map(\.rawValue).filter { $0.hasPrefix(entry) }
  }
}

extension Completion.Candidate.Kind {
  /// What always follows such a word; a name may go on with `.` or an operator.
  fileprivate var following: String {
    switch self {
    case .command, .word, .keyword, .setting, .model: " "
    case .procedure, .function: "("
    case .variable, .data, .field: ""
    }
  }
}

extension Completions {
  /// Files' names, to be typed.
  init(_ names: FileNames.Offer) { self.init(names.names, replacing: names.replacedBytes) }
}
