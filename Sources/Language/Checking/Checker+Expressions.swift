import Reporting

extension Checker {
  /// Where an expression stands by itself: it tells what a single unknown word was meant to be.
  enum Place {
    /// A statement: a command.
    case statement
    /// A slot for texts: a text without its quotes.
    case text
    /// Another slot of the command with this index.
    case slot(of: Int)
  }

  /// Checks an expression of which, when it is a name alone, the place is known.
  mutating func check(_ expression: Expression, _ context: Context, as place: Place?) {
    guard let place, let name = expression.nameText ?? hyphenated(expression),
      !context.has(name), Builtin.named(name) == nil
    else { return check(expression, context) }
    let span = expression.span
    let candidates = context.all.sorted() + commands.verbs
    let nearest = commands.nearest(to: name, among: candidates, synonyms: commands.synonyms)
    var label = nearest.map { "did you mean `\($0)`?" } ?? ""
    var hints: [Diagnostic.Hint] = []
    switch place {
    case .statement:
      if let advice = ForeignWords.advice(for: name) {
        (label, hints) = (advice.text, advice.hints)
      } else if let nearest {
        hints = commands.example(of: nearest, like: nearest).map { [.type($0)] } ?? []
      } else if let concept = commands.concept(of: name) {
        (label, hints) = (concept.about, [concept.hint])
      } else {
        hints = [.type("help")]
      }
    case .text where nearest == nil:
      hints = [.type(file.line(replacing: span, by: "\"\(name)\""))]
    case .slot(let index) where nearest.map(commands.isVerb) ?? true:
      label = ""
      hints = commands.signatures[index].examples.first.map { [.type($0)] } ?? []
    case .text, .slot: break
    }
    report(.unknownName, "there is nothing called `\(name)`.", at: span, label: label, hints: hints)
  }

  /// A synonym of a command that is written with a hyphen, `fine-tune`, without it.
  private func hyphenated(_ expression: Expression) -> String? {
    guard case .chain(let left, let operations) = expression.kind, operations.count == 1,
      operations[0].operation == .minus, let first = left.nameText,
      let second = operations[0].right.nameText, commands.synonyms[first + second] != nil
    else { return nil }
    return first + second
  }

  mutating func check(_ expression: Expression, _ context: Context) {
    switch expression.kind {
    case .null, .bool, .number: break
    case .text(let pieces):
      for case .value(let value) in pieces { check(value, context) }
    case .name(let name): checkName(name, at: expression.span, context)
    case .list(let items): for item in items { check(item, context) }
    case .record(let pairs):
      for pair in pairs where !isChoice(pair.value, for: pair.name.text, context) {
        check(pair.value, context)
      }
    case .chain(let left, let operations):
      check(left, context)
      for operation in operations { check(operation.right, context) }
    case .not(let value), .negative(let value), .group(let value): check(value, context)
    case .range(let first, let last):
      check(first, context)
      check(last, context)
    case .member(let base, _): check(base, context)
    case .index(let base, let index):
      check(base, context)
      check(index, context)
    case .call(let callee, let arguments, let block):
      checkCall(callee, arguments, block, at: expression.span, context)
    case .command(let command): check(command, context)
    }
  }

  private mutating func checkName(_ name: String, at span: SourceSpan, _ context: Context) {
    guard !context.has(name) else { return }
    if let builtin = Builtin.named(name) {
      report(
        .unknownName, "`\(name)` is a function.", at: span, label: "call it: `\(builtin.usage)`")
      return
    }
    let candidates = context.all.sorted() + commands.verbs
    let nearest = commands.nearest(to: name, among: candidates, synonyms: commands.synonyms)
    report(
      .unknownName, "there is nothing called `\(name)`.", at: span,
      label: nearest.map { "did you mean `\($0)`?" } ?? "",
      hints: nearest == nil ? [.type("help")] : [])
  }

  private mutating func checkCall(
    _ callee: Expression, _ arguments: [Expression.Argument], _ block: Block?,
    at span: SourceSpan, _ context: Context
  ) {
    for argument in arguments { check(argument.value, context) }
    if let block { checkBlock(block, context) }
    guard let name = callee.nameText else { return check(callee, context) }
    if let binding = procedures[name], context.has(name) {
      checkArguments(binding, arguments, hasBlock: block != nil, at: span)
    } else if context.has(name) {
      return
    } else if let builtin = Builtin.named(name) {
      let isRight =
        builtin.counts.contains(arguments.count) && arguments.allSatisfy { $0.name == nil }
        && builtin.takesBlock == (block != nil)
      if !isRight {
        report(.wrongArguments, "`\(name)` is called as `\(builtin.usage)`.", at: span)
      }
    } else {
      reportUnknownProcedure(name, at: callee.span)
    }
  }

  private mutating func reportUnknownProcedure(_ name: String, at span: SourceSpan) {
    let candidates = procedures.keys.sorted() + Builtin.all.map(\.name)
    let nearest = Suggestion.nearest(to: name, among: candidates)
    report(
      .unknownProcedure, "there is no procedure or function `\(name)`.", at: span,
      label: nearest.map { "did you mean `\($0)`?" } ?? "",
      hints: nearest == nil ? command(calledAs: name, at: span).map { [.type($0)] } ?? [] : [])
  }

