import Reporting

extension Parser {
  /// Says why no pattern fits: the common slips in their own words, else what was expected.
  mutating func commandFailure(_ walk: PatternWalk, verb: Name, start: Int) -> Failure {
    if let failure = walk.failure {
      index = walk.furthest
      guard let hints = dashes(verb) else { return failure }
      var diagnostic = failure.diagnostic
      diagnostic.hints = hints
      return Failure(diagnostic: diagnostic, token: failure.token)
    }
    index = walk.furthest
    let slot = walk.furthestPath.slots.last
    let special =
      unquotedPath(walk) ?? unquotedName(slot) ?? commaBetweenSettings(slot)
      ?? settingOfTwoWords(slot) ?? unquotedText(slot) ?? sumInCommand(slot)
      ?? settingAfterCommand(walk, verb: verb) ?? commandInSum(walk, verb: verb)
    return special ?? expectedFailure(walk, verb: verb, start: start)
  }

  private func expectedFailure(_ walk: PatternWalk, verb: Name, start: Int) -> Failure {
    let hints = lineWithSecondWord(of: verb).map { [.type($0)] } ?? meantLine(walk, verb: verb)
    let previous = tokens[..<walk.furthest].last { !$0.endsLine } ?? tokens[start]
    let found = next
    if found.endsLine || found.isSign(";") || found.isSign("}") || found.isSign(")") {
      let done = file.text(of: tokens[start].span.joined(with: previous.span))
      let place = SourceSpan(previous.span.end, previous.span.end)
      return failure(
        .unfinishedCommand, "`\(shortened(done))` is not finished.", at: place,
        label: "expected \(Expectation.list(walk.expected))", hints: hints)
    }
    let after = "after `\(text(of: previous))` I expected \(Expectation.list(walk.expected))"
    guard let word = found.word else {
      return failure(
        .unexpected, "I did not expect `\(text(of: found))` here.", label: after, hints: hints)
    }
    let nearest = commands.nearest(to: word, among: walk.expected.compactMap(\.wordText))
    return failure(
      .unknownWord, "I don't know the word `\(word)` here.",
      label: after + (nearest.map { "; did you mean `\($0)`?" } ?? ""), hints: hints)
  }

  private func shortened(_ text: String) -> String {
    let line = text.split(separator: "\n").first.map(String.init) ?? text
    return line.count > 40 ? line.prefix(37) + "..." : line
  }

  /// `load data support.jsonl`: L112.
  private func unquotedPath(_ walk: PatternWalk) -> Failure? {
    let expectsPath = walk.expected.contains {
      if case .slot(_, let kind) = $0 { return kind.isFile }
      return false
    }
    guard expectsPath, lineWithoutFiller == nil,
      next.word != nil || next.isSign("/") || next.isSign(".")
    else { return nil }
    let end = endWithoutSpace(from: walk.furthest)
    let isLooseWord = end == walk.furthest && walk.expected.contains { $0.wordText != nil }
    guard !isLooseWord else { return nil }
    let span = next.span.joined(with: tokens[end].span)
    let quoted = "\"" + file.text(of: span) + "\""
    return failure(
      .missingQuotes, "file names go in quotes.", at: span,
      hints: [.type(line(replacing: span, by: quoted))])
  }

  /// `load model meta-llama/Llama-3.2-1B`: L112.
  private func unquotedName(_ slot: CommandSyntax.Slot?) -> Failure? {
    guard let slot, slot.kind == .model, case .word = slot.form, !next.hasSpaceBefore,
      ["-", "/", "."].contains(where: next.isSign), next.span.start == slot.span.end
    else { return nil }
    let span = slot.span.joined(with: tokens[endWithoutSpace(from: nextIndex)].span)
    return failure(
      .missingQuotes, "names with `/`, `-` or `.` go in quotes.", at: span,
      hints: [.type(line(replacing: span, by: "\"" + file.text(of: span) + "\""))])
  }

  /// The last token of those written without space from `start` on, brackets and commas left out.
  func endWithoutSpace(from start: Int) -> Int {
    var end = start
    while !tokens[end + 1].hasSpaceBefore, !tokens[end + 1].endsLine,
      ![";", ",", ")", "]", "}"].contains(where: tokens[end + 1].isSign)
    {
      end += 1
    }
    return end
  }

  /// `set lr 2e-4 rank 8`: L104.
  private func commaBetweenSettings(_ slot: CommandSyntax.Slot?) -> Failure? {
    guard case .settings = slot?.form, let word = next.word,
      commands.setting(named: word) != nil || commands.setting(nearestTo: word) != nil
    else { return nil }
    return missingComma()
  }

  /// The failure for a setting that follows another without a comma.
  func missingComma() -> Failure {
    let gap = SourceSpan(last.span.end, next.span.start)
    return failure(
      .missingComma, "two settings need a comma between them.",
      hints: [.type(line(replacing: gap, by: ", "))])
  }

  /// `train n + 1 epochs`: L110.
  private mutating func sumInCommand(_ slot: CommandSyntax.Slot?) -> Failure? {
    guard case .sign(let sign) = next.kind, ["+", "-", "*", "/", ".."].contains(sign), let slot,
      slot.kind.takesVariable, case .expression = slot.form
    else { return nil }
    let savedIndex = index
    defer { index = savedIndex }
    index = tokens[..<index].lastIndex { $0.span.start == slot.span.start } ?? index
    guard let sum = try? parseExpression() else { return nil }
    let fixed = line(replacing: sum.span, by: "(" + file.text(of: sum.span) + ")")
    return failure(
      .sumInCommand, "a sum in a command needs parentheses.", at: sum.span, hints: [.type(fixed)])
  }

  /// `let gap = eval dev - 1`: L140.
  private func commandInSum(_ walk: PatternWalk, verb: Name) -> Failure? {
    let isOperator: Bool
    switch next.kind {
    case .sign(let sign): isOperator = Token.infixSigns.contains(sign)
    case .word(let word): isOperator = Keyword.infix.contains(word)
    default: isOperator = false
    }
    guard isOperator, walk.expected.contains(.end) else { return nil }
    let command = verb.span.joined(with: last.span)
    let fixed = line(replacing: command, by: "(" + file.text(of: command) + ")")
    return useParentheses(verb, fixed: fixed)
  }

  /// `let gap = 1 + eval dev.loss`: L140, at the verb.
  func commandInExpression(_ word: String) -> Failure {
    let verb = Name(text: word, span: next.span)
    var end = nextIndex
    while !tokens[end + 1].endsLine, ![";", "}", ")", ","].contains(where: tokens[end + 1].isSign) {
      end += 1
    }
    // A field at the end is meant to be the result's.
    var field = ""
    if end >= nextIndex + 2, tokens[end].word != nil, tokens[end - 1].isSign(".") {
      field = "." + file.text(of: tokens[end].span)
      end -= 2
    }
    let whole = verb.span.joined(with: tokens[end].span)
    let replaced = SourceSpan(whole.start, whole.end + field.utf8.count)
    return useParentheses(
      verb, fixed: line(replacing: replaced, by: "(" + file.text(of: whole) + ")" + field))
  }

  private func useParentheses(_ verb: Name, fixed: String) -> Failure {
    failure(
      .commandInExpression,
      "`\(verb.text)` is a command; to use its result in a sum, put it in parentheses.",
      at: verb.span, hints: [.type(fixed)])
  }
}
