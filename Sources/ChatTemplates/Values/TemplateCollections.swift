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
    /// What is gone through once and has no length, such as what `map` and `select` give; its number
    /// among those of the renderer.
    case generator(Int)

    var isTuple: Bool { self == .tuple || self == .group }
    var isGenerator: Bool {
      if case .generator = self { true } else { false }
    }
    /// Whether items can be asked for by their number.
    var hasPlaces: Bool {
      switch self {
      case .list, .tuple, .group, .range: true
      case .view, .generator: false
      }
    }
  }
  let items: [TemplateValue]
  let form: Form
  let depth: Int
  /// The place of the conversation that it is; nil for one that the template made.
  let node: Int?

  init(_ items: [TemplateValue], as form: Form = .list, node: Int? = nil) {
    self.items = items
    self.form = form
    self.node = node
    depth = 1 + (items.lazy.map(\.depth).max() ?? 0)
  }
}

/// A map that keeps the order of its keys.
struct TemplateMap: Sendable {
  private(set) var entries: [(key: TemplateValue, value: TemplateValue)] = []
  private(set) var depth = 1
  /// The place of the conversation that it is; nil for one that the template made.
  let node: Int?
  /// Where each key stands, by its hash, once there are so many that looking would take long.
  private var places: [Int: Int]?

  init(_ entries: [(TemplateValue, TemplateValue)], node: Int? = nil) {
    self.node = node
    for (key, value) in entries { set(key, value) }
  }

  subscript(_ key: TemplateValue) -> TemplateValue? { place(of: key).map { entries[$0].value } }

  /// The entry of a key, with the key as it stands in the map.
  func entry(_ key: TemplateValue) -> (key: TemplateValue, value: TemplateValue)? {
    place(of: key).map { entries[$0] }
  }

  private func place(of key: TemplateValue) -> Int? {
    if let places {
      guard let place = places[key.keyHash] else { return nil }
      if entries[place].key.isSameKey(as: key) { return place }
    }
    // There are few, or two have one hash.
    if case .string(let text) = key {
      return entries.firstIndex {
        if case .string(let other) = $0.key { other == text } else { false }
      }
    }
    return entries.firstIndex { $0.key.isSameKey(as: key) }
  }

  mutating func set(_ key: TemplateValue, _ value: TemplateValue) {
    depth = max(depth, 1 + value.depth)
    if let place = place(of: key) {
      entries[place].value = value
      return
    }
    entries.append((key, value))
    if places == nil, entries.count > 16 {
      places = [:]
      for (place, entry) in entries.enumerated() { places?[entry.key.keyHash] = place }
    } else {
      places?[key.keyHash] = entries.count - 1
    }
  }
}

/// Where a `for` stands.
struct TemplateLoop: Sendable {
  let items: [TemplateValue]
  let index: Int
  /// How deeply its items are nested.
  let itemDepth: Int
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
