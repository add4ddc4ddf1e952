/// A JSON object that keeps its keys in the order in which they were written.
///
/// Keys are told apart by their bytes: `é` as one scalar and as two are two keys, as JSON wants
/// and as vocabularies need, although Swift's `String` calls them equal.
package struct JSONObject: Sendable {
  /// The members in order.
  package private(set) var entries: [(key: String, value: JSONValue)]
  /// Where each key stands; kept only above ``scanLimit`` members.
  private var positions: [ExactText: Int]

  /// Up to here a look-up reads through the members, which is quicker than hashing.
  private static let scanLimit = 8

  /// Makes an object without members.
  package init() {
    entries = []
    positions = [:]
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
    let text = ExactText(key)
    if let place = positions.updateValue(entries.count, forKey: text) {
      positions[text] = place
      return false
    }
    entries.append((key, value))
    return true
  }

  private func position(of key: String) -> Int? {
    guard entries.count <= Self.scanLimit else { return positions[ExactText(key)] }
    return entries.firstIndex { ExactText($0.key) == ExactText(key) }
  }

  private mutating func append(_ key: String, _ value: JSONValue) {
    entries.append((key, value))
    if entries.count > Self.scanLimit + 1 {
      positions[ExactText(key)] = entries.count - 1
    } else if entries.count > Self.scanLimit {
      indexAll()
    }
  }

  private mutating func remove(at place: Int) {
    entries.remove(at: place)
    indexAll()
  }

  private mutating func indexAll() {
    positions = [:]
    guard entries.count > Self.scanLimit else { return }
    for (place, entry) in entries.enumerated() { positions[ExactText(entry.key)] = place }
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

/// A text compared byte by byte, without Unicode's canonical equivalence.
struct ExactText: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (a: ExactText, b: ExactText) -> Bool {
    a.text.utf8.count == b.text.utf8.count && a.text.utf8.elementsEqual(b.text.utf8)
  }

  /// Feeds the bytes eight at a time: hashing a `String` would normalise it first.
  func hash(into hasher: inout Hasher) {
    var word: UInt64 = 0
    var filled = 0
    for byte in text.utf8 {
      word = word << 8 | UInt64(byte)
      filled += 1
      if filled % 8 == 0 { hasher.combine(word) }
    }
    hasher.combine(word)
    hasher.combine(filled)
  }
}
