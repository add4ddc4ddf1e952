import Reporting

/// How large values may grow, so that no script can exhaust the stack or the memory.
enum ValueLimits {
  /// How deep lists and records may hold each other; comparing and printing go as deep.
  static let depth = 200
  /// How many items a list, with those inside its items, may have.
  static let items = 10_000_000
  /// How many bytes a text may have.
  static let textBytes = 64 << 20

  /// Why a value is refused.
  enum Excess {
    case depth, items, text

    /// The code and the sentence of the error.
    var problem: (code: DiagnosticCode, message: String) {
      switch self {
      case .depth: (.valueTooDeep, "this value is nested more than \(ValueLimits.depth) deep.")
      case .items: (.valueTooLarge, "this list has more than 10,000,000 items.")
      case .text: (.valueTooLarge, "this text is longer than 64 MB.")
      }
    }
  }

  /// What is too large in a value that is to stand `outer` levels deep in another; nil when it fits.
  ///
  /// Items shared by several lists count each time they are met, as printing meets them.
  static func excess(of value: Value, inside outer: Int = 0) -> Excess? {
    measure(value, inside: outer).excess
  }

  /// What is too large in a value, and how many items it has, with those inside its items.
  static func measure(_ value: Value, inside outer: Int) -> (excess: Excess?, items: Int) {
    var left = items
    let excess = excess(of: value, levels: depth - outer, &left)
    return (excess, items - left)
  }

  private static func excess(of value: Value, levels: Int, _ left: inout Int) -> Excess? {
    switch value {
    case .list(let items):
      return excess(of: items, levels: levels, &left)
    case .record(let record):
      return excess(of: record.fields.map(\.value), levels: levels, &left)
    default: return levels < 0 ? .depth : nil
    }
  }

  private static func excess(of items: [Value], levels: Int, _ left: inout Int) -> Excess? {
    guard levels > 0 else { return .depth }
    left -= items.count
    guard left >= 0 else { return .items }
    for item in items {
      if let excess = excess(of: item, levels: levels - 1, &left) { return excess }
    }
    return nil
  }

  /// What is too large in the sum of two values, which is found before it is made.
  static func excess(ofJoining left: Value, _ right: Value) -> Excess? {
    switch (left, right) {
    case (.string(let a), .string(let b)):
      a.utf8.count + b.utf8.count > textBytes ? .text : nil
    case (.list(let a), .list(let b)): a.count + b.count > items ? .items : nil
    default: nil
    }
  }
}

extension Interpreter {
  /// The value, when it is not too large.
  func limited(
    _ value: Value, inside outer: Int = 0, at span: SourceSpan, _ frame: Frame
  ) throws -> Value {
    guard let excess = ValueLimits.excess(of: value, inside: outer) else { return value }
    throw tooLarge(excess, at: span, frame)
  }

  func tooLarge(_ excess: ValueLimits.Excess, at span: SourceSpan, _ frame: Frame) -> Diagnostic {
    let (code, message) = excess.problem
    return problem(code, message, at: span, frame)
  }
}
