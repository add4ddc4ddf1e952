/// What may stand behind `is`.
extension TemplateRenderer {
  func test(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> Bool {
    switch (name, value) {
    case ("defined", .undefined), ("undefined", _): return name == "undefined" && !value.isDefined
    case ("defined", _): return true
    case ("none", .none), ("string", .string), ("mapping", .map), ("boolean", .bool): return true
    case ("integer", .int), ("float", .float), ("number", .int), ("number", .float): return true
    case ("number", .bool), ("callable", .macro), ("callable", .function): return true
    case ("iterable", .list), ("iterable", .map), ("iterable", .string): return true
    case ("iterable", .undefined): return true
    case ("sequence", .list), ("sequence", .map), ("sequence", .string): return true
    case ("sequence", .undefined): return true
    case ("none", _), ("string", _), ("mapping", _), ("boolean", _), ("integer", _), ("float", _),
      ("number", _), ("callable", _), ("iterable", _), ("sequence", _):
      return false
    case ("true", .bool(let value)): return value
    case ("false", .bool(let value)): return !value
    case ("true", _), ("false", _): return false
    default: return try comparingTest(value, name, call)
    }
  }

  private func comparingTest(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> Bool {
    let other = call.plain.first ?? .undefined("the test's argument")
    switch name {
    case "eq", "equalto", "sameas", "==": return try equal(value, other)
    case "ne": return !(try equal(value, other))
    case "in": return try contains(other, value)
    case "lt", "lessthan": return try isLess(value, other)
    case "gt", "greaterthan": return try isLess(other, value)
    case "odd", "even", "divisibleby":
      let divisor = name == "divisibleby" ? other.wholeNumber ?? 0 : 2
      guard let number = value.wholeNumber, divisor != 0 else {
        throw wrongKind("`\(name)`", value.kind)
      }
      let isDivided = divisor == -1 || number % divisor == 0
      return isDivided != (name == "odd")
    case "lower", "upper":
      guard let text = value.string else { return false }
      return name == "lower" ? text == text.lowercased() : text == text.uppercased()
    default: throw unsupported("test", name)
    }
  }
}

extension TemplateValue {
  /// Whether this is anything at all.
  var isDefined: Bool {
    if case .undefined = self { false } else { true }
  }
}
