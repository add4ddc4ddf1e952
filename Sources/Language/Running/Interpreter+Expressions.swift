import Reporting

extension Interpreter {
  /// Evaluates a condition over `row`.
  func evaluate(
    _ expression: Expression, row: Value, _ names: Record, _ frame: Frame
  ) async throws -> Value {
    let inner = frame.inner
    inner.scope.define("row", row)
    for (name, value) in names.fields { inner.scope.define(name, value) }
    return try await evaluate(expression, inner)
  }

  func evaluate(_ expression: Expression, _ frame: Frame) async throws -> Value {
    switch expression.kind {
    case .null: return .null
    case .bool(let bool): return .bool(bool)
    case .number(let number):
      return number.unit?.isTime ?? false ? .duration(number.value) : .number(number.value)
    case .text(let pieces): return .string(try await text(pieces, at: expression.span, frame))
    case .name(let name): return try await lookUp(name, at: expression.span, frame)
    case .list(let items):
      var values: [Value] = []
      for item in items { values.append(try await evaluate(item, frame)) }
      return try limited(.list(values), at: expression.span, frame)
    case .record(let pairs):
      var record = Record()
      for pair in pairs {
        let word = choice(pair.value, for: pair.name.text, frame)
        record[pair.name.text] =
          if let word { .string(word) } else { try await evaluate(pair.value, frame) }
      }
      return try limited(.record(record), at: expression.span, frame)
    case .chain(let left, let operations): return try await chain(left, operations, frame)
    case .not(let value): return .bool(try await !condition(value, frame))
    case .negative(let value): return try await negated(value, frame)
    case .range(let first, let last):
      return .range(try await wholeNumber(first, frame), try await wholeNumber(last, frame))
    case .member(let base, let name):
      return try await member(name, of: try await evaluate(base, frame), frame)
    case .index(let base, let index):
      let value = try await evaluate(base, frame)
      return try await item(
        at: try await evaluate(index, frame), of: value, index.span, frame)
    case .call(let callee, let arguments, let block):
      return try await call(callee, arguments, block, at: expression.span, frame)
    case .command(let command): return try await run(command, at: expression.span, frame)
    case .group(let value): return try await evaluate(value, frame)
    }
  }

