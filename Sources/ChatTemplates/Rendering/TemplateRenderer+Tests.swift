/// What may stand after `is`.
extension TemplateRenderer {
  func test(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> Bool {
    switch (name, value) {
    case ("defined", .undefined), ("undefined", _): return name == "undefined" && !value.isDefined
    case ("defined", _): return true
    case ("none", .none), ("string", .string), ("mapping", .map), ("boolean", .bool): return true
    case ("integer", .int), ("float", .float), ("number", .int), ("number", .float): return true
    case ("number", .bool), ("callable", .macro), ("callable", .function),
      ("callable", .method), ("callable", .turner), ("callable", .loop):
      return true
    case ("iterable", .list), ("iterable", .map), ("iterable", .string): return true
    case ("iterable", .undefined): return true
    // What has a length and is asked for its items by number or key.
    case ("sequence", .list(let list)): return list.form.hasPlaces
    case ("sequence", .map), ("sequence", .string): return true
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
    case "eq", "equalto", "==": return try equal(value, other)
    case "sameas":
      if case .float = value, other.wholeNumber != nil { return false }
      if case .float = other, value.wholeNumber != nil { return false }
      guard value.kind == other.kind else { return false }
      return try equal(value, other)
    case "ne", "!=": return !(try equal(value, other))
    case "in": return try contains(other, value)
    case "lt", "lessthan", "<": return try isLess(value, other)
    case "gt", "greaterthan", ">": return try isLess(other, value)
    case "le", "<=": return try isLess(value, other) ? true : equal(value, other)
    case "ge", ">=": return try isLess(other, value) ? true : equal(value, other)
    case "filter", "test":
      guard let asked = value.string else { return false }
      return (name == "filter" ? TemplateNames.filters : TemplateNames.tests).contains(asked)
    case "escaped": return value.text?.isMarkup ?? false
    case "odd", "even", "divisibleby":
      let divisor = name == "divisibleby" ? other.wholeNumber ?? 0 : 2
      guard let number = value.wholeNumber, divisor != 0 else {
        throw wrongKind("`\(name)`", value.kind)
      }
      let isDivided = divisor == -1 || number % divisor == 0
      return isDivided != (name == "odd")
    case "lower", "upper":
      let text = try text(of: value)
      try chargeScan(text)
      let other = name == "lower" ? text.uppercased : text.lowercased
      return text != other && text == (name == "lower" ? text.lowercased : text.uppercased)
    default: throw unsupported("test", name)
    }
  }
}

/// The names that Jinja has for its own filters and tests.
enum TemplateNames {
  static let filters: Set<String> = [
    "abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e",
    "escape", "filesizeformat", "first", "float", "forceescape", "format", "groupby", "indent",
    "int",
    "items", "join", "last", "length", "list", "lower", "map", "max", "min", "pprint", "random",
    "reject", "rejectattr", "replace", "reverse", "round", "safe", "select", "selectattr", "slice",
    "sort", "string", "striptags", "sum", "title", "tojson", "trim", "truncate", "unique", "upper",
    "urlencode", "urlize", "wordcount", "wordwrap", "xmlattr",
  ]
  static let tests: Set<String> = [
    "!=", "<", "<=", "==", ">", ">=", "boolean", "callable", "defined", "divisibleby", "eq",
    "equalto", "escaped", "even", "false", "filter", "float", "ge", "greaterthan", "gt", "in",
    "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none", "number",
    "odd",
    "sameas", "sequence", "string", "test", "true", "undefined", "upper",
  ]
}
