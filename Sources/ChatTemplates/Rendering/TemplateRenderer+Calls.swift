/// Functions, and who answers a call.
extension TemplateRenderer {
  static let functions: Set<String> = [
    "namespace", "range", "raise_exception", "strftime_now", "dict", "cycler", "joiner",
  ]

  func call(
    _ callee: TemplateExpression, _ arguments: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let value = try evaluate(callee)
    switch callee {
    case .name(let name): return try call(value, named: name, arguments)
    case .attribute(_, let attribute): return try call(value, named: attribute.name, arguments)
    default: return try call(value, named: "a value", arguments)
    }
  }

  private func call(
    _ callee: TemplateValue, named name: String, _ arguments: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch callee {
    case .macro(let place): return try call(macro: place, arguments)
    case .loop(let loop): return try again(loop, arguments.plain.first ?? .undefined("the items"))
    case .function(let name): return try function(name, arguments)
    case .method(let owner, let name): return try method(name, of: owner, arguments)
    case .turner(let place):
      guard !turners[place].isCycler else { throw wrongKind("a call", "a cycler") }
      return turners[place].next()
    case .undefined: throw unsupported("function", name)
    default: throw wrongKind("a call", callee.kind)
    }
  }

  private func function(
    _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch name {
    case "dict": return .map(try newMap(call, for: "dict"))
    case "namespace":
      let map = try newMap(call, for: "namespace")
      if let name = map.entries.lazy.compactMap(\.key.string).first(where: { $0.hasPrefix("_") }) {
        throw unsupported("attribute", name)
      }
      namespaces.append(map)
      return .namespace(namespaces.count - 1)
    case "range": return try range(call.plain)
    case "cycler":
      guard !call.plain.isEmpty else { throw wrongKind("`cycler`", "no values") }
      turners.append(TemplateTurner(values: call.plain, isCycler: true))
      return .turner(turners.count - 1)
    case "joiner":
      turners.append(TemplateTurner(values: [call.value(0, "sep") ?? .text(", ")], isCycler: false))
      return .turner(turners.count - 1)
    case "raise_exception":
      let text = try text(of: call.value(0, "message") ?? .undefined(""))
      throw ChatTemplateError(fault: .raised(text.string), line: line)
    default:
      guard let format = call.value(0, "format")?.text else {
        throw wrongKind("`strftime_now`", "this format")
      }
      try chargeScan(format)
      guard let text = now.formatted(format.string) else {
        throw wrongKind("`strftime_now`", "this format")
      }
      return try counted(.text(text))
    }
  }

  /// A map of pairs or of another map, and of named values.
  private func newMap(
    _ call: TemplateCall, for name: String
  ) throws(ChatTemplateError) -> TemplateMap {
    var map = TemplateMap([])
    if case .map(let given) = call.plain.first {
      map = given
    } else if let pairs = call.plain.first {
      for pair in try items(of: pairs, for: "`\(name)`") {
        let parts = try items(of: pair, for: "`\(name)`")
        guard parts.count == 2 else { throw wrongKind("`\(name)`", "what are no pairs") }
        map.set(try key(parts[0]), parts[1])
      }
    }
    // Naming one more value copies what was given.
    try charge(map.entries.count)
    for (name, value) in call.named.entries { map.set(.text(name), value) }
    guard map.depth < TemplateLimit.depth else { throw tooDeep }
    return map
  }

  private func range(_ arguments: [TemplateValue]) throws(ChatTemplateError) -> TemplateValue {
    let numbers = arguments.compactMap(\.wholeNumber)
    guard numbers.count == arguments.count, (1...3).contains(numbers.count) else {
      throw wrongKind("`range`", "these arguments")
    }
    let (start, end) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
    let step = numbers.count == 3 ? numbers[2] : 1
    guard step != 0 else { throw wrongKind("`range`", "a step of 0") }
    let (span, overflow) = end.subtractingReportingOverflow(start)
    guard !overflow, span.magnitude / step.magnitude < 100_000 else {
      throw limit("100,000 numbers of a range")
    }
    let shown = "range(\(start), \(end)" + (step == 1 ? ")" : ", \(step))")
    return try list(
      stride(from: start, to: end, by: step).map { .int($0) }, as: .range(shown))
  }
}

/// A `cycler`, which gives its values in turn, or a `joiner`, which gives its one from the second time
/// on.
struct TemplateTurner {
  let values: [TemplateValue]
  let isCycler: Bool
  private var turns = 0

  init(values: [TemplateValue], isCycler: Bool) {
    self.values = values
    self.isCycler = isCycler
  }

  var current: TemplateValue { values[turns % values.count] }

  mutating func next() -> TemplateValue {
    defer { turns += 1 }
    return isCycler ? current : turns == 0 ? .text("") : values[0]
  }

  mutating func reset() { turns = 0 }
}
