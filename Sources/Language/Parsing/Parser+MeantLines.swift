import Reporting

/// The line that was most likely meant where a command went wrong, for people to type.
extension Parser {
  /// For a command that no pattern fits: the line with one word put right or put in, else an example.
  func meantLine(_ walk: PatternWalk, verb: Name) -> [Diagnostic.Hint] {
    guard suggestsLines else { return [] }
    if let advice = dashes(verb) { return advice }
    let words = walk.expected.compactMap(\.wordText)
    if let near = next.word.flatMap({ commands.nearest(to: $0, among: words) }) {
      let replaced = line(replacing: next.span, by: near)
      return reads(replaced) ? [.type(replaced)] : example(of: verb, before: near)
    }
    if let concept = next.word.flatMap(commands.concept(of:)) {
      let isOfVerb = concept.line?.hasPrefix(verb.text + " ") ?? false
      return isOfVerb ? [concept.hint] : [.type("help \(concept.name)")]
    }
    if let shorter = lineWithoutFiller { return [.type(shorter)] }
    if let inserted = lineWithWord(from: words, of: verb) { return [.type(inserted)] }
    if let other = lineWithOtherWord(from: words, of: verb) { return [.type(other)] }
    // Where only some words may stand, each says something of its own: none is put in for another.
    if next.word != nil, last.span != verb.span, !words.isEmpty,
      words.count == walk.expected.count
    {
      return [.type("help \(verb.text)")]
    }
    return example(of: verb, before: "")
  }

  /// Small words that people take for one another; any other word says something of its own.
  private static let smallWords: Set<String> = [
    "a", "an", "as", "at", "by", "for", "from", "in", "into", "my", "of", "on", "the", "to",
    "using", "with",
  ]

  /// The line with another small word in the place of the next token: `train 1 step of dev`.
  private func lineWithOtherWord(from words: [String], of verb: Name) -> String? {
    guard let word = next.word, Self.smallWords.contains(word), last.span != verb.span else {
      return nil
    }
    return words.lazy.filter(Self.smallWords.contains)
      .map { line(replacing: next.span, by: $0) }.first(where: isWhole)
  }

  private func example(of verb: Name, before word: String) -> [Diagnostic.Hint] {
    let typed = file.text(of: SourceSpan(verb.span.start, next.span.start)) + word
    return commands.example(of: verb.text, like: typed).map { [.type($0)] } ?? []
  }

  /// `train --help`, `train -h`, `train --epochs 3`: what to type in the place of an option.
  func dashes(_ verb: Name) -> [Diagnostic.Hint]? {
    guard suggestsLines else { return nil }
    let start = tokens.lastIndex { $0.span.start == verb.span.start } ?? nextIndex
    let rest = tokens[start...].prefix { !$0.endsLine }
    guard let dash = rest.firstIndex(where: { $0.isSign("-") && $0.hasSpaceBefore }) else {
      return nil
    }
    let word = tokens[dash...].prefix(3).lazy.compactMap(\.word).first
    let isLong = tokens[dash + 1].isSign("-")
    if let word, ["h", "help"].contains(word) { return [.type("help \(verb.text)")] }
    return isLong ? example(of: verb, before: "") : nil
  }

  /// The line without a word that English has and the pattern has not: `load the model finch`.
  var lineWithoutFiller: String? {
    guard suggestsLines, let word = next.word, Self.smallWords.contains(word) else { return nil }
    let end = tokens[nextIndex + 1].span.start
    let shorter = line(replacing: SourceSpan(next.span.start, end), by: "")
    return reads(shorter) ? shorter : nil
  }

