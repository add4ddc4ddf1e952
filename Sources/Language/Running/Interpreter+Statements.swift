import Reporting

extension Interpreter {
  /// Runs statements in order; procedures of the list can be called before their line.
  func run(_ statements: [Statement], _ frame: Frame) async throws -> Flow {
    for case .procedure(let procedure) in statements.map(\.kind) {
      frame.scope.define(procedure.name.text, .closure(Closure(procedure, frame, self)))
    }
    var flow = Flow.next(.null)
    for statement in statements {
      if runner.isStopRequested || Task.isCancelled { throw CancellationError() }
      flow = try await run(statement, frame)
      guard case .next = flow else { return flow }
    }
    return flow
  }

  private func run(_ statement: Statement, _ frame: Frame) async throws -> Flow {
    switch statement.kind {
    case .variable(let name, let value):
      frame.scope.define(name.text, try await evaluate(value, frame))
    case .assignment(let target, let adds, let value):
      try await assign(target, adds: adds, value, frame)
    case .conditional(let branches, let otherwise):
      return try await run(branches, otherwise: otherwise, frame)
    case .loop(let names, let items, let block):
      return try await loop(names, over: items, block, frame)
    case .whileLoop(let condition, let block):
      return try await loop(while: condition, block, frame)
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    case .returnValue(let value):
      guard let value else { return .returned(.null) }
      return .returned(try await evaluate(value, frame))
    case .procedure: break
    case .use(let use): frame.scope.define(use.name, try await module(use, frame))
    case .with(let settings, let block): return try await run(with: settings, block, frame)
    case .check(let condition, let message):
      try await check(condition, message, frame)
    case .attempt(let body, let name, let handler):
      return try await attempt(body, name, handler, frame)
    case .print(let values):
      try await printLine(values, frame)
    case .expression(let expression): return .next(try await evaluate(expression, frame))
    }
    return .next(.null)
  }

  private func printLine(_ values: [Expression], _ frame: Frame) async throws {
    var texts: [String] = []
    for value in values { texts.append(try await evaluate(value, frame).shown) }
    await output(texts.joined(separator: " "))
  }

  private func run(_ branches: [Branch], otherwise: Block?, _ frame: Frame) async throws -> Flow {
    for branch in branches where try await condition(branch.condition, frame) {
      return try await run(branch.block.statements, frame.inner)
    }
    guard let otherwise else { return .next(.null) }
    return try await run(otherwise.statements, frame.inner)
  }

  private func loop(while expression: Expression, _ block: Block, _ frame: Frame) async throws
    -> Flow
  {
    while try await condition(expression, frame) {
      if runner.isStopRequested || Task.isCancelled { throw CancellationError() }
      switch try await run(block.statements, frame.inner) {
      case .breakLoop: return .next(.null)
      case .returned(let value): return .returned(value)
      case .next, .continueLoop: continue
      }
    }
    return .next(.null)
  }

  private func loop(
    _ names: [Name], over items: Expression, _ block: Block, _ frame: Frame
  ) async throws -> Flow {
    let value = try await evaluate(items, frame)
    let sequence = try await self.sequence(value, items, frame)
    for index in 0..<sequence.count {
      if runner.isStopRequested || Task.isCancelled { throw CancellationError() }
      let inner = frame.inner
      let (key, item) = sequence.item(at: index)
      inner.scope.define(names[0].text, names.count == 2 || sequence.hasNames ? key : item)
      if names.count == 2 { inner.scope.define(names[1].text, item) }
      switch try await run(block.statements, inner) {
      case .breakLoop: return .next(.null)
      case .returned(let value): return .returned(value)
      case .next, .continueLoop: continue
      }
    }
    return .next(.null)
  }

  private func sequence(_ value: Value, _ expression: Expression, _ frame: Frame) async throws
    -> ItemSequence
  {
    if let sequence = ItemSequence(value) { return sequence }
    if case .handle(let handle) = value, let items = try await names.items(of: handle) {
      return .items(items)
    }
    throw problem(
      .nothingToGoThrough, "`for` cannot go through \(value.kindName).", at: expression.span, frame)
  }

