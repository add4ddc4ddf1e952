import Reporting

extension Interpreter {
  /// Runs `x = value`, `r.field = value`, `xs[1] += value`.
  func assign(
    _ target: Expression, adds: Bool, _ expression: Expression, _ frame: Frame
  ) async throws {
    var steps: [(index: Value, span: SourceSpan)] = []
    let root = try await path(to: target, &steps, frame)
    guard let old = frame.scope.value(of: root.text) else {
      throw problem(
        "L123", "there is no variable `\(root.text)` to change.", at: root.span, frame,
        hints: target.nameText.map {
          [.type("let \($0) = " + frame.file.text(of: expression.span))]
        } ?? [])
    }
    var value = try await evaluate(expression, frame)
    if adds {
      let plus = Expression.Operation(operation: .plus, span: target.span, right: expression)
      value = try apply(
        plus, to: try await evaluate(target, frame), value, from: target.span, frame)
    }
    value = try limited(value, inside: steps.count, at: target.span, frame)
    let updated = try replace(steps[...], in: old, by: value, frame)
    _ = frame.scope.assign(root.text, updated)
  }

  /// The variable that a target is part of, and the fields and positions on the way.
  private func path(
    to target: Expression, _ steps: inout [(index: Value, span: SourceSpan)], _ frame: Frame
  ) async throws -> Name {
    switch target.kind {
    case .name(let name): return Name(text: name, span: target.span)
    case .member(let base, let name):
      let root = try await path(to: base, &steps, frame)
      steps.append((.string(name.text), name.span))
      return root
    case .index(let base, let index):
      let root = try await path(to: base, &steps, frame)
      steps.append((try await evaluate(index, frame), index.span))
      return root
    default:
      throw problem("L127", "this cannot be assigned to.", at: target.span, frame)
    }
  }

  private func replace(
    _ steps: ArraySlice<(index: Value, span: SourceSpan)>, in value: Value, by new: Value,
    _ frame: Frame
  ) throws -> Value {
    guard let step = steps.first else { return new }
    let rest = steps.dropFirst()
    switch (value, step.index) {
    case (.record(var record), .string(let name)):
      guard let old = record[name] ?? (rest.isEmpty ? .null : nil) else {
        throw problem("L152", "the record has no field `\(name)`.", at: step.span, frame)
      }
      record[name] = try replace(rest, in: old, by: new, frame)
      return .record(record)
    case (.list(var items), .number(let number)):
      let position = try position(number, count: items.count, step.span, frame)
      items[position] = try replace(rest, in: items[position], by: new, frame)
      return .list(items)
    default:
      throw problem(
        "L152", "\(value.kindName) has no item \(step.index.source) to change.", at: step.span,
        frame)
    }
  }
}
