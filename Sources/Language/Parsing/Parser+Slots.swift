import Reporting

extension Parser {
  /// Reads what stands in a slot.
  ///
  /// - Parameters:
  ///   - kind: what the pattern declares.
  ///   - reserved: words of the patterns, which are never taken for a name.
  /// - Returns: nil when the next token cannot begin such a slot.
  /// - Throws: when it begins well and then goes wrong.
  mutating func parseSlot(_ kind: SlotKind, reserved: Set<String>) throws(Failure) -> SlotForm? {
    let token = next
    if token.kind == .end { expectInside(kind) }
    if let word = token.word {
      if reserved.contains(word) || (startsCommand(word) && kind != .word && kind != .data) {
        return nil
      }
      return try parseWordSlot(kind, word)
    }
    if kind == .setting || kind == .block || kind == .ratio || kind == .condition {
      return try parseSpecialSlot(kind)
    }
    if token.isSign("(") { return .expression(try parseTerm()) }
    switch token.kind {
    case .number(let number): return try parseNumberSlot(kind, number)
    case .string: return kind.takesText ? .expression(try parseSlotTerm(kind)) : nil
    case .sign("-"): return try parseNegativeSlot(kind)
    case .sign("["):
      return kind == .list || kind == .ints || kind.takesAny
        ? .expression(try parseSlotTerm(kind)) : nil
    case .sign("{"):
      return kind == .record || kind.takesAny ? .expression(try parseSlotTerm(kind)) : nil
    default: return nil
    }
  }

  /// What a slot that starts with something of its own expects at the end of the text.
  private mutating func expectInside(_ kind: SlotKind) {
    if kind == .setting { expecting(.slot(name: "setting", kind: .settingName)) }
  }

  private mutating func parseWordSlot(_ kind: SlotKind, _ word: String) throws(Failure)
    -> SlotForm?
  {
    switch kind {
    case .model, .settingName, .choice:
      advance()
      return .word(word)
    case .word, .column: return .word(try parseHyphenated().text)
    case .newName:
      return Keyword.all.contains(word) ? nil : .word(try parseNewName("a new name").text)
    case .data:
      return .word(try parsePath().text)
    case .setting:
      return .settings(try parseSettings())
    case .weights:
      return Keyword.all.contains(word) ? nil : .weights(try parseWeights())
    case .condition:
      return .condition(try parseCondition())
    default:
      // `not` starts an expression; other keywords do not.
      guard kind.takesVariable else { return nil }
      if Keyword.all.contains(word), !["true", "false", "null", "not"].contains(word) {
        return nil
      }
      return .expression(try parseSlotTerm(kind))
    }
  }

  private mutating func parseSpecialSlot(_ kind: SlotKind) throws(Failure) -> SlotForm? {
    switch kind {
    case .block: return next.isSign("{") ? .block(try parseBlock()) : nil
    case .condition:
      if next.isSign("(") { return .condition(.elapsed(try parseTerm())) }
      guard case .number(let number) = next.kind, number.unit?.isTime ?? false else { return nil }
      return .condition(.elapsed(try parseTerm()))
    case .ratio:
      if next.isSign("(") { return .expression(try parseTerm()) }
      return try parseRatio()
    default: return nil
    }
  }

  /// Expressions to the end, or one term, as the kind has it.
  private mutating func parseSlotTerm(_ kind: SlotKind) throws(Failure) -> Expression {
    kind.takesAny ? try parseExpression() : try parseTerm()
  }

  private mutating func parseNumberSlot(_ kind: SlotKind, _ number: NumberLiteral)
    throws(Failure) -> SlotForm?
  {
    let isTime = number.unit?.isTime ?? false
    switch kind {
    case .int:
      guard !isTime, number.value == number.value.rounded() else { return nil }
      return .expression(try parseTerm())
    case .ints: return .expression(try parseIntegers())
    case .float, .percent:
      return isTime ? nil : .expression(try parseTerm())
    case .duration:
      return isTime ? .expression(try parseTerm()) : nil
    default:
      return kind.takesAny ? .expression(try parseExpression()) : nil
    }
  }

