import Serialization

/// Texts and numbers.
extension SchemaCompiler {
  mutating func string(_ part: SchemaPart) throws(SchemaError) -> Rule {
    let (least, most) = (try part.count("minLength") ?? 0, try part.count("maxLength"))
    let (pattern, format) = (try part.text("pattern"), try part.text("format"))
    guard pattern != nil || format != nil else {
      if let most, most < least { return builder.add(.choice([])) }
      return builder.string(least, most)
    }
    let forms = ["pattern", "format", "minLength", "maxLength"].filter { part[$0] != nil }
    // A pattern and a length are two automata, and there is one.
    if forms.count > 1 { throw .notTogether(forms[0], forms[1], place: part.place) }
    if let format { return try text(ofFormat: format, part) }
    return try text(ofPattern: pattern ?? "", part)
  }

  private mutating func text(
    ofFormat name: String, _ part: SchemaPart
  ) throws(SchemaError) -> Rule {
    guard let format = TextFormat.all.first(where: { $0.name == name }) else {
      throw .unknownFormat(
        name, place: part.place(of: "format"), known: TextFormat.all.map(\.name))
    }
    return builder.quoted(builder.content(try read(format.pattern, part.place(of: "format"))))
  }

  private mutating func text(
    ofPattern source: String, _ part: SchemaPart
  ) throws(SchemaError) -> Rule {
    let place = part.place(of: "pattern")
    guard let pattern = try read(source, place).ofWholeTexts else {
      throw .pattern(
        source, place: place, offset: 0, reason: "`^` or `$` stands elsewhere than at an end")
    }
    return builder.quoted(builder.content(pattern))
  }

  private func read(_ source: String, _ place: String) throws(SchemaError) -> TextPattern {
    do throws(TextPattern.Fault) { return try TextPattern(source) } catch {
      throw .pattern(source, place: place, offset: error.offset, reason: error.reason)
    }
  }

  // MARK: Numbers

  mutating func number(_ part: SchemaPart, isWhole: Bool) throws(SchemaError) -> Rule {
    let range = try range(part, isWhole: isWhole)
    if range.lower == nil, range.upper == nil, range.step == nil, !isWhole {
      return builder.number()
    }
    guard let rule = range.rule(&builder) else {
      throw .unsupported(keyword: "multipleOf", place: part.place(of: "multipleOf"))
    }
    return rule
  }

  private func range(_ part: SchemaPart, isWhole: Bool) throws(SchemaError) -> NumberRange {
    var range = NumberRange()
    if isWhole { range.decimals = 0 }
    if let value = try part.decimal("minimum") { range.lower = .init(value: value) }
    if let value = try part.decimal("maximum") { range.upper = .init(value: value) }
    if let value = try part.decimal("exclusiveMinimum"),
      range.lower.map({ $0.value <= value }) ?? true
    {
      range.lower = .init(value: value, isIncluded: false)
    }
    if let value = try part.decimal("exclusiveMaximum"),
      range.upper.map({ $0.value >= value }) ?? true
    {
      range.upper = .init(value: value, isIncluded: false)
    }
    guard let step = try part.decimal("multipleOf") else { return range }
    guard !step.isNegative, !step.isZero else {
      throw part.malformed("multipleOf", "a number above 0")
    }
    let digits = step.whole + step.fraction
    guard digits.count <= NumberRange.digitLimit else {
      throw .unsupported(keyword: "multipleOf", place: part.place(of: "multipleOf"))
    }
    range.step = .init(
      factor: digits.reduce(0) { $0 * 10 + Int($1) }, decimals: step.fraction.count)
    range.decimals = min(range.decimals, step.fraction.count)
    return range
  }
}
