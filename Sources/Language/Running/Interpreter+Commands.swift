import Reporting

extension Interpreter {
  /// Evaluates a command's slots and hands it to the runner.
  func run(_ command: CommandSyntax, at span: SourceSpan, _ frame: Frame) async throws -> Value {
    let signature = commands.signatures[command.signature]
    var slots: [Call.Slot] = []
    for slot in command.slots {
      let value = try await evaluate(slot, of: signature, frame)
      slots.append(Call.Slot(name: slot.name, kind: slot.kind, value: value, span: slot.span))
    }
    let call = Call(
      signature: signature, words: command.words, slots: slots,
      file: frame.file, span: span)
    do {
      return try await runner.run(call)
    } catch {
      throw placed(error, at: span, frame)
    }
  }

  private func evaluate(
    _ slot: CommandSyntax.Slot, of signature: Signature, _ frame: Frame
  ) async throws -> Call.SlotValue {
    let rule = signature.rules[slot.name]
    switch slot.form {
    case .word(let word): return .word(word)
    case .ratio(let parts): return .ratio(parts)
    case .settings(let settings): return .settings(try await evaluate(settings, frame))
    case .weights(let weights):
      var list: [Call.Weight] = []
      for weight in weights {
        guard case .number(let number) = try await evaluate(weight.value, frame) else {
          throw problem(
            .wrongKind, "the weight of `\(weight.name.text)` is no number.",
            at: weight.value.span, frame)
        }
        list.append(.init(name: weight.name.text, value: number, span: weight.name.span))
      }
      return .weights(list)
    case .condition(let condition): return .condition(try await evaluate(condition, frame))
    case .block(let block): return .block(Closure(block: block, frame, self))
    case .expression(let expression):
      if slot.kind == .rowExpr {
        return .row(RowExpression(expression: expression, frame: frame, interpreter: self))
      }
      let value = try await evaluate(expression, frame)
      if let message = slot.kind.mismatch(with: value) {
        throw problem(
          .wrongKind, message, at: slot.span, frame,
          hints: signature.examples.prefix(1).map { .type($0) })
      }
      if slot.kind == .choices, let stranger = rule?.stranger(in: value) {
        throw problem(
          .wrongKind,
          "\(stranger.source) is none of \(rule?.choices.joined(separator: ", ") ?? "").",
          at: slot.span, frame)
      }
      if case .number(let number) = value, let range = rule?.range, !range.contains(number) {
        throw problem(
          .numberOutOfRange, SlotRule.outside(range, number, name: slot.name), at: slot.span, frame)
      }
      return .value(value)
    }
  }

  /// Evaluates the values of settings; a bare word is a variable only for a setting of a number.
  func evaluate(_ settings: [SettingSyntax], _ frame: Frame) async throws -> [SettingChange] {
    var changes: [SettingChange] = []
    for setting in settings {
      let value: Value
      if let word = setting.value.nameText, !isVariable(word, for: setting.name.text) {
        value = .string(word)
      } else if let word = choice(setting.value, for: setting.name.text, frame) {
        value = .string(word)
      } else {
        value = try await evaluate(setting.value, frame)
      }
      changes.append(
        SettingChange(
          name: setting.name.text, value: value, file: frame.file,
          nameSpan: setting.name.span, valueSpan: setting.value.span))
    }
    return changes
  }

  /// The settings that the fields of a record are.
  func settingChanges(_ expression: Expression, _ frame: Frame) async throws -> [SettingChange] {
    let value = try await evaluate(expression, frame)
    guard case .record(let record) = value else {
      throw problem(
        .wrongKind,
        "settings in parentheses are a record, such as `{lr: 2e-4, rank: 8}`; this is "
          + "\(value.kindName).", at: expression.span, frame)
    }
    return record.fields.map { field in
      SettingChange(
        name: field.name, value: field.value, file: frame.file, nameSpan: expression.span,
        valueSpan: expression.span)
    }
  }

  /// The word that an expression is, alone or in parentheses, when it is one of a setting's choices and
  /// no variable has its name.
  func choice(_ value: Expression, for setting: String, _ frame: Frame) -> String? {
    guard let word = commands.choice(value, for: setting), !frame.scope.has(word) else {
      return nil
    }
    return word
  }

  private func isVariable(_ word: String, for name: String) -> Bool {
    guard let setting = commands.setting(named: name) else { return false }
    return setting.kind.takesNumber && !setting.choices.contains(word)
  }

  private func evaluate(_ condition: ConditionSyntax, _ frame: Frame) async throws -> Condition {
    switch condition {
    case .stalls(let metric, let checks): return .stalls(metric: metric.text, checks: checks)
    case .comparison(let metric, let comparison, let expression):
      let value = try await evaluate(expression, frame)
      guard case .number(let number) = value else {
        throw problem(
          .wrongKind, "a metric is compared with a number; this is \(value.kindName).",
          at: expression.span, frame)
      }
      return .comparison(metric: metric.text, comparison, number)
    case .elapsed(let expression):
      let value = try await evaluate(expression, frame)
      guard case .duration(let seconds) = value else {
        throw problem(
          .wrongKind, "a time has a unit, as in `10min`; this is \(value.kindName).",
          at: expression.span, frame)
      }
      return .elapsed(seconds)
    }
  }
}

extension SlotKind {
  /// True for kinds whose values are numbers, for which a bare word is a variable.
  var takesNumber: Bool {
    switch self {
    case .int, .float, .percent, .duration: true
    default: false
    }
  }

  /// Why a value does not fit a slot of this kind; nil when it does.
  func mismatch(with value: Value) -> String? {
    let fits: Bool
    switch (self, value) {
    case (.int, .number(let number)): fits = Int(exactly: number) != nil
    case (.float, .number), (.percent, .number), (.duration, .duration), (.list, .list),
      (.ints, .list), (.list, .range), (.record, .record), (.path, .string), (.output, .string),
      (.text, .string),
      (.model, .string), (.model, .handle), (.data, .string),
      (.data, .handle), (.newName, .string), (.choice, .string), (.settingName, .string),
      (.column, .string), (.choices, .list), (.word, .string), (.expr, _), (.rowExpr, _),
      (.ratio, .list), (.ratio, .number):
      fits = true
    default: fits = false
    }
    return fits ? nil : "this should be \(description), and is \(value.source.prefix(60))."
  }
}

extension SlotRule {
  /// The first item of a list that is none of the choices.
  func stranger(in value: Value) -> Value? {
    guard case .list(let items) = value else { return nil }
    return items.first { item in
      if case .string(let word) = item { !choices.contains(word) } else { true }
    }
  }

  /// The sentence for a number outside its range.
  static func outside(_ range: ClosedRange<Double>, _ number: Double, name: String) -> String {
    let bounds = [range.lowerBound, range.upperBound].map(NumberText.shortest)
    return "\(name) \(NumberText.shortest(number)) is outside \(bounds[0]) to \(bounds[1])."
  }
}
