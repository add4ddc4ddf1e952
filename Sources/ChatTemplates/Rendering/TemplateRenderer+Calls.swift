/// Functions, and methods of texts, maps and lists.
extension TemplateRenderer {
  static let functions: Set<String> = [
    "namespace", "range", "raise_exception", "strftime_now", "dict",
  ]

  func call(
    _ callee: TemplateExpression, _ arguments: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    if case .attribute(let base, let name) = callee {
      let owner = try evaluate(base)
      if let result = try method(name, of: owner, arguments) { return result }
      return try call(try attribute(name, of: owner), named: name, arguments)
    }
    let value = try evaluate(callee)
    if case .name(let name) = callee { return try call(value, named: name, arguments) }
    return try call(value, named: "a value", arguments)
  }

  private func call(
    _ callee: TemplateValue, named name: String, _ arguments: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch callee {
    case .macro(let place): return try call(macro: place, arguments)
    case .loop(let loop): return try again(loop, arguments.plain.first ?? .undefined("the items"))
    case .function(let name): return try function(name, arguments)
    case .undefined: throw unsupported("function", name)
    default: throw wrongKind("a call", callee.kind)
    }
  }

  private func function(
    _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch name {
    case "namespace", "dict":
      var entries = call.named.entries.map { (TemplateValue.string($0.name), $0.value) }
      if case .map(let map) = call.plain.first {
        entries = map.entries + entries
      } else if let pairs = call.plain.first {
        var given: [(TemplateValue, TemplateValue)] = []
        for pair in try items(of: pairs, for: "`\(name)`") {
          let parts = try items(of: pair, for: "`\(name)`")
          guard parts.count == 2 else { throw wrongKind("`\(name)`", "what are no pairs") }
          given.append((parts[0], parts[1]))
        }
        entries = given + entries
      }
      let map = TemplateMap(entries)
      guard map.depth < TemplateLimit.depth else { throw tooDeep }
      guard name == "namespace" else { return .map(map) }
      namespaces.append(map)
      return .namespace(namespaces.count - 1)
    case "range": return try range(call.plain)
    case "raise_exception":
      let text = try text(of: call.plain.first ?? .undefined(""))
      throw ChatTemplateError(fault: .raised(text), line: line)
    default:
      guard let format = call.value(0, "format")?.string, let text = now.formatted(format) else {
        throw wrongKind("`strftime_now`", "this format")
      }
      return .string(text)
    }
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

  /// The result of a method; nil when such a value has none of that name.
  private func method(
    _ name: String, of owner: TemplateValue, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue? {
    switch owner {
    case .string(let text):
      try charge(text.utf8.count / 8)
      return try textMethod(name, text, call)
    case .map(let map): return try mapMethod(name, map, call)
    case .list(let list): return try listMethod(name, list, call)
    case .loop(let loop): return try loopMethod(name, loop, call)
    default: return nil
    }
  }

  private func mapMethod(
    _ name: String, _ map: TemplateMap, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue? {
    switch name {
    case "get":
      guard let key = call.plain.first else { throw wrongKind("`get`", "no key") }
      return map[key] ?? call.value(1, "default") ?? TemplateValue.none
    case "items":
      var pairs: [TemplateValue] = []
      for (key, value) in map.entries { pairs.append(try list([key, value], as: .tuple)) }
      return try list(pairs, as: .view("dict_items"))
    case "keys": return try list(map.entries.map(\.key), as: .view("dict_keys"))
    case "values": return try list(map.entries.map(\.value), as: .view("dict_values"))
    case "copy": return .map(map)
    default: return nil
    }
  }

  private func textMethod(
    _ name: String, _ text: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue? {
    switch name {
    case "strip": return .string(TemplateText.stripped(text, of: try optional(call, name)))
    case "lstrip":
      return .string(TemplateText.stripped(text, of: try optional(call, name), end: false))
    case "rstrip":
      return .string(TemplateText.stripped(text, of: try optional(call, name), start: false))
    case "split": return try split(text, call)
    case "splitlines":
      return try list(TemplateText.lines(text).map { .string($0) })
    case "startswith": return .bool(try any(call, name) { TemplateText.startsWith(text, $0) })
    case "endswith": return .bool(try any(call, name) { TemplateText.endsWith(text, $0) })
    case "join": return try filter(call.plain.first ?? .undefined(""), "join", Self.call(text))
    case "replace", "upper", "lower", "capitalize":
      return try filter(.string(text), name, call)
    case "removeprefix":
      let part = try optional(call, name) ?? ""
      guard TemplateText.startsWith(text, part) else { return .string(text) }
      return .string(String(decoding: text.utf8.dropFirst(part.utf8.count), as: UTF8.self))
    case "removesuffix":
      let part = try optional(call, name) ?? ""
      guard TemplateText.endsWith(text, part) else { return .string(text) }
      return .string(String(decoding: text.utf8.dropLast(part.utf8.count), as: UTF8.self))
    default: return try otherTextMethod(name, text, call)
    }
  }

  private static func call(_ text: String) -> TemplateCall { TemplateCall(plain: [.string(text)]) }

  private func split(_ text: String, _ call: TemplateCall) throws(ChatTemplateError)
    -> TemplateValue
  {
    let limit = call.value(1, "maxsplit")?.wholeNumber ?? -1
    try chargeText(text.utf8.count, copied: 32 * text.utf8.count)
    guard let separator = try optional(call, "split") else {
      return try list(TemplateText.words(text).map { .string($0) })
    }
    guard !separator.isEmpty else { throw wrongKind("`split`", "an empty separator") }
    let parts = TemplateText.split(text, at: separator, limit: limit < 0 ? .max : limit)
    return try list(parts.map { .string($0) })
  }

  /// The first argument, which must be a text when it is there.
  func optional(_ call: TemplateCall, _ name: String) throws(ChatTemplateError) -> String? {
    switch call.plain.first {
    case nil, .some(.none): return nil
    case .string(let text): return text
    case .some(let other): throw wrongKind("`\(name)`", other.kind)
    }
  }

  /// Whether `holds` for the first argument, or for one of its items when it is a list.
  private func any(
    _ call: TemplateCall, _ name: String, _ holds: (String) -> Bool
  ) throws(ChatTemplateError) -> Bool {
    let value = call.plain.first ?? .undefined("the argument")
    if let part = value.string { return holds(part) }
    guard case .list(let list) = value else { throw wrongKind("`\(name)`", value.kind) }
    return list.items.contains { $0.string.map(holds) ?? false }
  }
}
