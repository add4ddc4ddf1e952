/// A JSON object that keeps its keys in the order in which they were written.
///
/// Keys are told apart by their bytes: `é` as one scalar and as two are two keys, as JSON wants
/// and as vocabularies need, although Swift's `String` calls them equal.
package struct JSONObject: Sendable {
  /// The members in order.
  package private(set) var entries: [(key: String, value: JSONValue)]
  /// Above ``scanLimit`` members the keys, numbered by where they stand.
  ///
  /// One table or none, in an array: values of JSON are small as long as this is one word.
  private var index: [ByteTable]

  /// Up to here a look-up reads through the members, which is quicker than hashing.
  private static let scanLimit = 8

  /// Makes an object without members.
  package init() {
    entries = []
    index = []
  }

  /// Makes an object of pairs; of a repeated key the last value counts, at the first's place.
  package init(_ pairs: some Sequence<(String, JSONValue)>) {
    self.init()
    for (key, value) in pairs { self[key] = value }
  }

  /// The value for `key`; setting nil removes the member, a new key goes to the end.
  package subscript(_ key: String) -> JSONValue? {
    get { position(of: key).map { entries[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let place?, let value?): entries[place].value = value
      case (let place?, nil): remove(at: place)
      case (nil, let value?): append(key, value)
      case (nil, nil): break
      }
    }
  }

  /// The number of members.
  package var count: Int { entries.count }

  /// Whether there is no member.
  package var isEmpty: Bool { entries.isEmpty }

  /// The keys in order.
  package var keys: [String] { entries.map(\.key) }

  /// Adds a member at the end; returns false, changing nothing, when the key is there already.
  mutating func add(_ key: String, _ value: JSONValue) -> Bool {
    guard entries.count > Self.scanLimit else {
      guard position(of: key) == nil else { return false }
      append(key, value)
      return true
    }
    // A large object looks its keys up once each.
    guard index[0].insert(key.utf8.span).isNew else { return false }
    entries.append((key, value))
    return true
  }

  private func position(of key: String) -> Int? {
    guard entries.count <= Self.scanLimit else { return index[0].number(of: key.utf8.span) }
    return entries.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
  }

  private mutating func append(_ key: String, _ value: JSONValue) {
    entries.append((key, value))
    if entries.count > Self.scanLimit + 1 {
      _ = index[0].insert(key.utf8.span)
    } else if entries.count > Self.scanLimit {
      indexAll()
    }
  }

  private mutating func remove(at place: Int) {
    entries.remove(at: place)
    indexAll()
  }

  private mutating func indexAll() {
    guard entries.count > Self.scanLimit else {
      index = []
      return
    }
    var keys = ByteTable()
    for entry in entries { _ = keys.insert(entry.key.utf8.span) }
    index = [keys]
  }
}

extension JSONObject: Hashable {
  package static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.count == b.count && zip(a.entries, b.entries).allSatisfy { $0 == $1 }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for (key, value) in entries {
      hasher.combine(key)
      hasher.combine(value)
    }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
