/// Texts that are nearly the same: eight tenths of their pieces are common to both, and all their numbers.
///
/// Pieces are the stretches of five bytes of a folded text (``TextFolding``). Which texts are compared at
/// all, the smallest of 48 hashes of their pieces say, four at a time: two texts that share eight tenths
/// are compared with a probability of 0.998. A text is compared with the first and the last of those that
/// agree with it, so that the work grows with the rows. Kept are 48 bytes a row beside the texts.
///
/// Source: Broder 1997, "On the resemblance and containment of documents".
package struct NearDuplicates: Hashable, Sendable {
  /// For each text the number of its group, from 0, in order of first appearance.
  package let groupOfRow: [Int]

  /// The share of all pieces of two texts that both have, from which on they are nearly the same.
  package static let threshold = 0.8

  /// Finds the groups of texts that are connected by being nearly the same.
  package init(_ texts: [String]) {
    let folded = texts.map(TextFolding.fold)
    var groups = Groups(count: texts.count)
    var keys = [[UInt32]](repeating: [], count: PieceSignature.bandCount)
    for text in folded {
      for (band, key) in PieceSignature(text).bands.enumerated() { keys[band].append(key) }
    }
    for band in keys {
      let equal = KeyGroups(band)
      var latest = equal.firsts
      for row in texts.indices {
        let bucket = equal.groupOfRow[row]
        for other in Set([equal.firsts[bucket], latest[bucket]]).sorted()
        where other < row && !groups.areJoined(other, row) {
          if Self.areNear(folded[other], folded[row]) { groups.join(other, row) }
        }
        latest[bucket] = row
      }
    }
    groupOfRow = KeyGroups(texts.indices.map { groups.root(of: $0) }).groupOfRow
  }

  /// The texts of each group that has more than one, in order.
  package var repeated: [[Int]] { KeyGroups(groupOfRow).repeated }

  /// Whether two folded texts are nearly the same.
  private static func areNear(_ one: String, _ other: String) -> Bool {
    if one == other { return true }
    guard numbers(one).elementsEqual(numbers(other)) else { return false }
    let (a, b) = (Set(PieceSignature.pieces(of: one)), Set(PieceSignature.pieces(of: other)))
    let common = a.count < b.count ? a.count(where: b.contains) : b.count(where: a.contains)
    return Double(common) >= threshold * Double(a.count + b.count - common)
  }

  /// The digits of a text, number after number.
  private static func numbers(_ text: String) -> [Substring] {
    text.split { !$0.isNumber }
  }

  /// Rows that were joined, as trees of which each has one root.
  private struct Groups {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    mutating func root(of row: Int) -> Int {
      var row = row
      while parents[row] != row {
        parents[row] = parents[parents[row]]
        row = parents[row]
      }
      return row
    }

    mutating func areJoined(_ one: Int, _ other: Int) -> Bool { root(of: one) == root(of: other) }

    mutating func join(_ one: Int, _ other: Int) {
      let (a, b) = (root(of: one), root(of: other))
      parents[max(a, b)] = min(a, b)
    }
  }
}

/// The smallest hashes of a text's pieces.
private struct PieceSignature {
  static let bandCount = 12
  private static let pieceLength = 5

  /// Four hashes each, made one number.
  let bands: [UInt32]

  init(_ text: String) {
    var least = [SIMD16<UInt32>](repeating: SIMD16(repeating: .max), count: 3)
    for piece in Self.pieces(of: text) {
      let mixed = SIMD16(
        repeating: UInt32(truncatingIfNeeded: (piece &* 0x9E37_79B9_7F4A_7C15) >> 32))
      for block in 0..<3 {
        least[block] = pointwiseMin(
          least[block], mixed &* Self.factors[block] &+ Self.offsets[block])
      }
    }
    bands = (0..<Self.bandCount).map { Self.joined(least[$0 / 4], from: $0 % 4 * 4) }
  }

  /// Four of sixteen numbers as one.
  private static func joined(_ numbers: SIMD16<UInt32>, from start: Int) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    for lane in start..<start + 4 { hash = (hash ^ numbers[lane]) &* 0x0100_0193 }
    return hash
  }

  /// The stretches of a text, as numbers; a text that is shorter is one.
  static func pieces(of text: String) -> [UInt64] {
    let mask: UInt64 = (1 << (8 * UInt64(pieceLength))) - 1
    var pieces: [UInt64] = []
    pieces.reserveCapacity(text.utf8.count)
    var (window, count): (UInt64, Int) = (0, 0)
    for byte in text.utf8 {
      window = (window << 8 | UInt64(byte)) & mask
      count += 1
      if count >= pieceLength { pieces.append(window) }
    }
    return pieces.isEmpty ? [window] : pieces
  }

  private static let factors = numbers(from: 1).map { $0 | SIMD16(repeating: 1) }
  private static let offsets = numbers(from: 1001)

  /// Three times sixteen numbers that have nothing in common.
  private static func numbers(from start: UInt32) -> [SIMD16<UInt32>] {
    (0..<3).map { block in
      var vector = SIMD16<UInt32>()
      for lane in 0..<16 {
        var bits = (start + UInt32(16 * block + lane)) &* 0x9E37_79B9
        bits = (bits ^ bits >> 16) &* 0x85EB_CA6B
        bits = (bits ^ bits >> 13) &* 0xC2B2_AE35
        vector[lane] = bits ^ bits >> 16
      }
      return vector
    }
  }
}
