package import Reporting

/// What may be typed at the cursor.
package struct Completion: Hashable, Sendable {
  /// One word to offer.
  package struct Candidate: Hashable, Sendable {
    /// What sort of word it is, for grouping and colour.
    package enum Kind: String, Hashable, Sendable {
      case command
      case word
      case keyword
      case variable
      case procedure
      case function
      case setting
      case model
      case data
      case field
    }

    /// What is inserted in place of the word before the cursor.
    package let text: String
    /// What sort of word it is.
    package let kind: Kind
    /// A few words about it; may be empty.
    package let about: String
  }

  /// What a chosen candidate replaces: the word before the cursor.
  package let span: SourceSpan
  /// In alphabetical order, those the pattern names first.
  package let candidates: [Candidate]
  /// The beginning of a file name, when the cursor is where one belongs.
  package let path: String?
  /// Whether that beginning stands without the quotes it needs.
  package let isUnquoted: Bool

  package init(
    span: SourceSpan, candidates: [Candidate], path: String?, isUnquoted: Bool = false
  ) {
    self.span = span
    self.candidates = candidates
    self.path = path
    self.isUnquoted = isUnquoted
  }

  /// Offers what the same parse that reads the text expects at the cursor.
  ///
  /// - Parameters:
  ///   - text: the whole entry.
  ///   - cursor: the cursor's place in bytes; the text after it is not looked at.
  ///   - commands: the commands that may be used.
  ///   - known: what exists in the session.
  /// - Returns: the candidates that begin with the word before the cursor.
  package static func candidates(
    text: String, cursor: Int, commands: CommandTable, known: KnownNames = .none
  ) -> Completion {
    let before = Array(text.utf8.prefix(max(0, cursor)))
    let file = SourceFile(.cell(0), String(decoding: before, as: UTF8.self))
    let place = SourceSpan(before.count, before.count)
    let lexed = Lexer.read(file)
    let last = lexed.tokens.dropLast().last
    if before[min(last?.span.end ?? 0, before.count)...].contains(UInt8(ascii: "#")) {
      return Completion(span: place, candidates: [], path: nil)
    }
    if let last, case .string = last.kind,
      lexed.diagnostics.contains(where: { $0.code == .openText })
    {
      return inText(last, file, commands)
    }
    var start = before.count
    while start > 0, Lexer.isWordStart(before[start - 1]) || Lexer.isDigit(before[start - 1]) {
      start -= 1
    }
    let prefix = String(decoding: before[start...], as: UTF8.self)
    let head = SourceFile(.cell(0), String(decoding: before[..<start], as: UTF8.self))
    let expected = Parse(head, commands: commands).expectedAtEnd
    var source = CandidateSource(
      commands: commands, known: known, typedWords: wordsOfCommand(head.text),
      isBlank: prefix.isEmpty)
    for expectation in expected { source.add(expectation) }
    let matching = source.candidates.filter { $0.text.hasPrefix(prefix) }
    if matching.isEmpty, let name = unquotedName(file, commands) { return name }
    return Completion(
      span: SourceSpan(start, before.count), candidates: matching, path: nil)
  }

  /// A file's name whose quotes were forgotten: all since the last blank, where a name belongs.
  private static func unquotedName(_ file: SourceFile, _ commands: CommandTable) -> Completion? {
    let blanks: [UInt8] = [0x20, 0x09, 0x0A]
    let start = file.bytes.lastIndex { blanks.contains($0) }.map { $0 + 1 } ?? 0
    let head = SourceFile(.cell(0), file.text(of: SourceSpan(0, start)))
    guard wantsFileName(Parse(head, commands: commands)) else { return nil }
    let span = SourceSpan(start, file.bytes.count)
    return Completion(span: span, candidates: [], path: file.text(of: span), isUnquoted: true)
  }

  private static func wantsFileName(_ parse: Parse) -> Bool {
    parse.expectedAtEnd.contains {
      if case .slot(_, let kind) = $0 { return [.path, .output, .model].contains(kind) }
      return false
    }
  }

  /// The words after the verb in the command that is being typed.
  private static func wordsOfCommand(_ text: String) -> [String] {
    let command = text.split(omittingEmptySubsequences: false) { $0.isNewline || $0 == ";" }.last
    return (command ?? "").split(separator: " ").dropFirst().map(String.init)
  }

  /// In an open text only file names are completed, where one belongs.
  private static func inText(_ token: Token, _ file: SourceFile, _ commands: CommandTable)
    -> Completion
  {
    let span = SourceSpan(token.span.start + 1, token.span.end)
    let head = SourceFile(.cell(0), file.text(of: SourceSpan(0, token.span.start)))
    let isName = wantsFileName(Parse(head, commands: commands))
    return Completion(span: span, candidates: [], path: isName ? file.text(of: span) : nil)
  }
}

