import Notebook
import Terminal

/// What Tab offers in an entry for the prompt itself.
enum MetaCompletion {
  /// What could stand at the end of `entry`; `cells` are the numbers of the session's cells.
  static func completions(_ entry: String, cells: [Int]) -> Completions {
    let text = entry.drop(while: \.isWhitespace).dropFirst()
    guard let end = text.firstIndex(of: " ") else {
      return matching(text, among: MetaCommand.all.map(\.name), ending: " ")
    }
    let word = text[text.index(after: end)...].drop { $0 == " " }
    guard let command = MetaCommand.named(String(text[..<end])) else { return .none }
    switch command.argument {
    case .none, .entry: return .none
    case .cells, .cell: return matching(word, among: cells.map(String.init), ending: "")
    case .command: return matching(word, among: MetaCommand.all.map(\.name), ending: " ")
    case .newFile, .file:
      let isQuoted = word.hasPrefix("\"")
      let path = String(isQuoted ? word.dropFirst() : word)
      return Completions(FileNames().completions(of: path, closing: isQuoted ? "\"" : nil))
    }
  }

  private static func matching(
    _ prefix: Substring, among words: [String], ending: String
  ) -> Completions {
    let found = words.filter { $0.hasPrefix(prefix) }
    let isOnly = found.count == 1
    return Completions(found.map { isOnly ? $0 + ending : $0 }, replacing: prefix.utf8.count)
  }
}
