/// A value inside a template: what JSON has, and the few things that templates make themselves.
enum TemplateValue: Sendable {
  /// What a name or key that is not there gives; the text is the name.
  case undefined(String)
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case list(TemplateList)
  case map(TemplateMap)
  /// A `namespace(…)`, the one thing that can be changed; its place in the renderer's table.
  case namespace(Int)
  /// A macro; its place in the renderer's table.
  case macro(Int)
  /// A function of ours, such as `range`.
  case function(String)
  /// The `loop` of a `for`.
  case loop(TemplateLoop)
}

/// A list that knows how deeply it is nested: letting go of a very deep one would overflow the
/// stack, so the renderer refuses to build it.
struct TemplateList: Sendable {
  /// What Python has the sequence as, which says how it prints and what it equals.
  enum Form: Hashable, Sendable {
    case list, tuple
    /// A pair of `groupby`: a tuple that is also asked for its `grouper` and `list`.
    case group
    /// A view of a map, such as `dict_keys`, which prints as a list in that.
    case view(String)
    /// A `range`, which prints as this.
    case range(String)

    var isTuple: Bool { self == .tuple || self == .group }
  }
  let items: [TemplateValue]
  let form: Form
  let depth: Int

  init(_ items: [TemplateValue], as form: Form = .list) {
    self.items = items
    self.form = form
    depth = 1 + (items.lazy.map(\.depth).max() ?? 0)
  }
}

/// A map that keeps the order of its keys.
struct TemplateMap: Sendable {
  private(set) var entries: [(key: TemplateValue, value: TemplateValue)] = []
  private(set) var depth = 1

  init(_ entries: [(TemplateValue, TemplateValue)]) {
    for (key, value) in entries { set(key, value) }
  }

  subscript(_ key: TemplateValue) -> TemplateValue? {
    entries.first { $0.key.isSameKey(as: key) }?.value
  }

  mutating func set(_ key: TemplateValue, _ value: TemplateValue) {
    depth = max(depth, 1 + value.depth)
    if let place = entries.firstIndex(where: { $0.key.isSameKey(as: key) }) {
      entries[place].value = value
    } else {
      entries.append((key, value))
    }
  }
}

/// Where a `for` stands.
struct TemplateLoop: Sendable {
  let items: [TemplateValue]
  let index: Int
  /// How many loops of the same statement it is in, from 0.
  var depth = 0
  /// The statement, when it may call itself.
  var node: TemplateFor?
  /// Where what `changed` was asked last is kept, in the renderer's table.
  var place = 0

  func attribute(_ name: String) -> TemplateValue? {
    switch name {
    case "index": .int(index + 1)
    case "index0": .int(index)
    case "revindex": .int(items.count - index)
    case "revindex0": .int(items.count - index - 1)
    case "first": .bool(index == 0)
    case "last": .bool(index == items.count - 1)
    case "length": .int(items.count)
    case "depth": .int(depth + 1)
    case "depth0": .int(depth)
    case "previtem": index > 0 ? items[index - 1] : nil
    case "nextitem": index + 1 < items.count ? items[index + 1] : nil
    default: nil
    }
  }
}

extension TemplateValue {
  /// How deeply lists and maps are nested in this value.
  var depth: Int {
    switch self {
    case .list(let list): list.depth
    case .map(let map): map.depth
    case .loop(let loop): 1 + (loop.items.lazy.map(\.depth).max() ?? 0)
    default: 0
    }
  }

  /// Whether a condition takes this for true, by Python's rules.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let value): value
    case .int(let value): value != 0
    case .float(let value): value != 0
    case .string(let text): !text.isEmpty
    case .list(let list): !list.items.isEmpty
    case .map(let map): !map.entries.isEmpty
    case .namespace, .macro, .function, .loop: true
    }
  }

  /// This value as a number, truth counting as 0 and 1.
  var number: Double? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  /// This value as a whole number, truth counting as 0 and 1.
  var wholeNumber: Int? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): value
    default: nil
    }
  }

  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// Whether two keys of a map, or two simple values, are the same; texts byte by byte.
  func isSameKey(as other: TemplateValue) -> Bool {
    switch (self, other) {
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.none, .none), (.undefined, .undefined): true
    case (.namespace(let a), .namespace(let b)), (.macro(let a), .macro(let b)): a == b
    default:
      if let a = number, let b = other.number { a == b } else { false }
    }
  }

  /// What kind of value this is, for sentences.
  var kind: String {
    switch self {
    case .undefined(let name): "`\(name)`, which is undefined"
    case .none: "none"
    case .bool: "a truth value"
    case .int, .float: "a number"
    case .string: "a text"
    case .list: "a list"
    case .map: "a map"
    case .namespace: "a namespace"
    case .macro, .function: "a function"
    case .loop: "a loop"
    }
  }
}