  /// The line with one of the words before the next token, which gets the quotes it may need:
  /// `load finch` is `load model finch`, `load my.csv` is `load data "my.csv"`.
  private func lineWithWord(from words: [String], of verb: Name) -> String? {
    guard !next.endsLine else { return last.span == verb.span ? nil : lineCompleted(by: words) }
    guard next.word.map(commands.words(of: verb.text).contains) != true else { return nil }
    let span = next.span.joined(with: tokens[endWithoutSpace(from: nextIndex)].span)
    let rest = file.text(of: span)
    // Of several that fit, none is more likely meant than the others.
    let fitting = plural(words).map { line(replacing: span, by: "\($0) \(rest)") }.filter(reads)
    return fitting.count == 1 ? fitting[0] : nil
  }

  /// `train 3` with the word that is all it lacks; of a word and its plural the plural.
  private func lineCompleted(by words: [String]) -> String? {
    guard let place = tokens[..<nextIndex].last(where: { !$0.endsLine })?.span.end else {
      return nil
    }
    let end = SourceSpan(place, place)
    return plural(words).lazy.map { line(replacing: end, by: " " + $0) }.first(where: isWhole)
  }

  /// The words without those whose plural is among them.
  private func plural(_ words: [String]) -> [String] {
    words.filter { !words.contains($0 + "s") }
  }

  private func isWhole(_ line: String) -> Bool {
    Parse(SourceFile(file.origin, line), commands: commands, suggestsLines: false).diagnostics
      .isEmpty
  }

  /// `open qa.csv` with the verb put right, or `model finch` with it put in.
  func lineWithSecondWord(after verb: String, replacing word: SourceSpan) -> String? {
    let start = nextIndex + 1
    guard !tokens[start].endsLine else { return nil }
    return line(of: verb, before: start, replacing: word)
  }

  /// `load my.csv`, `save "out"`: the line with the second word of a command, and quotes if need be.
  func lineWithSecondWord(of verb: Name) -> String? {
    guard !next.endsLine, suggestsLines, index > 0, last.span == verb.span,
      next.word.flatMap({ Suggestion.nearest(to: $0, among: commands.seconds(of: verb.text)) })
        == nil
    else { return nil }
    return line(of: verb.text, before: nextIndex, replacing: verb.span)
  }

  private func line(of verb: String, before start: Int, replacing word: SourceSpan) -> String? {
    let end = endWithoutSpace(from: start)
    let span = SourceSpan(word.start, tokens[end].span.end)
    let rest = file.text(of: SourceSpan(tokens[start].span.start, tokens[end].span.end))
    guard !commands.words(of: verb).contains(rest) else { return nil }
    let isText = rest.first == "\"" || rest.first == "'"
    let isFile = isText || rest.contains(".") || rest.contains("/")
    let names = commands.names(of: verb, takingFile: isFile)
    let object = isFile && !isText ? "\"\(rest)\"" : rest
    return names.lazy.map { line(replacing: span, by: "\($0) \(object)") }.first(where: reads)
  }

  /// The last token of the statement that goes on at a token.
  private func endOfStatement(from start: Int) -> Int {
    var end = start
    while !tokens[end + 1].endsLine, ![";", "}"].contains(where: tokens[end + 1].isSign) {
      end += 1
    }
    return end
  }

  /// `sample hello there`: L112, the rest of the line being the text.
  func unquotedText(_ slot: CommandSyntax.Slot?) -> Failure? {
    guard let slot, slot.kind == .text, case .expression(let expression) = slot.form,
      expression.nameText != nil, next.word != nil
    else { return nil }
    let end = endOfStatement(from: nextIndex)
    let span = slot.span.joined(with: tokens[end].span)
    let quoted = "\"" + file.text(of: span) + "\""
    return failure(
      .missingQuotes, "texts go in quotes.", at: span,
      hints: [.type(line(replacing: span, by: quoted))])
  }

