import Synchronization

/// The ids of words met lately: text repeats its words, and a look-up is quicker than merging.
///
/// A table of fixed size in which a word has one place and pushes out the one that was there, so
/// memory is bounded (1.5 MB) and hostile words cannot make it slow.
struct WordCache: Sendable {
  /// A word of at most 15 bytes as two numbers; its length is in the topmost byte.
  struct Key: Sendable {
    fileprivate let words: SIMD2<UInt64>

    /// Returns nil for words that are too long to keep, and for empty ones.
    init?(_ text: [UInt8], _ range: Range<Int>) {
      guard (1...15).contains(range.count) else { return nil }
      var low: UInt64 = 0
      var high = UInt64(range.count)
      for byte in text[range].prefix(8) { low = low << 8 | UInt64(byte) }
      for byte in text[range].dropFirst(8) { high = high << 8 | UInt64(byte) }
      words = [low, high &<< (8 * UInt64(range.count < 8 ? 7 : 15 - range.count))]
    }

    /// The word's place: multiplication by odd constants, of which the upper bits are well mixed.
    fileprivate var place: Int {
      let mixed = (words[0] ^ words[1] &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
      return Int(mixed >> UInt64(64 - WordCache.sizeLog2))
    }
  }

  private static let sizeLog2 = 15
  /// The most ids kept for a word; their number is in the last lane.
  private static let idLimit = 7

  private var keys = [SIMD2<UInt64>](repeating: .zero, count: 1 << Self.sizeLog2)
  private var values = [SIMD8<Int32>](repeating: .zero, count: 1 << Self.sizeLog2)

  /// Appends the ids kept for `key`; returns false when there are none.
  func append(_ key: Key, to ids: inout [Int32]) -> Bool {
    let place = key.place
    guard keys[place] == key.words else { return false }
    let value = values[place]
    for index in 0..<Int(value[Self.idLimit]) { ids.append(value[index]) }
    return true
  }

  /// Keeps `ids` for `key` when they are few enough.
  mutating func store(_ ids: ArraySlice<Int32>, for key: Key) {
    guard ids.count <= Self.idLimit else { return }
    var value = SIMD8<Int32>.zero
    for (index, id) in ids.enumerated() { value[index] = id }
    value[Self.idLimit] = Int32(ids.count)
    keys[key.place] = key.words
    values[key.place] = value
  }
}

/// Lends a tokenizer's caches, each to one call at a time: there are as many as calls were made at once.
final class WordCacheLender: Sendable {
  private let idle = Mutex<[WordCache]>([])

  func withCache<Result>(_ body: (inout WordCache) -> Result) -> Result {
    var cache = idle.withLock { $0.popLast() } ?? WordCache()
    let result = body(&cache)
    idle.withLock { [cache] in $0.append(cache) }
    return result
  }
}
