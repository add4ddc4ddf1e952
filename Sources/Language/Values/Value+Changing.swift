/// Changes inside a value, where it lies.
///
/// What a case holds is taken out, and the value is null meanwhile: held once, a list, record or text
/// is changed in place; held twice, Swift copies it at the first change.
extension Value {
  /// What a value is, without holding what is in it.
  enum Shape {
    case record
    case list(count: Int)
    case other
  }

  /// What the value is.
  var shape: Shape {
    switch self {
    case .record: .record
    case .list(let items): .list(count: items.count)
    default: .other
    }
  }

  /// The names of a record's fields; none of any other value.
  var fieldNames: [String] {
    if case .record(let record) = self { return record.names }
    return []
  }

  /// Changes a field of a record; false when there is none, and `isNew` does not let it be made.
  mutating func changeField(
    _ name: String, adding isNew: Bool, _ body: (inout Value) throws -> Void
  ) rethrows -> Bool {
    guard case .record(var record) = self else { return false }
    self = .null
    defer { self = .record(record) }
    if try record.change(name, body) { return true }
    guard isNew else { return false }
    var value = Value.null
    try body(&value)
    record[name] = value
    return true
  }

  /// Changes an item of a list; `position` is one of its places.
  mutating func changeItem(_ position: Int, _ body: (inout Value) throws -> Void) rethrows {
    guard case .list(var items) = self else { return }
    self = .null
    defer { self = .list(items) }
    guard items.indices.contains(position) else { return }
    var item = Value.null
    swap(&items[position], &item)
    defer { swap(&items[position], &item) }
    try body(&item)
  }

  /// Adds texts to the end of a text; false, with nothing changed, when one is none, or when the sum
  /// is too long.
  mutating func append(texts: [Value]) -> Bool {
    guard case .string(var text) = self else { return false }
    var bytes = text.utf8.count
    for case .string(let part) in texts { bytes += part.utf8.count }
    guard bytes <= ValueLimits.textBytes,
      texts.allSatisfy({ if case .string = $0 { true } else { false } })
    else { return false }
    self = .null
    for case .string(let part) in texts { text += part }
    self = .string(text)
    return true
  }

  /// Adds the items of lists to the end of a list; false, with nothing changed, when one is none.
  mutating func append(lists: [Value]) -> Bool {
    guard case .list(var items) = self,
      lists.allSatisfy({ if case .list = $0 { true } else { false } })
    else { return false }
    self = .null
    for case .list(let more) in lists { items += more }
    self = .list(items)
    return true
  }
}