  /// The command that was called as in other languages: `load_data("x.csv")`, `exit()`.
  private func command(calledAs name: String, at span: SourceSpan) -> String? {
    let words = name.split(separator: "_").joined(separator: " ")
    guard let first = words.split(separator: " ").first.map(String.init),
      let verb = commands.isVerb(first) ? first : commands.verb(nearestTo: first)
    else { return nil }
    let rest = file.text(of: SourceSpan(span.end, file.lineSpan(at: span.start).end))
    let arguments = rest.dropFirst().prefix { $0 != ")" }
    let line = "\(words) \(arguments)"
    let parse = Parse(SourceFile(file.origin, line), commands: commands, suggestsLines: false)
    return parse.diagnostics.isEmpty && first == verb
      ? line : commands.example(of: verb, like: verb)
  }

  private mutating func checkArguments(
    _ binding: ArgumentBinding, _ arguments: [Expression.Argument], hasBlock: Bool,
    at span: SourceSpan
  ) {
    let positional = arguments.filter { $0.name == nil }.map(\.value.span)
    let named = arguments.compactMap { argument in
      argument.name.map { ($0.text, argument.value.span) }
    }
    do throws(ArgumentBinding.Mismatch) {
      _ = try binding.bind(positional, named: named, block: hasBlock ? span : nil)
    } catch {
      report(.wrongArguments, error.message, at: span, label: binding.usage)
    }
  }

  /// A `do` block or the block of a command: `it` is its argument, and `return` ends it.
  private mutating func checkBlock(_ block: Block, _ context: Context) {
    var inner = context.inner(["it"])
    inner.inProcedure = true
    inner.inLoop = false
    check(block.statements, &inner)
  }

  // MARK: Commands

  private mutating func check(_ command: CommandSyntax, _ context: Context) {
    let signature = commands.signatures[command.signature]
    for slot in command.slots {
      switch slot.form {
      case .word(let word): checkWord(word, slot, context)
      case .ratio: break
      case .settings(let settings): check(settings, context)
      case .weights(let weights): for weight in weights { check(weight.value, context) }
      case .condition(.comparison(_, _, let value)), .condition(.elapsed(let value)):
        check(value, context)
      case .condition(.stalls): break
      case .block(let block): checkBlock(block, context)
      case .expression(let expression):
        let isText = slot.kind == .text
        check(
          expression,
          slot.kind == .rowExpr
            ? context.inner(["row"] + (signature.rules[slot.name]?.names ?? [])) : context,
          as: isText ? .text : .slot(of: command.signature))
        checkRange(expression, signature.rules[slot.name], slot)
      }
    }
  }

  /// A word that is also a variable: it is taken as it stands, which may not be what is meant.
  private mutating func checkWord(_ word: String, _ slot: CommandSyntax.Slot, _ context: Context) {
    guard slot.kind == .model || slot.kind == .data,
      context.scopes.dropFirst().contains(where: {
        $0.contains(word)
      }), !known.data.contains(word), !commands.names.contains(word), !namesMade.contains(word)
    else { return }
    report(
      .unknownModelOrData, "`\(word)` is taken as a name here, not as the variable.", at: slot.span,
      label: "for the variable's value write `(\(word))`", severity: .note)
  }

  private mutating func checkRange(
    _ expression: Expression, _ rule: SlotRule?, _ slot: CommandSyntax.Slot
  ) {
    guard let range = rule?.range, let number = Self.literal(expression), !range.contains(number)
    else { return }
    report(.numberOutOfRange, SlotRule.outside(range, number, name: slot.name), at: slot.span)
  }

  /// The number a literal stands for.
  private static func literal(_ expression: Expression) -> Double? {
    switch expression.kind {
    case .number(let number): number.value
    case .negative(let inner), .group(let inner):
      if case .negative = expression.kind { literal(inner).map { -$0 } } else { literal(inner) }
    default: nil
    }
  }

  mutating func check(_ settings: [SettingSyntax], _ context: Context) {
    for setting in settings {
      let declared = commands.setting(named: setting.name.text)
      if declared == nil { reportUnknownSetting(setting.name) }
      let isWord = setting.value.nameText.map { word in
        declared.map { !$0.kind.takesNumber || $0.choices.contains(word) } ?? true
      }
      if isWord ?? false { continue }
      if isChoice(setting.value, for: setting.name.text, context) { continue }
      check(setting.value, context)
    }
  }

  /// Whether a value is a word among a setting's choices, and no variable.
  private func isChoice(_ value: Expression, for setting: String, _ context: Context) -> Bool {
    commands.choice(value, for: setting).map { !context.has($0) } ?? false
  }

  private mutating func reportUnknownSetting(_ name: Name) {
    let nearest = commands.setting(nearestTo: name.text)
    let advice = ForeignWords.advice(forSetting: name.text)
    let fixed = nearest.map { Diagnostic.Hint.type(file.line(replacing: name.span, by: $0)) }
    let concept = commands.concept(of: name.text)
    report(
      .unknownSetting, "there is no setting `\(name.text)`.", at: name.span,
      label: advice?.text ?? nearest.map { "did you mean `\($0)`?" } ?? concept?.about
        ?? "`set` alone lists the settings",
      hints: advice?.hints ?? fixed.map { [$0] } ?? concept.map { [$0.hint] } ?? [])
  }

  /// Adds the names that a command makes: those of its `newName` slots, and of files it loads.
  mutating func addNames(madeBy expression: Expression, _ context: inout Context) {
    guard case .command(let command) = expression.kind else { return }
    for slot in command.slots {
      var made: String?
      if slot.kind == .newName, case .word(let word) = slot.form { made = word }
      if slot.kind.isFile, case .expression(let value) = slot.form,
        case .text(let pieces) = value.kind, case .text(let path) = pieces.first
      {
        made = FileName.name(of: path)
      }
      guard let made else { continue }
      namesMade.insert(made)
      context.add(made)
    }
  }
}
