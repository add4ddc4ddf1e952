/// A set of tokens, as bits.
package struct TokenMask: Hashable, Sendable {
  /// Bit i of word w is token 64 w + i.
  package private(set) var words: [UInt64]

  /// Makes a set that is empty, for `count` tokens.
  package init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

  /// Whether a token is in the set.
  package func contains(_ token: Int32) -> Bool {
    let word = Int(token) >> 6
    return words.indices.contains(word) && words[word] >> UInt64(token & 63) & 1 == 1
  }

  /// Whether no token is in the set.
  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// Adds a token that the set was made for; others are left out.
  package mutating func insert(_ token: Int32) {
    let word = Int(token) >> 6
    if words.indices.contains(word) { words[word] |= 1 << UInt64(token & 63) }
  }

  /// Takes a token out.
  package mutating func remove(_ token: Int32) {
    let word = Int(token) >> 6
    if words.indices.contains(word) { words[word] &= ~(1 << UInt64(token & 63)) }
  }

  /// The tokens in their order.
  package var tokens: [Int32] {
    var tokens: [Int32] = []
    for (place, word) in words.enumerated() {
      var left = word
      while left != 0 {
        tokens.append(Int32(place << 6 + left.trailingZeroBitCount))
        left &= left - 1
      }
    }
    return tokens
  }
}
