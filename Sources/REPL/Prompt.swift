import Foundation
import Language
import Reporting
import Terminal

/// What stands before the cursor and what Enter and Tab do, for the entry with the next number.
final class Prompt {
  /// The number that the next entry gets.
  var cell = 1
  /// What Tab may offer.
  var known = KnownNames.none
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

  /// `ft[3]> `, or with the innermost open bracket, `ft[3]{ `.
  private func text(_ entry: String) -> String {
    let mark = OpenBrackets(entry).all.last.map(String.init) ?? ">"
    return theme.paint("ft[\(cell)]\(mark)", .prompt) + " "
  }

  private func continuation(_ entry: String) -> Int? {
    guard Entry.classify(text: entry, commands: commands, cell: cell) == .incomplete else {
      return nil
    }
    return 2 * OpenBrackets(entry).all.count
  }

  private func completions(_ entry: String, cursor: Int) -> Completions {
    let found = Completion.candidates(
      text: entry, cursor: cursor, commands: commands, known: known)
    if let path = found.path { return FileNames.completions(of: path) }
    var words = found.candidates.map(\.text)
    if words.count == 1, found.candidates[0].kind.isWhole { words[0] += " " }
    return Completions(words, replacing: found.span.end - found.span.start)
  }
}

extension Completion.Candidate.Kind {
  /// True for words after which another one follows; a name may go on with `.`, `(` or an operator.
  fileprivate var isWhole: Bool {
    switch self {
    case .command, .word, .keyword, .setting, .model: true
    case .variable, .procedure, .function, .data, .field: false
    }
  }
}

/// The names of files that begin as a text does.
enum FileNames {
  static func completions(of path: String) -> Completions {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let start = path.dropFirst(folder.count)
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.isEmpty ? "." : folder)
    let matching = (names ?? []).filter { name in
      name.hasPrefix(start) && (start.hasPrefix(".") || !name.hasPrefix("."))
    }
    let candidates = matching.sorted().map { name -> String in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder)
      return isFolder.boolValue ? name + "/" : name
    }
    return Completions(candidates, replacing: start.utf8.count)
  }
}
