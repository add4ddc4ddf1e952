/// Texts as bytes, each once, numbered as they came: what a vocabulary of a hundred thousand tokens is
/// looked up in.
///
/// All bytes lie in one array, and the numbers in a table of open addressing, where `Dictionary` would
/// make an array a text and spend most of its time on hashing.
package struct ByteTable: Sendable {
  private var bytes: [UInt8] = []
  /// Where each text ends.
  private var ends: [Int] = []
  /// A text's number and 1, at a place that its hash gives, or the next free ones; 0 where there is none.
  private var slots: [UInt32] = []
  /// Another one in each process: nobody can choose texts that all come to one place.
  private static let secret = UInt64.random(in: .min ... .max) | 1

  /// Makes a table with room for `capacity` texts.
  package init(capacity: Int = 0) {
    guard capacity > 0 else { return }
    ends.reserveCapacity(capacity)
    bytes.reserveCapacity(8 * capacity)
    slots = Array(repeating: 0, count: Self.slotCount(for: capacity))
  }

  /// How many texts there are.
  package var count: Int { ends.count }

  /// The text of a number below ``count``.
  package subscript(number: Int) -> ArraySlice<UInt8> {
    bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
  }

  /// The number of a text; nil when it is not there.
  package func number(of text: Span<UInt8>) -> Int? {
    guard !slots.isEmpty else { return nil }
    let found = slots[slot(of: text)]
    return found == 0 ? nil : Int(found) - 1
  }

  /// The number of a text, which is put at the end when it is not there.
  package mutating func insert(_ text: Span<UInt8>) -> (number: Int, isNew: Bool) {
    if 2 * (ends.count + 1) > slots.count { grow() }
    let slot = slot(of: text)
    if slots[slot] != 0 { return (Int(slots[slot]) - 1, false) }
    for index in text.indices { bytes.append(text[index]) }
    ends.append(bytes.count)
    slots[slot] = UInt32(ends.count)
    return (ends.count - 1, true)
  }

  /// Where the number of a text stands, or would.
  private func slot(of text: Span<UInt8>) -> Int {
    var slot = Int(truncatingIfNeeded: hash(text)) & (slots.count - 1)
    while slots[slot] != 0, !isText(Int(slots[slot]) - 1, text) {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func isText(_ number: Int, _ text: Span<UInt8>) -> Bool {
    let start = number == 0 ? 0 : ends[number - 1]
    guard ends[number] - start == text.count else { return false }
    for index in text.indices where bytes[start + index] != text[index] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: Self.slotCount(for: max(8, 2 * ends.count)))
    for number in ends.indices { slots[slot(of: self[number].span)] = UInt32(number + 1) }
  }

  /// A power of two, at most half of it taken.
  private static func slotCount(for count: Int) -> Int {
    var slots = 16
    while slots < 2 * (count + 1) { slots *= 2 }
    return slots
  }

  // MARK: Hashing

  private func hash(_ text: Span<UInt8>) -> UInt64 {
    let secret = Self.secret
    var hash = secret
    var (word, filled): (UInt64, Int) = (0, 0)
    for index in text.indices {
      word = word << 8 | UInt64(text[index])
      filled += 1
      if filled & 7 == 0 { hash = Self.mixed(hash ^ word, secret) }
    }
    if filled & 7 != 0 { hash = Self.mixed(hash ^ word, secret) }
    return Self.mixed(hash ^ UInt64(truncatingIfNeeded: filled), secret)
  }

  /// Both halves of a product in one word.
  private static func mixed(_ word: UInt64, _ secret: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: secret)
    return product.high ^ product.low
  }
}