/// Turns expectations into candidates, each word once.
private struct CandidateSource {
  let commands: CommandTable
  let known: KnownNames
  /// The words of the command that stand before the cursor's.
  let typedWords: [String]
  /// Whether no letter of the word is typed yet.
  let isBlank: Bool
  private(set) var words: [Completion.Candidate] = []
  private var seen: Set<String> = []

  init(commands: CommandTable, known: KnownNames, typedWords: [String], isBlank: Bool) {
    self.typedWords = typedWords
    self.isBlank = isBlank
    self.commands = commands
    self.known = known
  }

  /// Words of the pattern first, then the rest by name.
  var candidates: [Completion.Candidate] {
    let (first, rest) = (words.filter { $0.kind == .word }, words.filter { $0.kind != .word })
    return first.sorted { $0.text < $1.text } + rest.sorted { $0.text < $1.text }
  }

  mutating func add(_ expectation: Expectation) {
    switch expectation {
    case .statement:
      for verb in commands.verbs { add(verb, .command, commands.summary(of: verb)) }
      for word in Keyword.statements { add(word, .keyword) }
      addValues()
    case .value: addValues()
    case .member(let path): addMembers(of: path)
    case .word(let word): add(word, .word)
    case .slot(_, let kind): add(kind)
    case .sign, .newName, .end: break
    }
  }

  private mutating func add(_ kind: SlotKind) {
    switch kind {
    case .model: for name in known.models { add(name, .model) }
    case .data: for name in known.data { add(name, .data) }
    case .setting, .settingName:
      for setting in commands.settings { add(setting.name, .setting, setting.about) }
    case .condition: for metric in commands.metrics { add(head(of: metric), .data) }
    case .word: addTopics()
    case .rowExpr:
      add("row", .variable)
      addValues()
    default: if kind.takesVariable { addValues() }
    }
  }

  /// The next words of the topics that begin with the words typed; words of the field only with a
  /// letter or a word of them, as there are too many to look through.
  private mutating func addTopics() {
    let concepts = isBlank && typedWords.isEmpty ? [] : commands.concepts.map(\.name)
    for topic in known.topics + concepts {
      let words = topic.split(separator: " ").map(String.init)
      guard words.count > typedWords.count, words.starts(with: typedWords) else { continue }
      add(words[typedWords.count], .word)
    }
  }

  private mutating func addValues() {
    // Procedures first: their names are variables too.
    for closure in known.procedures {
      add(closure.name, .procedure, closure.documentation.first ?? "")
    }
    for name in commands.names + known.variables { add(name, .variable) }
    for builtin in Builtin.all { add(builtin.name, .function, builtin.summary) }
    for number in known.outputs.suffix(9) { add("Out[\(number)]", .variable, "result") }
    for word in ["true", "false", "null"] { add(word, .keyword) }
  }

  private mutating func addMembers(of path: String) {
    for name in known.members[path] ?? [] { add(name, .field) }
    if path == "settings" {
      for setting in commands.settings { add(setting.name, .setting, setting.about) }
    }
    for metric in commands.metrics where metric.hasPrefix(path + ".") {
      add(head(of: String(metric.dropFirst(path.count + 1))), .field)
    }
  }

  /// The part of a dotted name before the first point.
  private func head(of path: String) -> String { String(path.prefix { $0 != "." }) }

  private mutating func add(_ text: String, _ kind: Completion.Candidate.Kind, _ about: String = "")
  {
    guard seen.insert(text).inserted else { return }
    words.append(Completion.Candidate(text: text, kind: kind, about: about))
  }
}

extension CommandTable {
  /// The summary of a verb: that of its only command, or the names of its commands.
  func summary(of verb: String) -> String {
    let found = commands(of: verb).map { signatures[$0] }
    guard found.count > 1 else { return found.first?.summary ?? "" }
    return found.map(\.name).joined(separator: ", ")
  }
}
