/// A value inside a template: what JSON has, and the few things that templates make themselves.
enum TemplateValue: Sendable {
  /// What a name or key that is not there gives; the text is the name.
  case undefined(String)
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(TemplateText)
  case list(TemplateList)
  case map(TemplateMap)
  /// A `namespace(…)`, the one thing that can be changed; its place in the renderer's table.
  case namespace(Int)
  /// A macro; its place in the renderer's table.
  case macro(Int)
  /// A function of ours, such as `range`.
  case function(String)
  /// A method that was asked for and not called yet, such as `message.items`.
  indirect case method(of: TemplateValue, name: String)
  /// The `loop` of a `for`.
  indirect case loop(TemplateLoop)
  /// A `cycler(…)` or `joiner(…)`; its place in the renderer's table.
  case turner(Int)
}

extension TemplateValue {
  /// A text of the template's own.
  static func text(_ string: String) -> TemplateValue { .string(TemplateText(string)) }

  /// How deeply lists and maps are nested in this value.
  var depth: Int {
    switch self {
    case .list(let list): list.depth
    case .map(let map): map.depth
    case .method(let owner, _): owner.depth
    case .loop(let loop): loop.itemDepth + 1
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
    case .list(let list): !list.items.isEmpty || list.form.isGenerator
    case .map(let map): !map.entries.isEmpty
    case .namespace, .macro, .function, .method, .loop, .turner: true
    }
  }

  /// Whether this is anything at all.
  var isDefined: Bool {
    if case .undefined = self { false } else { true }
  }

  var isNone: Bool {
    if case .none = self { true } else { false }
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

  /// The text of a text.
  var string: String? { text?.string }

  /// A text with where it came from.
  var text: TemplateText? {
    if case .string(let text) = self { text } else { nil }
  }

  /// Whether a map may have it as a key: lists and maps may not, nor tuples that are long or hold
  /// others.
  var isKey: Bool {
    switch self {
    case .map, .loop, .method: return false
    case .list(let list):
      guard list.form.isTuple, list.items.count <= TemplateLimit.keyParts else { return false }
      return list.items.allSatisfy { if case .list = $0 { false } else { $0.isKey } }
    default: return true
    }
  }

  /// A number that keys have in common when they are the same.
  var keyHash: Int {
    var hasher = Hasher()
    hash(into: &hasher)
    return hasher.finalize()
  }

  private func hash(into hasher: inout Hasher) {
    switch self {
    // Other texts than ASCII are the same to a hash of texts when they only look alike.
    case .string(let text) where text.isASCII: hasher.combine(text.string)
    case .string(let text): hasher.combine(Array(text.string.utf8))
    case .list(let list) where isKey: for item in list.items { item.hash(into: &hasher) }
    case .namespace(let place), .macro(let place), .turner(let place): hasher.combine(place)
    case .function(let name): hasher.combine(name)
    default: hasher.combine(number)
    }
  }

  /// Whether two keys of a map, or two simple values, are the same; texts byte by byte.
  func isSameKey(as other: TemplateValue) -> Bool {
    switch (self, other) {
    case (.string(let a), .string(let b)): a == b
    case (.none, .none), (.undefined, .undefined): true
    case (.namespace(let a), .namespace(let b)), (.macro(let a), .macro(let b)),
      (.turner(let a), .turner(let b)):
      a == b
    case (.function(let a), .function(let b)): a == b
    case (.list(let a), .list(let b)):
      a.form.isTuple && b.form.isTuple && a.items.count == b.items.count
        && zip(a.items, b.items).allSatisfy { $0.isSameKey(as: $1) }
    default:
      if let a = number, let b = other.number { a == b } else { false }
    }
  }

  /// A text in small letters, which Jinja compares by unless told otherwise; other values as they are.
  var withoutCase: TemplateValue {
    if case .string(let text) = self { .string(text.lowercased) } else { self }
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
    case .macro, .function, .method, .turner: "a function"
    case .loop: "a loop"
    }
  }
}
