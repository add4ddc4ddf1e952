import Reporting

extension Interpreter {
  /// Applies an operator to two values; `span` is where the left one was written.
  func apply(
    _ operation: Expression.Operation, to left: Value, _ right: Value, from span: SourceSpan,
    _ frame: Frame
  ) throws -> Value {
    switch operation.operation {
    case .equal: return .bool(left == right)
    case .notEqual: return .bool(left != right)
    case .isIn:
      if let found = Self.contains(right, left) { return .bool(found) }
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      if let result = Self.compare(left, right, operation.operation) { return .bool(result) }
    case .plus:
      if let excess = ValueLimits.excess(ofJoining: left, right) {
        throw tooLarge(excess, at: span.joined(with: operation.right.span), frame)
      }
      if let joined = Self.joined(left, right) { return joined }
    default: break
    }
    if let result = try arithmetic(operation, left, right, frame) { return result }
    let whole = span.joined(with: operation.right.span)
    var label = ""
    if operation.operation == .plus, left.isText || right.isText {
      label = "to put a value into a text, write \"… \\(value)\""
    }
    throw problem(
      .unfitOperator,
      "`\(operation.operation.rawValue)` does not work on \(left.kindName) and \(right.kindName).",
      at: whole, frame, label: label)
  }

  /// Numbers, and times with numbers; nil for anything else.
  private func arithmetic(
    _ operation: Expression.Operation, _ left: Value, _ right: Value, _ frame: Frame
  ) throws -> Value? {
    guard let (a, b, isTime) = Self.numbers(left, right, operation.operation) else { return nil }
    let result: Double
    switch operation.operation {
    case .plus: result = a + b
    case .minus: result = a - b
    case .times: result = a * b
    case .divided, .integerDivided, .remainder:
      guard b != 0 else { throw divisionByZero(operation, frame) }
      result = Self.divide(a, b, operation.operation)
    default: return nil
    }
    guard result.isFinite || !a.isFinite || !b.isFinite else {
      throw problem(
        .resultTooLarge, "the result is too large for a number.", at: operation.right.span, frame,
        label: "\(NumberText.shortest(a)) \(operation.operation.rawValue) \(NumberText.shortest(b))"
      )
    }
    return isTime ? .duration(result) : .number(result)
  }

  private func divisionByZero(_ operation: Expression.Operation, _ frame: Frame) -> Diagnostic {
    let divisor = frame.file.text(of: operation.right.span)
    let label = divisor == "0" ? "" : "\(divisor) is 0"
    return problem(
      .divisionByZero, "division by zero.", at: operation.right.span, frame, label: label)
  }

  /// `div` rounds down, and `mod` has the sign of the divisor, so `a == b * (a div b) + a mod b`.
  private static func divide(_ a: Double, _ b: Double, _ operation: Operator) -> Double {
    switch operation {
    case .integerDivided: return (a / b).rounded(.down)
    case .remainder:
      let rest = a.truncatingRemainder(dividingBy: b)
      return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
    default: return a / b
    }
  }

  /// The numbers of an operation that makes sense, and whether its result is a time.
  private static func numbers(_ left: Value, _ right: Value, _ operation: Operator)
    -> (Double, Double, isTime: Bool)?
  {
    switch (left, right) {
    case (.number(let a), .number(let b)): return (a, b, false)
    case (.duration(let a), .duration(let b)):
      switch operation {
      case .plus, .minus, .remainder: return (a, b, true)
      case .divided, .integerDivided: return (a, b, false)
      default: return nil
      }
    case (.duration(let a), .number(let b)):
      return operation == .times || operation == .divided ? (a, b, true) : nil
    case (.number(let a), .duration(let b)): return operation == .times ? (a, b, true) : nil
    default: return nil
    }
  }

  private static func joined(_ left: Value, _ right: Value) -> Value? {
    switch (left, right) {
    case (.string(let a), .string(let b)): .string(a + b)
    case (.list(let a), .list(let b)): .list(a + b)
    default: nil
    }
  }

  /// The order of two values of one kind; nil when they have none.
  static func compare(_ left: Value, _ right: Value, _ operation: Operator) -> Bool? {
    switch (left, right) {
    case (.number(let a), .number(let b)), (.duration(let a), .duration(let b)):
      ordered(a, b, operation)
    case (.string(let a), .string(let b)): ordered(a, b, operation)
    default: nil
    }
  }

  private static func ordered<T: Comparable>(_ a: T, _ b: T, _ operation: Operator) -> Bool? {
    switch operation {
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    default: nil
    }
  }

  /// Whether a list has an item, a record a field, a text a part, a range a number.
  static func contains(_ container: Value, _ value: Value) -> Bool? {
    switch (container, value) {
    case (.list(let items), _): return items.contains(value)
    case (.record(let record), .string(let name)): return record[name] != nil
    case (.string(let text), .string(let part)):
      return part.isEmpty || text.contains(part)
    case (.range(let first, let last), .number(let number)):
      guard let whole = Int(exactly: number) else { return false }
      return whole >= first && whole <= last
    default: return nil
    }
  }
}

extension Value {
  fileprivate var isText: Bool {
    if case .string = self { return true }
    return false
  }
}