  /// Reads `17, 203` as a list.
  private mutating func parseIntegers() throws(Failure) -> Expression {
    let start = next.span
    var items: [Expression] = []
    repeat {
      if !items.isEmpty { skipLineEnds() }
      guard case .number(let number) = next.kind, number.isInteger else {
        throw unexpected("a whole number")
      }
      items.append(try parseTerm())
    } while take(",")
    return Expression(kind: .list(items), span: start.joined(with: last.span))
  }

  private mutating func parseNegativeSlot(_ kind: SlotKind) throws(Failure) -> SlotForm? {
    if kind.takesAny { return .expression(try parseExpression()) }
    guard [.int, .float, .percent].contains(kind) else { return nil }
    guard !tokens[nextIndex + 1].hasSpaceBefore else {
      throw failure(
        .misleadingSpace, "a minus sign has no space after it here.", label: "write it as `-1`")
    }
    let start = next.span
    advance()
    let term = try parseTerm()
    return .expression(Expression(kind: .negative(term), span: start.joined(with: term.span)))
  }

  private mutating func parseRatio() throws(Failure) -> SlotForm? {
    guard case .number(let first) = next.kind, tokens[nextIndex + 1].isSign("/") else {
      return nil
    }
    var parts = [first.value]
    advance()
    while parts.count < 3, next.isSign("/") {
      advance()
      guard case .number(let part) = next.kind else { throw unexpected("a number after `/`") }
      parts.append(part.value)
      advance()
    }
    return .ratio(parts)
  }

  /// Reads a word with what hyphens join to it: `few-shot`.
  private mutating func parseHyphenated() throws(Failure) -> Name {
    var name = try parsePath()
    while next.isSign("-"), !next.hasSpaceBefore, !tokens[nextIndex + 1].hasSpaceBefore,
      tokens[nextIndex + 1].word != nil
    {
      advance()
      let part = try parsePath()
      name = Name(text: name.text + "-" + part.text, span: name.span.joined(with: part.span))
    }
    return name
  }

  /// Reads names joined by points: `dev`, `support.train`.
  private mutating func parsePath() throws(Failure) -> Name {
    var name = Name(text: next.word ?? "", span: next.span)
    advance()
    while next.isSign("."), !next.hasSpaceBefore {
      advance()
      expecting(.member(of: name.text))
      guard let word = next.word else { throw unexpected("a name after `.`") }
      name = Name(text: name.text + "." + word, span: name.span.joined(with: next.span))
      advance()
    }
    return name
  }

  /// Reads `lr 2e-4, rank = 8`; a word as value stands for itself or a variable by the setting's kind.
  mutating func parseSettings() throws(Failure) -> [SettingSyntax] {
    var settings: [SettingSyntax] = []
    repeat {
      if !settings.isEmpty { skipLineEnds() }
      expecting(.slot(name: "setting", kind: .settingName))
      guard let word = next.word, !Keyword.all.contains(word) else {
        throw unexpected("a setting's name")
      }
      let name = Name(text: word, span: next.span)
      advance()
      if next.isSign("=") { advance() }
      settings.append(SettingSyntax(name: name, value: try parseSettingValue(of: name)))
    } while take(",")
    return settings
  }

  /// Reads `a 0.7, b 0.3`: names with a number each, 1 where it is left out.
  private mutating func parseWeights() throws(Failure) -> [SettingSyntax] {
    var weights: [SettingSyntax] = []
    repeat {
      if !weights.isEmpty { skipLineEnds() }
      expecting(.slot(name: "name", kind: .weights))
      guard let word = next.word, !Keyword.all.contains(word) else { throw unexpected("a name") }
      let name = Name(text: word, span: next.span)
      advance()
      let value =
        try parseSlot(.float, reserved: [])
        ?? .expression(
          Expression(
            kind: .number(NumberLiteral(written: 1, unit: nil, isInteger: true)), span: name.span))
      guard case .expression(let expression) = value else { throw unexpected("a number") }
      weights.append(SettingSyntax(name: name, value: expression))
    } while take(",")
    return weights
  }

