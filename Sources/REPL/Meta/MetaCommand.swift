import Language
import Notebook
import Reporting

/// A command of the prompt itself, such as `:save lab.ft`: parsing, completion and help come from
/// its declaration.
///
/// It works on cells rather than in them, so it takes no number and is never saved.
struct MetaCommand: Sendable {
  /// What follows the name.
  enum Argument: Sendable {
    case none
    /// `3`, `3-5` or `3, 5`.
    case cells
    /// One number; the last cell's when it is left out.
    case cell
    /// A file's name, with or without quotes, and the word `over`.
    case newFile
    /// The name of a file that is there.
    case file
    /// An entry, as it could be typed by itself.
    case entry
    /// The name of one of these commands, or nothing.
    case command
  }

  let name: String
  /// Another name for it.
  let synonym: String?
  let argument: Argument
  /// One sentence.
  let about: String
  /// A line that can be typed as it stands.
  let example: String
  let run: @Sendable (MetaCall, REPL) throws(Diagnostic) -> ExitCode?

  /// - Parameters:
  ///   - name: what follows the colon.
  ///   - synonym: another name for it.
  ///   - argument: what follows the name.
  ///   - about: one sentence.
  ///   - example: a line to type.
  ///   - run: does it; gives how the program ends, nil when it goes on.
  init(
    _ name: String, synonym: String? = nil, _ argument: Argument, about: String, example: String,
    run: @escaping @Sendable (MetaCall, REPL) throws(Diagnostic) -> ExitCode?
  ) {
    self.name = name
    self.synonym = synonym
    self.argument = argument
    self.about = about
    self.example = example
    self.run = run
  }

  /// All of them, in the order of work.
  static let all: [MetaCommand] = [
    .cells, .rerun, .edit, .diff, .watch, .save, .share, .load, .help,
  ]

  /// The command of a name or synonym.
  static func named(_ name: String) -> MetaCommand? {
    all.first { $0.name == name || $0.synonym == name }
  }
}

/// A meta-command as it was typed.
struct MetaCall {
  /// A word after the name, without its quotes.
  struct Word {
    let text: String
    let span: SourceSpan
  }

  let command: MetaCommand
  let words: [Word]
  let file: SourceFile

  /// Whether an entry is for the prompt itself.
  static func isMeta(_ text: String) -> Bool { text.drop(while: \.isWhitespace).first == ":" }

  /// Reads an entry.
  ///
  /// - Throws: `N103` for an unknown name.
  init(_ text: String, cell: Int) throws(Diagnostic) {
    file = SourceFile(.cell(cell), text)
    var words = Self.words(of: file)
    let name = words.isEmpty ? Word(text: "", span: SourceSpan(0, 1)) : words.removeFirst()
    guard let command = MetaCommand.named(name.text) else {
      let isFarewell = ["q", "quit", "exit", "wq", "x"].contains(name.text)
      let near = Suggestion.nearest(to: name.text, among: MetaCommand.all.map(\.name))
      throw Diagnostic(
        code: .unknownPromptCommand, "there is no command `:\(name.text)`.",
        at: .init(file, name.span),
        hints: [.type(isFarewell ? "quit" : near.map { ":\($0)" } ?? ":help")])
    }
    self.command = command
    self.words = words
    guard words.isEmpty || command.argument != .none else { throw self.tooMuch(after: 0) }
  }

  /// The error for words that mean nothing.
  func tooMuch(after count: Int) -> Diagnostic {
    Diagnostic(
      code: .unknownWord, "`:\(command.name)` takes no more than that.",
      at: .init(file, words.indices.contains(count) ? words[count].span : SourceSpan(0, 1)),
      hints: [.type(command.example)])
  }

  /// The error for a word that is missing.
  func missing(_ what: String) -> Diagnostic {
    Diagnostic(
      code: .unknownWord, "`:\(command.name)` needs \(what).",
      at: .init(file, SourceSpan(file.bytes.count, file.bytes.count)),
      hints: [.type(command.example)])
  }

  /// The words after the colon, which blanks separate; texts in quotes stay whole.
  private static func words(of file: SourceFile) -> [Word] {
    let bytes = file.bytes
    var words: [Word] = []
    var index = (bytes.firstIndex(of: UInt8(ascii: ":")) ?? -1) + 1
    while index < bytes.count {
      let isBlank = { (byte: UInt8) in byte <= 0x20 }
      guard !isBlank(bytes[index]) else {
        index += 1
        continue
      }
      let quote = [UInt8(ascii: "\""), UInt8(ascii: "'")].first { $0 == bytes[index] }
      let start = quote == nil ? index : index + 1
      let rest = bytes[start...]
      let end =
        (quote.map { rest.firstIndex(of: $0) } ?? rest.firstIndex(where: isBlank)) ?? bytes.count
      let span = SourceSpan(start, end)
      words.append(Word(text: file.text(of: span), span: span))
      index = quote == nil ? end : end + 1
    }
    return words
  }
}

extension DiagnosticCode {
  static let unknownPromptCommand = DiagnosticCode(
    "N103", "no such command of the prompt",
    "A line that begins with a colon is for the prompt itself, such as `:cells` or `:save`, and "
      + "no part of scripts. `:help` lists them.")
}
