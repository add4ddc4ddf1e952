/// Arguments with their values.
struct TemplateCall {
  var plain: [TemplateValue] = []
  var named = TemplateNamed()

  /// The argument of that place or name.
  func value(_ place: Int, _ name: String) -> TemplateValue? {
    place < plain.count ? plain[place] : named[name]
  }
}

/// Named arguments, in the order of the call.
struct TemplateNamed {
  private(set) var entries: [(name: String, value: TemplateValue)] = []

  subscript(_ name: String) -> TemplateValue? {
    get { entries.last { $0.name == name }?.value }
    set {
      entries.removeAll { $0.name == name }
      if let newValue { entries.append((name, newValue)) }
    }
  }
}

extension TemplateRenderer {
  func evaluate(
    _ expression: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateValue {
    try deeper { () throws(ChatTemplateError) in try value(of: expression) }
  }

  func evaluate(_ arguments: TemplateArguments) throws(ChatTemplateError) -> TemplateCall {
    var call = TemplateCall()
    for argument in arguments.plain { call.plain.append(try evaluate(argument)) }
    for (name, argument) in arguments.named { call.named[name] = try evaluate(argument) }
    return call
  }

  private func value(
    of expression: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateValue {
    switch expression {
    case .constant(let value): return value
    case .name(let name): return lookUp(name)
    case .list(let items):
      var values: [TemplateValue] = []
      for item in items { values.append(try evaluate(item)) }
      return try list(values)
    case .tuple(let items):
      var values: [TemplateValue] = []
      for item in items { values.append(try evaluate(item)) }
      return try list(values, as: .tuple)
    case .captured: return .string(captured)
    case .map(let entries): return try map(entries)
    case .attribute(let base, let name): return try attribute(name, of: evaluate(base))
    case .item(let base, let index): return try item(evaluate(index), of: evaluate(base))
    case .slice(let base, let bounds): return try slice(evaluate(base), bounds)
    case .call(let callee, let arguments): return try call(callee, evaluate(arguments))
    case .filter(let base, let name, let arguments):
      return try filter(evaluate(base), name, evaluate(arguments))
    case .test(let base, let name, let arguments, let isNegated):
      let holds = try test(evaluate(base), name, evaluate(arguments))
      return .bool(holds != isNegated)
    case .negative(let operand): return try negative(evaluate(operand))
    case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
    case .binary(let sign, let left, let right): return try binary(sign, left, right)
    case .comparison(let first, let pairs): return try comparison(first, pairs)
    case .conditional(let test, let then, let otherwise):
      if try evaluate(test).isTrue { return try evaluate(then) }
      guard let otherwise else { return .undefined("the missing else") }
      return try evaluate(otherwise)
    }
  }

  private func map(
    _ entries: [(TemplateExpression, TemplateExpression)]
  ) throws(ChatTemplateError) -> TemplateValue {
    var map = TemplateMap([])
    for (key, value) in entries { map.set(try evaluate(key), try evaluate(value)) }
    guard map.depth <= TemplateLimit.depth else { throw tooDeep }
    return .map(map)
  }

  /// Returns `base.name`: undefined when it is not there; asking something undefined is an error.
  func attribute(
    _ name: String, of base: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    switch base {
    case .undefined(let undefined): throw self.undefined(undefined)
    case .map(let map): return map[.string(name)] ?? .undefined(name)
    case .namespace(let place): return namespaces[place][.string(name)] ?? .undefined(name)
    case .loop(let loop): return loop.attribute(name) ?? .undefined(name)
    case .list(let list) where list.form == .group && name == "grouper": return list.items[0]
    case .list(let list) where list.form == .group && name == "list": return list.items[1]
    case .macro(let place) where name == "name": return .string(macros[place].macro.name)
    default: return .undefined(name)
    }
  }

  private func item(
    _ key: TemplateValue, of base: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    switch base {
    case .map(let map): return map[key] ?? .undefined(key.string ?? "the key")
    case .list(let list):
      guard let index = key.wholeNumber else { return .undefined("the index") }
      let place = index < 0 ? index + list.items.count : index
      return list.items.indices.contains(place) ? list.items[place] : .undefined("\(index)")
    case .string(let text):
      guard let index = key.wholeNumber else { return .undefined("the index") }
      let scalars = Array(text.unicodeScalars)
      try chargeText(text.utf8.count, copied: text.utf8.count)
      let place = index < 0 ? index + scalars.count : index
      return scalars.indices.contains(place)
        ? .string(String(scalars[place])) : .undefined("\(index)")
    default:
      return try attribute(key.string ?? "the key", of: base)
    }
  }

  private func slice(
    _ base: TemplateValue, _ bounds: [TemplateExpression?]
  ) throws(ChatTemplateError) -> TemplateValue {
    var numbers: [Int?] = []
    for bound in bounds {
      guard let bound else {
        numbers.append(nil)
        continue
      }
      let value = try evaluate(bound)
      if case .none = value {
        numbers.append(nil)
      } else if let number = value.wholeNumber {
        numbers.append(number)
      } else {
        throw wrongKind("a slice", value.kind)
      }
    }
    let step = numbers.count > 2 ? numbers[2] ?? 1 : 1
    guard step != 0 else { throw wrongKind("a slice", "a step of 0") }
    if case .string(let text) = base {
      let scalars = Array(text.unicodeScalars)
      var output = String.UnicodeScalarView()
      try chargeText(text.utf8.count, copied: text.utf8.count)
      for place in Self.places(of: scalars.count, numbers[0], numbers[1], step) {
        output.append(scalars[place])
      }
      return .string(String(output))
    }
    let items = try self.items(of: base, for: "a slice")
    var form = TemplateList.Form.list
    if case .list(let list) = base, list.form.isTuple { form = .tuple }
    return try list(
      Self.places(of: items.count, numbers[0], numbers[1], step).map { items[$0] }, as: form)
  }

  /// The places that a slice takes, by Python's rules.
  private static func places(of count: Int, _ from: Int?, _ to: Int?, _ step: Int) -> [Int] {
    func clamped(_ bound: Int, _ range: ClosedRange<Int>) -> Int {
      let place = bound < 0 ? bound.addingReportingOverflow(count).partialValue : bound
      return min(max(place, range.lowerBound), range.upperBound)
    }
    // A step longer than the list goes once; shortening it keeps `stride` from overflowing.
    let step = min(max(step, -count - 1), count + 1)
    if step > 0 {
      let start = from.map { clamped($0, 0...count) } ?? 0
      return Array(stride(from: start, to: to.map { clamped($0, 0...count) } ?? count, by: step))
    }
    let start = from.map { clamped($0, -1...count - 1) } ?? count - 1
    return Array(stride(from: start, to: to.map { clamped($0, -1...count - 1) } ?? -1, by: step))
  }

  /// The items of what a loop or a filter goes through: a map gives its keys.
  func items(
    of value: TemplateValue, for operation: String
  ) throws(ChatTemplateError) -> [TemplateValue] {
    switch value {
    case .list(let list): return list.items
    case .map(let map): return map.entries.map(\.key)
    case .string(let text):
      try chargeText(text.utf8.count, copied: 32 * text.utf8.count)
      return text.unicodeScalars.map { .string(String($0)) }
    case .undefined: return []
    default: throw wrongKind(operation, value.kind)
    }
  }

  func undefined(_ name: String) -> ChatTemplateError {
    ChatTemplateError(fault: .undefined(name), line: line)
  }
}