  private mutating func parseSettingValue(of name: Name) throws(Failure) -> Expression {
    let setting = commands.setting(named: name.text)
    for choice in setting?.choices ?? [] { expecting(.word(choice)) }
    expecting(.slot(name: name.text, kind: setting?.kind ?? .expr))
    guard !next.endsLine else {
      let known = setting?.choices.first.map {
        line(replacing: name.span, by: "\(name.text) \($0)")
      }
      throw failure(
        .missingValue, "`\(name.text)` needs a value.", label: "the line ends here",
        hints: [.type(known ?? "help \(name.text)")])
    }
    if let choice = parseChoice(of: setting) { return choice }
    if let failure = noChoice(of: setting) { throw failure }
    guard next.isSign("-") else { return try parseTerm() }
    let start = next.span
    advance()
    guard !next.hasSpaceBefore else {
      throw failure(
        .misleadingSpace, "a minus sign has no space after it here.", at: start,
        label: "write it as `-1`")
    }
    let term = try parseTerm()
    return Expression(kind: .negative(term), span: start.joined(with: term.span))
  }

  /// Reads a word that is one of a setting's choices, alone or in parentheses, though it may be a
  /// command's as well: `set long split`.
  ///
  /// A word of the language, or a command's, cannot be a variable, so nothing else can be meant; any
  /// other is left to those who know the variables.
  mutating func parseChoice(of setting: SettingSignature?) -> Expression? {
    guard let setting else { return nil }
    let isGroup = next.isSign("(")
    let token = isGroup ? tokens[nextIndex + 1] : next
    guard let word = token.word, setting.choices.contains(word), isReserved(word) else {
      return nil
    }
    let after = tokens[nextIndex + (isGroup ? 2 : 1)]
    if isGroup {
      guard after.isSign(")") else { return nil }
      advance()
    } else if !after.hasSpaceBefore, ["(", "[", "."].contains(where: after.isSign) {
      return nil
    }
    advance()
    if isGroup { advance() }
    return Expression(kind: .text([.text(word)]), span: token.span)
  }

  /// A command's word, or the language's, where a setting takes one of its own: S301.
  private func noChoice(of setting: SettingSignature?) -> Failure? {
    guard let setting, setting.kind == .choice, let word = next.word, isReserved(word),
      Builtin.named(word) == nil || !tokens[nextIndex + 1].isSign("(")
    else { return nil }
    let meant = Suggestion.nearest(to: word, among: setting.choices) ?? setting.choices.first
    return failure(
      .settingOutOfRange,
      "\(setting.name) \(word) is outside \(setting.choices.joined(separator: ", ")).",
      hints: meant.map { [.type(line(replacing: next.span, by: $0))] } ?? [])
  }

  private func isReserved(_ word: String) -> Bool {
    Keyword.all.contains(word) || commands.isVerb(word)
  }

  private mutating func parseCondition() throws(Failure) -> ConditionSyntax {
    let metric = try parsePath()
    if !commands.metrics.isEmpty, !commands.metrics.contains(metric.text), next.kind != .end {
      throw unknownMetric(metric)
    }
    if takeWord("stalls") {
      guard takeWord("for") else { throw unexpected("`for` and a number of evaluations") }
      expecting(.slot(name: "checks", kind: .int))
      guard case .number(let number) = next.kind, number.isInteger,
        let checks = Int(exactly: number.value), checks > 0
      else { throw unexpected("a number of evaluations, such as `2`") }
      advance()
      return .stalls(metric: metric, checks: checks)
    }
    for sign in ["<", "<=", ">", ">="] where take(sign) {
      let comparison = Operator(rawValue: sign) ?? .less
      return .comparison(metric: metric, comparison, try parseTerm())
    }
    throw unexpected("`stalls for`, or `<`, `>` and a number")
  }

  private func unknownMetric(_ metric: Name) -> Failure {
    let nearest = Suggestion.nearest(to: metric.text, among: commands.metrics)
    let label =
      nearest.map { "did you mean `\($0)`?" }
      ?? "known: " + commands.metrics.map { "`\($0)`" }.joined(separator: ", ")
    return failure(
      .unknownMetric, "there is no metric `\(metric.text)`.", at: metric.span, label: label,
      hints: nearest.map { [.type(line(replacing: metric.span, by: $0))] } ?? [])
  }
}

extension SlotKind {
  /// True for kinds that take a whole expression.
  var takesAny: Bool { self == .expr || self == .rowExpr }

  /// True for kinds that take a text in quotes.
  var takesText: Bool {
    switch self {
    case .model, .data, .path, .output, .text, .column, .expr, .rowExpr: true
    default: false
    }
  }
}
