/// Filters that compare the items of a list.
extension TemplateRenderer {
  /// What an item is compared by: an attribute of it, several with commas between, or itself.
  func key(
    _ attribute: TemplateValue?, of item: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let attribute, attribute.isDefined else { return item }
    switch attribute {
    case .none: return item
    case .int(let index): return try value(at: String(index), of: item)
    case .string(let path):
      let paths = path.string.split(separator: ",")
      guard paths.count > 1 else { return try value(at: path.string, of: item) }
      var parts: [TemplateValue] = []
      for path in paths { parts.append(try value(at: String(path), of: item)) }
      return try list(parts)
    default: throw wrongKind("an attribute", attribute.kind)
    }
  }

  /// The keys of items, without their case unless the call wants it.
  private func keys(
    _ items: [TemplateValue], _ attribute: TemplateValue?, isExact: Bool,
    fallback: TemplateValue? = nil
  ) throws(ChatTemplateError) -> [TemplateValue] {
    var keys: [TemplateValue] = []
    for item in items {
      var found = try key(attribute, of: item)
      if !found.isDefined, let fallback { found = fallback }
      keys.append(isExact ? found : found.withoutCase)
    }
    return keys
  }

  /// The places of keys in their order, equal ones as they come (by merging).
  ///
  /// Backwards, equal ones keep their order too: both the list and its sorting are turned round.
  func sortedPlaces(
    _ keys: [TemplateValue], reversed: Bool = false
  ) throws(ChatTemplateError) -> [Int] {
    guard !reversed else {
      return try sortedPlaces(keys.reversed()).reversed().map { keys.count - 1 - $0 }
    }
    var runs = keys.indices.map { [$0] }
    while runs.count > 1 {
      var merged: [[Int]] = []
      for first in stride(from: 0, to: runs.count, by: 2) {
        guard first + 1 < runs.count else {
          merged.append(runs[first])
          continue
        }
        merged.append(try merge(runs[first], runs[first + 1], keys))
      }
      runs = merged
    }
    return runs.first ?? []
  }

  private func merge(
    _ a: [Int], _ b: [Int], _ keys: [TemplateValue]
  ) throws(ChatTemplateError) -> [Int] {
    var merged: [Int] = []
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      try charge()
      if try isLess(keys[b[j]], keys[a[i]]) {
        merged.append(b[j])
        j += 1
      } else {
        merged.append(a[i])
        i += 1
      }
    }
    return merged + a[i...] + b[j...]
  }

  /// Sorts, or gives the first least or greatest item.
  func ordered(
    _ items: [TemplateValue], _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let isSort = name == "sort"
    let isExact = call.value(isSort ? 1 : 0, "case_sensitive")?.isTrue ?? false
    let keys = try keys(items, call.value(isSort ? 2 : 1, "attribute"), isExact: isExact)
    guard isSort else {
      var best: Int?
      for place in keys.indices {
        guard let chosen = best else {
          best = place
          continue
        }
        try charge()
        let (a, b) = name == "min" ? (place, chosen) : (chosen, place)
        if try isLess(keys[a], keys[b]) { best = place }
      }
      return best.map { items[$0] } ?? .undefined("the item of an empty list")
    }
    let isReversed = call.value(0, "reverse")?.isTrue ?? false
    return try list(try sortedPlaces(keys, reversed: isReversed).map { items[$0] })
  }

  func unique(
    _ items: [TemplateValue], _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let isExact = call.value(0, "case_sensitive")?.isTrue ?? false
    let keys = try keys(items, call.value(1, "attribute"), isExact: isExact)
    var seen: [TemplateValue] = []
    var kept: [TemplateValue] = []
    for (item, key) in zip(items, keys) where !(try contains(.list(TemplateList(seen)), key)) {
      seen.append(key)
      kept.append(item)
    }
    return try generator(kept)
  }

  func groups(
    _ items: [TemplateValue], _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let attribute = call.value(0, "attribute")
    let isExact = call.value(2, "case_sensitive")?.isTrue ?? false
    let fallback = call.value(1, "default")
    let keys = try keys(items, attribute, isExact: isExact, fallback: fallback)
    var groups: [(key: TemplateValue, items: [TemplateValue])] = []
    for place in try sortedPlaces(keys) {
      if let last = groups.last, try equal(last.key, keys[place]) {
        groups[groups.count - 1].items.append(items[place])
      } else {
        groups.append((keys[place], [items[place]]))
      }
    }
    var pairs: [TemplateValue] = []
    for group in groups {
      var name = try key(attribute, of: group.items[0])
      if !name.isDefined, let fallback { name = fallback }
      pairs.append(try list([name, list(group.items)], as: .group))
    }
    return try list(pairs)
  }

  /// Cuts into lists of this many items, the last filled up when the call says with what.
  func batches(
    _ items: [TemplateValue], _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let size = call.value(0, "linecount")?.wholeNumber, size > 0 else {
      throw wrongKind("`batch`", "no size")
    }
    var batches: [TemplateValue] = []
    for start in stride(from: 0, to: items.count, by: size) {
      var batch = Array(items[start..<min(items.count, start + min(size, items.count))])
      if let filling = call.value(1, "fill_with"), !filling.isNone, batch.count < size {
        try charge(size - batch.count)
        batch += Array(repeating: filling, count: size - batch.count)
      }
      batches.append(try list(batch))
    }
    return try generator(batches)
  }

  /// Cuts into this many lists of about one length, the longer ones first.
  func slices(
    _ items: [TemplateValue], _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let count = call.value(0, "slices")?.wholeNumber, (1...10_000).contains(count) else {
      throw wrongKind("`slice`", "anything but 1 to 10,000")
    }
    var slices: [TemplateValue] = []
    var start = 0
    for slice in 0..<count {
      let isLong = slice < items.count % count
      let end = start + items.count / count + (isLong ? 1 : 0)
      var part = Array(items[start..<end])
      if let filling = call.value(1, "fill_with"), !filling.isNone, !isLong { part.append(filling) }
      slices.append(try list(part))
      start = end
    }
    return try generator(slices)
  }
}
