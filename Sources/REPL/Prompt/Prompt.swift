import Commands
import Foundation
import Language
import Reporting
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

  /// `?` is `help`, and `?train` or `train?` is `help train`, as in other notebooks; nil for the rest.
  static func helpRequest(_ entry: String) -> String? {
    let text = entry.trimmingCharacters(in: .whitespacesAndNewlines)
    let topic = text.trimmingCharacters(in: CharacterSet(charactersIn: "?"))
    guard topic.count < text.count,
      topic.allSatisfy({ $0.isLetter || $0.isNumber || "_. -".contains($0) })
    else { return nil }
    return (["help"] + topic.split(separator: " ").map(String.init)).joined(separator: " ")
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
    return 2 * OpenBrackets(entry).all.count
  }

  private func completions(_ entry: String, cursor: Int) -> Completions {
    guard !isChat else { return chatWords(entry) }
    if MetaCall.isMeta(entry) {
      let before = String(decoding: entry.utf8.prefix(max(0, cursor)), as: UTF8.self)
      return MetaCompletion.completions(before, cells: cells)
    }
    let found = Completion.candidates(
      text: entry, cursor: cursor, commands: commands, known: known)
    if let path = found.path {
      let names = FileNames(bundled: bundledNames(for: entry))
      guard !found.isUnquoted else { return names.quoted(path) }
      return names.completions(of: path, closing: openQuote(of: path, in: entry, cursor: cursor))
    }
    let offered = found.span.start == found.span.end ? found.commandsFirst : found.candidates
    var words = offered.map(\.text)
    let lessonWords = lessonWords(entry, cursor: cursor)
    if words.count == 1, lessonWords.isEmpty { words[0] += offered[0].kind.following }
    words += lessonWords
    return Completions(words, replacing: found.span.end - found.span.start)
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

  /// The names that stand for bundled things where a file's name is typed.
  private func bundledNames(for entry: String) -> [String] {
    let words = entry.split(separator: " ").prefix(2)
    guard words.first == "load" else { return [] }
    return words.last == "data" ? known.files : words.last == "model" ? known.models : []
  }

  /// The quote that the name at the cursor was begun with; nil when it is closed already.
  private func openQuote(of path: String, in entry: String, cursor: Int) -> String? {
    let bytes = Array(entry.utf8)
    let start = cursor - path.utf8.count - 1
    guard bytes.indices.contains(start) else { return nil }
    let isClosed = cursor < bytes.count && bytes[cursor] == bytes[start]
    return isClosed ? nil : String(decoding: [bytes[start]], as: UTF8.self)
  }
}

extension Completion {
  /// The commands alone where one may begin and no letter is typed: what a beginner looks for, among
  /// some forty functions and names.
  fileprivate var commandsFirst: [Candidate] {
    let commands = candidates.filter { $0.kind == .command }
    return commands.isEmpty ? candidates : commands
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

/// The names of files that begin as a text does, and of bundled ones.
struct FileNames {
  /// Names that stand for files elsewhere.
  var bundled: [String] = []

  /// What could stand for `path`; after the only name comes the quote that ends it, if any.
  func completions(of path: String, closing quote: String? = nil) -> Completions {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let start = path.dropFirst(folder.count)
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.isEmpty ? "." : folder)
    let matching = (names ?? []).filter { name in
      name.hasPrefix(start) && (start.hasPrefix(".") || !name.hasPrefix("."))
    }
    var candidates = matching.map { name -> String in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder)
      return isFolder.boolValue ? name + "/" : name
    }
    if folder.isEmpty {
      candidates += bundled.filter { $0.hasPrefix(start) && !candidates.contains($0) }
    }
    if candidates.count == 1, !candidates[0].hasSuffix("/") { candidates[0] += quote ?? "" }
    return Completions(candidates.sorted(), replacing: start.utf8.count)
  }

  /// What could stand for a name whose quotes were forgotten: the same, with quotes.
  func quoted(_ path: String) -> Completions {
    let found = completions(of: path, closing: "\"")
    let kept = path.utf8.count - found.replacedBytes
    let folder = String(decoding: path.utf8.prefix(kept), as: UTF8.self)
    return Completions(found.candidates.map { "\"" + folder + $0 }, replacing: path.utf8.count)
  }
}