  /// `set learning rate 1e-3`: L105.
  func settingOfTwoWords(_ slot: CommandSyntax.Slot?) -> Failure? {
    guard case .settings(let settings) = slot?.form, let setting = settings.last,
      let second = setting.value.nameText
    else { return nil }
    let span = setting.name.span.joined(with: setting.value.span)
    let words = "\(setting.name.text) \(second)"
    guard let name = commands.setting(nearestTo: setting.name.text + "_" + second) else {
      return commands.concept(of: words).map {
        failure(
          .unknownSetting, "there is no setting `\(words)`.", at: span, label: $0.about,
          hints: [$0.hint])
      }
    }
    return failure(
      .unknownSetting, "there is no setting `\(setting.name.text) \(second)`.", at: span,
      label: "did you mean `\(name)`?", hints: [.type(line(replacing: span, by: name))])
  }

  /// `train 3 epochs, lr 1e-3`: L107.
  func settingAfterComma() -> Failure? {
    guard let name = tokens[nextIndex + 1].word, commands.setting(named: name) != nil else {
      return nil
    }
    let line = file.lineSpan(at: next.span.start)
    let settings = file.text(of: SourceSpan(tokens[nextIndex + 1].span.start, line.end))
    let command = file.text(of: SourceSpan(line.start, next.span.start))
    return failure(
      .statementGoesOn, "settings are set before the command.",
      hints: [.type("set \(settings); \(command)")])
  }

  /// `train 3 epochs lr 1e-3`, `train 3 epochs with lr 1e-3`: L107.
  func settingAfterCommand(_ walk: PatternWalk, verb: Name) -> Failure? {
    guard walk.expected.contains(.end), let word = next.word else { return nil }
    let start = word == "with" ? nextIndex + 1 : nextIndex
    guard let name = tokens[start].word, commands.setting(named: name) != nil else { return nil }
    let end = endOfStatement(from: start)
    let settings = file.text(of: tokens[start].span.joined(with: tokens[end].span))
    let command = file.text(of: verb.span.joined(with: last.span))
    let whole = verb.span.joined(with: tokens[end].span)
    return failure(
      .statementGoesOn, "settings are set before the command.", at: next.span,
      hints: [.type(line(replacing: whole, by: "set \(settings); \(command)"))])
  }
}

extension CommandTable {
  /// The example of a verb's commands that begins most as a text does; of equals, one of the command
  /// whose name is the verb alone.
  ///
  /// Numbers count as equal.
  func example(of verb: String, like text: String) -> String? {
    func words(_ text: String) -> [Substring] {
      text.split(separator: " ").map { $0.allSatisfy(\.isNumber) ? "0" : $0 }
    }
    let typed = words(text)
    var found = commands(of: verb).map { signatures[$0] }.sorted { $0.nameLength < $1.nameLength }
    let named = found.filter { words($0.name) == Array(typed.prefix(2)) }
    if !named.isEmpty { found = named }
    var best: (example: String, shared: Int)?
    for example in found.flatMap(\.examples) where example.hasPrefix(verb) {
      let shared = zip(words(example), typed).prefix { $0 == $1 }.count
      if shared > best?.shared ?? -1 { best = (example, shared) }
    }
    return best?.example
  }

  /// The second words of a verb's commands.
  func seconds(of verb: String) -> [String] {
    commands(of: verb).map { signatures[$0] }.filter { $0.nameLength == 2 }.compactMap {
      $0.name.split(separator: " ").last.map(String.init)
    }
  }

  /// The names of a verb's commands of two words; those that take a file, or those that take names.
  func names(of verb: String, takingFile: Bool) -> [String] {
    let found = commands(of: verb).sorted().map { signatures[$0] }.filter { $0.nameLength == 2 }
    return found.filter { $0.takesFile == takingFile }.map(\.name)
  }
}

extension Signature {
  /// Whether the first thing that a pattern asks for is a file.
  fileprivate var takesFile: Bool {
    patterns.contains { pattern in
      guard case .slot(_, let kind) = pattern.parts.dropFirst(nameLength - 1).first else {
        return false
      }
      return kind.isFile
    }
  }
}
