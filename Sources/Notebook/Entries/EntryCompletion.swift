package import Language
import Reporting

/// What may be typed at the cursor of an entry: words of the language, or the names of files.
package enum EntryCompletion {
  /// Words, and how many bytes of UTF-8 before the cursor each takes the place of.
  case words([Completion.Candidate], replacedBytes: Int)
  case files(FileNames.Offer)

  /// - Parameters:
  ///   - entry: the whole entry.
  ///   - cursor: the cursor's place in bytes.
  ///   - commands: what it may use.
  ///   - known: what exists in the session.
  package init(_ entry: String, cursor: Int, commands: CommandTable, known: KnownNames) {
    let found = Completion.candidates(
      text: entry, cursor: cursor, commands: commands, known: known)
    guard let path = found.path else {
      let isBlank = found.span.start == found.span.end
      self = .words(
        isBlank ? found.commandsFirst : found.candidates,
        replacedBytes: found.span.end - found.span.start)
      return
    }
    let names = FileNames(bundled: Self.bundledNames(for: entry, known))
    let quote = Self.openQuote(of: path, in: entry, cursor: cursor)
    self = .files(
      found.isUnquoted ? names.quoted(path) : names.completions(of: path, closing: quote))
  }

  /// The names that stand for bundled things where a file's name is typed.
  private static func bundledNames(for entry: String, _ known: KnownNames) -> [String] {
    let words = entry.split(separator: " ").prefix(2)
    guard words.first == "load" else { return [] }
    return words.last == "data" ? known.files : words.last == "model" ? known.models : []
  }

  /// The quote that the name at the cursor was begun with; nil when it is closed already.
  private static func openQuote(of path: String, in entry: String, cursor: Int) -> String? {
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