  private func run(with settings: WithSyntax, _ block: Block, _ frame: Frame) async throws -> Flow {
    let changes: [SettingChange]
    switch settings {
    case .listed(let settings): changes = try await evaluate(settings, frame)
    case .record(let record): changes = try await settingChanges(record, frame)
    }
    do {
      try await runner.pushSettings(changes)
    } catch {
      throw placed(error, at: changes.first?.nameSpan ?? block.span, frame)
    }
    do {
      let flow = try await run(block.statements, frame.inner)
      await runner.popSettings()
      return flow
    } catch {
      await runner.popSettings()
      throw error
    }
  }

  private func check(_ expression: Expression, _ message: Expression?, _ frame: Frame) async throws
  {
    let (holds, values) = try await outcome(of: expression, frame)
    guard !holds else { return }
    var text = "the check failed"
    if let message { text = "check failed: " + (try await evaluate(message, frame).shown) }
    throw problem(.checkFailed, text + ".", at: expression.span, frame, label: values)
  }

  /// Whether a condition holds, and its two sides when it is a comparison: "1.85 < 1.2 is false".
  private func outcome(of expression: Expression, _ frame: Frame) async throws -> (Bool, String) {
    guard case .chain(let left, let operations) = expression.kind, operations.count == 1,
      operations[0].operation.precedence == 3
    else { return (try await condition(expression, frame), "this is false") }
    let first = try await evaluate(left, frame)
    let second = try await evaluate(operations[0].right, frame)
    let result = try apply(operations[0], to: first, second, from: left.span, frame)
    let name = operations[0].operation.rawValue
    return (result == .bool(true), "\(first.source) \(name) \(second.source) is false")
  }

  private func attempt(_ body: Block, _ name: Name, _ handler: Block, _ frame: Frame) async throws
    -> Flow
  {
    do {
      return try await run(body.statements, frame.inner)
    } catch let diagnostic as Diagnostic {
      let inner = frame.inner
      inner.scope.define(name.text, .record(Self.record(of: diagnostic)))
      return try await run(handler.statements, inner)
    }
  }

  /// What `catch e` gives: the message, the code, and the whole text as it would be shown.
  private static func record(of diagnostic: Diagnostic) -> Record {
    [
      "message": .string(diagnostic.message),
      "code": diagnostic.code.map { .string($0.id) } ?? .null,
      "text": .string(diagnostic.plainText),
    ]
  }

  /// A value that must be true or false.
  func condition(_ expression: Expression, _ frame: Frame) async throws -> Bool {
    let value = try await evaluate(expression, frame)
    guard case .bool(let bool) = value else {
      throw problem(
        .unfitOperator, "a condition is true or false; this is \(value.kindName).",
        at: expression.span,
        frame)
    }
    return bool
  }
}

/// What `for` goes through, an item at a time: a long range is never a list in memory.
enum ItemSequence {
  case items([Value])
  case named([(name: String, value: Value)])
  case range(first: Int, count: Int)

  init?(_ value: Value) {
    switch value {
    case .list(let items): self = .items(items)
    case .record(let record): self = .named(record.fields)
    case .range(let first, let last):
      let (count, overflow) = last.subtractingReportingOverflow(first)
      self = .range(first: first, count: overflow ? 0 : max(0, count + 1))
    default: return nil
    }
  }

  var count: Int {
    switch self {
    case .items(let items): items.count
    case .named(let fields): fields.count
    case .range(_, let count): count
    }
  }

  /// True for a record, whose first loop name is the field's.
  var hasNames: Bool {
    if case .named = self { return true }
    return false
  }

  /// The position or name of an item, and the item.
  func item(at index: Int) -> (key: Value, item: Value) {
    switch self {
    case .items(let items): (.integer(index), items[index])
    case .named(let fields): (.string(fields[index].name), fields[index].value)
    case .range(let first, _): (.integer(index), .integer(first + index))
    }
  }
}
