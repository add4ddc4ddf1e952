import Reporting

extension Interpreter {
  /// A field or a position on the way from a variable to what is assigned to.
  private typealias Step = (index: Value, span: SourceSpan)

  /// Runs `x = value`, `r.field = value`, `xs[1] += value`.
  ///
  /// The variable is changed where it lies, so that a step of a loop costs what it changes, not what
  /// the variable holds; another variable with the same value keeps it, as values are shared only
  /// until one of them is changed.
  func assign(
    _ target: Expression, adds: Bool, _ expression: Expression, _ frame: Frame
  ) async throws {
    var steps: [Step] = []
    let root = try await path(to: target, &steps, frame)
    guard frame.scope.has(root.text) else {
      throw problem(
        .assignmentToNothing, "there is no variable `\(root.text)` to change.", at: root.span,
        frame,
        hints: target.nameText.map {
          [.type("let \($0) = " + frame.file.text(of: expression.span))]
        } ?? [])
    }
    var value: Value
    let operations = additions(to: target, adds: adds, expression, frame)
    if let operations {
      var added: [Value] = []
      for operation in operations { added.append(try await evaluate(operation.right, frame)) }
      if try append(added, to: root.text, steps, frame) { return }
      value = try await evaluate(target, frame)
      var span = target.span
      for (operation, right) in zip(operations, added) {
        value = try apply(operation, to: value, right, from: span, frame)
        span = span.joined(with: operation.right.span)
      }
    } else {
      value = try await evaluate(expression, frame)
    }
    try set(root.text, steps, to: value, grows: operations != nil, at: target.span, frame)
  }

  /// The variable that a target is part of, and the fields and positions on the way.
  private func path(
    to target: Expression, _ steps: inout [Step], _ frame: Frame
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
      throw problem(.notAssignable, "this cannot be assigned to.", at: target.span, frame)
    }
  }

  /// What is added to the target's own value: of `x += a`, and of `x = x + a + b` when evaluating `a`
  /// and `b` cannot change `x`; nil when something else is assigned.
  private func additions(
    to target: Expression, adds: Bool, _ expression: Expression, _ frame: Frame
  ) -> [Expression.Operation]? {
    if adds { return [.init(operation: .plus, span: target.span, right: expression)] }
    guard case .chain(let left, let operations) = expression.kind, left.isSamePlace(as: target),
      operations.allSatisfy({ $0.operation == .plus && isStill($0.right, frame) })
    else { return nil }
    return operations
  }

  /// Whether evaluating an expression changes no variable.
  private func isStill(_ expression: Expression, _ frame: Frame) -> Bool {
    switch expression.kind {
    case .null, .bool, .number, .name: true
    case .text(let pieces):
      pieces.allSatisfy { if case .value(let value) = $0 { isStill(value, frame) } else { true } }
    case .list(let items): items.allSatisfy { isStill($0, frame) }
    case .record(let pairs): pairs.allSatisfy { isStill($0.value, frame) }
    case .chain(let left, let operations):
      isStill(left, frame) && operations.allSatisfy { isStill($0.right, frame) }
    case .not(let value), .negative(let value), .group(let value), .member(let value, _):
      isStill(value, frame)
    case .range(let first, let last), .index(let first, let last):
      isStill(first, frame) && isStill(last, frame)
    case .call(let callee, let arguments, let block):
      block == nil && arguments.allSatisfy { isStill($0.value, frame) }
        && callee.nameText.map { Builtin.named($0) != nil && !frame.scope.has($0) } ?? false
    case .command: false
    }
  }

  // MARK: In place

  /// Gives the place that the steps lead to a new value; of one that grows, it is noted how far it may.
  private func set(
    _ name: String, _ steps: [Step], to value: Value, grows: Bool, at span: SourceSpan,
    _ frame: Frame
  ) throws {
    let measure = ValueLimits.measure(value, inside: steps.count)
    if let excess = measure.excess { throw tooLarge(excess, at: span, frame) }
    let places = steps.map(\.index)
    _ = try frame.scope.change(name) { variable, rooms in
      try follow(steps[...], in: &variable, isNew: true, frame) { $0 = value }
      GrowthRoom.note(replacing: name, places, by: measure.items, in: &rooms)
      if grows, case .list = value { GrowthRoom.note(measure.items, name, places, in: &rooms) }
    }
  }

  /// Adds texts to a text, or lists to a list; false when it has to be done the long way, for values
  /// of other kinds, for those that may become too large, and for a place that is not there.
  private func append(
    _ added: [Value], to name: String, _ steps: [Step], _ frame: Frame
  ) throws -> Bool {
    var items = 0
    for value in added {
      let measure = ValueLimits.measure(value, inside: steps.count)
      guard measure.excess == nil else { return false }
      items += measure.items
    }
    let places = steps.map(\.index)
    var isDone = false
    _ = try? frame.scope.change(name) { variable, rooms in
      let room = GrowthRoom.index(of: name, places, in: rooms)
      try follow(steps[...], in: &variable, isNew: false, frame) { value in
        // Asked for its shape: a `switch` would hold the value meanwhile, and so make it copied.
        isDone = value.append(texts: added)
        guard !isDone, case .list = value.shape, let room, rooms[room].items >= items else {
          return
        }
        isDone = value.append(lists: added)
      }
      guard isDone else { return }
      for index in rooms.indices where rooms[index].name == name {
        if places.starts(with: rooms[index].steps) { rooms[index].items -= items }
      }
    }
    return isDone
  }

  /// Changes what the steps lead to inside a value; `isNew` allows the last to be a new field.
  private func follow(
    _ steps: ArraySlice<Step>, in value: inout Value, isNew: Bool, _ frame: Frame,
    _ change: (inout Value) -> Void
  ) throws {
    guard let step = steps.first else { return change(&value) }
    let rest = steps.dropFirst()
    switch (value.shape, step.index) {
    case (.record, .string(let name)):
      let isFound = try value.changeField(name, adding: isNew && rest.isEmpty) {
        try follow(rest, in: &$0, isNew: isNew, frame, change)
      }
      if !isFound {
        throw noField(
          Name(text: name, span: step.span), of: "the record", fields: value.fieldNames, frame)
      }
    case (.list(let count), .number(let number)):
      let position = try position(number, count: count, step.span, frame)
      try value.changeItem(position) { try follow(rest, in: &$0, isNew: isNew, frame, change) }
    default:
      throw problem(
        .noSuchItem, "\(value.kindName) has no item \(step.index.source) to change.", at: step.span,
        frame)
    }
  }
}

extension Expression {
  /// Whether this and another expression certainly name the same variable, field or item, when nothing
  /// happens between the two.
  fileprivate func isSamePlace(as other: Expression) -> Bool {
    switch (kind, other.kind) {
    case (.name(let first), .name(let second)): first == second
    case (.number(let first), .number(let second)): first == second
    case (.text(let first), .text(let second)):
      first.count == second.count
        && zip(first, second).allSatisfy { pair in
          if case (.text(let first), .text(let second)) = pair { return first == second }
          return false
        }
    case (.member(let first, let name), .member(let second, let otherName)):
      name.text == otherName.text && first.isSamePlace(as: second)
    case (.index(let first, let index), .index(let second, let otherIndex)):
      first.isSamePlace(as: second) && index.isSamePlace(as: otherIndex)
    default: false
    }
  }
}
