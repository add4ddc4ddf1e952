/// Random numbers by address: number `index` of the stream (seed, stream) is always the same.
///
/// The mixing function is that of SplitMix64, applied to a counter. Nothing is kept between
/// calls, so an order can be made again from its seed alone, on any machine.
///
/// Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
package struct CounterRandom: Hashable, Sendable {
  private let key: UInt64

  /// Makes a stream; those of one seed have nothing in common.
  package init(seed: UInt64, stream: UInt64) {
    key = Self.mix(seed &+ Self.mix(stream &+ Self.step))
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Returns a number whose every bit depends on every bit of `value`.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Returns 64 random bits.
  package func bits(at index: UInt64) -> UInt64 {
    Self.mix(key &+ (index &+ 1) &* Self.step)
  }

  /// Returns `0..<count` in random order (Fisher–Yates).
  package func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      // Multiply and shift; the bias of at most count / 2⁶⁴ is far below anything seen.
      let pick = bits(at: UInt64(last)).multipliedFullWidth(by: UInt64(last) + 1).high
      order.swapAt(last, Int(pick))
    }
    return order
  }
}

/// A hash of text that is the same on every machine and in every run (FNV-1a, 64 bits).
package enum StableHash {
  /// Returns the hash of the text in UTF-8.
  package static func of(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3 }
    return hash
  }
}