  private func text(
    _ pieces: [Expression.Piece], at span: SourceSpan, _ frame: Frame
  ) async throws -> String {
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let part): text += part
      case .value(let value): text += try await evaluate(value, frame).shown
      }
      guard text.utf8.count <= ValueLimits.textBytes else {
        throw tooLarge(.text, at: span, frame)
      }
    }
    return text
  }

  func lookUp(_ name: String, at span: SourceSpan, _ frame: Frame) async throws -> Value {
    if let value = frame.scope.value(of: name) { return value }
    if name == Self.results.name { return .handle(Self.results) }
    do {
      if let value = try await names.value(of: name) { return value }
    } catch {
      throw placed(error, at: span, frame)
    }
    if Builtin.named(name) != nil {
      throw problem(
        .unknownName, "`\(name)` is a function.", at: span, frame, label: "call it as `\(name)(…)`")
    }
    throw problem(
      .unknownName, "there is nothing called `\(name)`.", at: span, frame, hints: [.type("help")])
  }

  /// Operators of one precedence, left to right; `and` and `or` stop when the result is known.
  private func chain(
    _ left: Expression, _ operations: [Expression.Operation], _ frame: Frame
  ) async throws -> Value {
    if operations.first?.operation == .and || operations.first?.operation == .or {
      return try await logic(left, operations, frame)
    }
    var value = try await evaluate(left, frame)
    var span = left.span
    for operation in operations {
      let right = try await evaluate(operation.right, frame)
      value = try apply(operation, to: value, right, from: span, frame)
      span = span.joined(with: operation.right.span)
    }
    return value
  }

  private func logic(
    _ left: Expression, _ operations: [Expression.Operation], _ frame: Frame
  ) async throws -> Value {
    let decisive = operations[0].operation == .or
    var value = try await condition(left, frame)
    for operation in operations where value != decisive {
      value = try await condition(operation.right, frame)
    }
    return .bool(value)
  }

  private func negated(_ expression: Expression, _ frame: Frame) async throws -> Value {
    switch try await evaluate(expression, frame) {
    case .number(let number): return .number(-number)
    case .duration(let seconds): return .duration(-seconds)
    case let other:
      throw problem(
        .unfitOperator, "`-` works on a number; this is \(other.kindName).", at: expression.span,
        frame)
    }
  }

  private func wholeNumber(_ expression: Expression, _ frame: Frame) async throws -> Int {
    let value = try await evaluate(expression, frame)
    guard case .number(let number) = value, let whole = Int(exactly: number) else {
      throw problem(
        .unfitOperator, "a range goes between whole numbers; this is \(value.source).",
        at: expression.span, frame)
    }
    return whole
  }

  private func member(_ name: Name, of value: Value, _ frame: Frame) async throws -> Value {
    switch value {
    case .record(let record):
      if let value = record[name.text] { return value }
      throw noField(name, of: "the record", fields: record.names, frame)
    case .handle(let handle) where handle != Self.results:
      do {
        if let value = try await names.member(name.text, of: handle) { return value }
      } catch {
        throw placed(error, at: name.span, frame)
      }
      let fields = await names.fields(of: handle)
      throw noField(name, of: "`\(handle.name)`", fields: fields, frame)
    default:
      throw problem(.noSuchItem, "\(value.kindName) has no fields.", at: name.span, frame)
    }
  }

  /// Names that other languages and tables have for fields of data and of runs.
  private static let fieldSynonyms = [
    "count": "rows", "length": "rows", "len": "rows", "size": "rows", "num_rows": "rows",
    "n": "rows", "validation": "dev", "valid": "dev", "val": "dev", "eval": "dev",
    "training": "train", "loss": "losses", "time": "seconds", "dev_loss": "dev_losses",
  ]

  /// The error for a field that is not there: the one that was meant, and those that there are.
  func noField(_ name: Name, of what: String, fields: [String], _ frame: Frame) -> Diagnostic {
    let synonym = Self.fieldSynonyms[name.text].flatMap { fields.contains($0) ? $0 : nil }
    let meant = synonym ?? Suggestion.nearest(to: name.text, among: fields)
    var shown = fields.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
    if fields.count > 8 { shown += ", and \(fields.count - 8) more" }
    var parts = meant.map { ["did you mean `\($0)`?"] } ?? []
    if meant == nil || synonym != nil {
      parts.append(fields.isEmpty ? "it has no fields" : "its fields: \(shown)")
    }
    let line = synonym.map { frame.file.line(replacing: name.span, by: $0) }
    return problem(
      .noSuchItem, "\(what) has no field `\(name.text)`.", at: name.span, frame,
      label: parts.joined(separator: " "), hints: line.map { [.type($0)] } ?? [])
  }

  private func item(
    at index: Value, of value: Value, _ span: SourceSpan, _ frame: Frame
  ) async throws -> Value {
    switch (value, index) {
    case (.record(let record), .string(let name)):
      return try await member(Name(text: name, span: span), of: .record(record), frame)
    case (.string(let text), _):
      let picked = try pick(index, from: letters(of: text), span, frame)
      guard case .list(let letters) = picked else { return picked }
      return .string(letters.map(\.shown).joined())
    case (.list(let items), _): return try pick(index, from: items, span, frame)
    case (.range(let first, let last), .number(let number)):
      let count = ItemSequence(.range(first, last))?.count ?? 0
      let position = try position(number, count: count, span, frame)
      return .integer(first + position)
    case (.handle(Self.results), _): return try result(ofCell: index, span, frame)
    case (.handle(let handle), _):
      if let items = try await names.items(of: handle) {
        return try pick(index, from: items, span, frame)
      }
    default: break
    }
    throw problem(
      .noSuchItem, "\(value.kindName) has no item \(index.source).", at: span, frame)
  }

  /// The characters of a text; those of the last one are kept, for a loop that goes through it.
  private func letters(of text: String) -> [Value] {
    if let last = lastLetters, last.text == text { return last.letters }
    let letters = text.map { Value.string(String($0)) }
    lastLetters = text.utf8.count <= 1 << 20 ? (text, letters) : nil
    return letters
  }

  /// `Out[3]`.
  private func result(ofCell index: Value, _ span: SourceSpan, _ frame: Frame) throws -> Value {
    if case .number(let number) = index, let cell = Int(exactly: number), let value = outputs[cell]
    {
      return value
    }
    let known = outputNumbers.suffix(8).map(String.init).joined(separator: ", ")
    throw problem(
      .noSuchItem, "there is no result of a cell \(index.source).", at: span, frame,
      label: known.isEmpty ? "no cell gave a value yet" : "cells that gave one: \(known)")
  }

  /// One item by position, or several by a range.
  private func pick(_ index: Value, from items: [Value], _ span: SourceSpan, _ frame: Frame)
    throws -> Value
  {
    switch index {
    case .number(let number):
      return items[try position(number, count: items.count, span, frame)]
    case .range(let first, let last):
      let lower = max(0, first)
      let upper = min(items.count - 1, last)
      return .list(lower <= upper ? Array(items[lower...upper]) : [])
    default:
      throw problem(
        .noSuchItem, "an item is found by its number; this is \(index.kindName).", at: span, frame)
    }
  }

  func position(_ number: Double, count: Int, _ span: SourceSpan, _ frame: Frame) throws -> Int {
    guard let whole = Int(exactly: number), whole < count, whole >= -count else {
      let items = count == 0 ? "it is empty" : "items go from 0 to \(count - 1)"
      throw problem(
        .noSuchItem, "there is no item \(NumberText.shortest(number)).", at: span, frame,
        label: items)
    }
    return whole < 0 ? whole + count : whole
  }
}
