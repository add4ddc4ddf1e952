/// The merges that a vocabulary implies where a file lists none: every way in which a piece is two
/// others.
///
/// SentencePiece joins pairs by the score of what they make, the first in the text of equal ones. A
/// list of merges says the same where scores differ, and comes near where they do not; the order of
/// equal ones is transformers', with which models are trained.
///
/// Source: transformers, `generate_merges`.
package struct ImpliedMerges {
  /// Two pieces that are joined, by their numbers.
  package struct Pair {
    /// The piece that comes first.
    package let left: Int
    /// The piece after it.
    package let right: Int
  }

  private let pieces: [[UInt8]]
  /// The pieces that take part; of two with one text the later counts.
  private let numbers: [ArraySlice<UInt8>: Int]
  /// The lengths that there are, in bytes, ascending: a piece is cut nowhere else.
  private let lengths: [Int]

  /// The most bytes of all pairs together.
  ///
  /// Vocabularies of a million pieces have a hundred million, and one made to take time has a pair at
  /// each byte of long pieces.
  private let byteLimit: Int

  /// Takes pieces, as UTF-8, of which those count that `takesPart` says.
  package init(
    _ pieces: [[UInt8]], byteLimit: Int = 1 << 28, where takesPart: (Int) -> Bool
  ) {
    self.pieces = pieces
    self.byteLimit = byteLimit
    var numbers: [ArraySlice<UInt8>: Int] = [:]
    numbers.reserveCapacity(pieces.count)
    for (number, piece) in pieces.enumerated() where takesPart(number) {
      numbers[piece[...]] = number
    }
    self.numbers = numbers
    lengths = Set(numbers.keys.map(\.count)).sorted()
  }

  /// The pairs of the best score first; of equal scores the longest left part, then the longest right
  /// one, then the first piece.
  ///
  /// - Returns: nil where the pairs are too long together.
  package func byScore(_ scores: [Double]) -> [Pair]? {
    guard let cuts else { return nil }
    // By index last: Swift's sort need not keep the order of equals.
    return cuts.indices.sorted { one, other in
      let (one, other) = (cuts[one], cuts[other])
      let (score, otherScore) = (scores[one.piece], scores[other.piece])
      if score != otherScore { return score > otherScore }
      return (-one.left, -one.right, one.piece) < (-other.left, -other.right, other.piece)
    }.map { cuts[$0].pair }
  }

  /// The pairs in the order of the pieces that they make, the one with the shortest left part first.
  ///
  /// - Returns: nil where the pairs are too long together.
  package var byNumber: [Pair]? { cuts?.map(\.pair) }

  /// A piece as two others.
  private struct Cut {
    let piece: Int
    let pair: Pair
    /// The lengths of the two, in characters.
    let left: Int
    let right: Int
  }

  /// All ways to cut pieces, in the order of these; nil where they are too many.
  private var cuts: [Cut]? {
    var cuts: [Cut] = []
    var byteCount = 0
    for (number, piece) in pieces.enumerated() where numbers[piece[...]] == number {
      for length in lengths {
        guard length < piece.count else { break }
        guard length > 0, !Self.continues(piece[length]), hasLength(piece.count - length) else {
          continue
        }
        byteCount += piece.count
        guard byteCount <= byteLimit else { return nil }
        guard let left = numbers[piece[..<length]], let right = numbers[piece[length...]] else {
          continue
        }
        cuts.append(
          Cut(
            piece: number, pair: Pair(left: left, right: right),
            left: Self.characterCount(piece[..<length]),
            right: Self.characterCount(piece[length...])))
      }
    }
    return cuts
  }

  private func hasLength(_ length: Int) -> Bool {
    var (low, high) = (0, lengths.count)
    while low < high {
      let middle = (low + high) / 2
      if lengths[middle] < length { low = middle + 1 } else { high = middle }
    }
    return low < lengths.count && lengths[low] == length
  }

  /// Whether a byte of UTF-8 belongs to the character before it.
  private static func continues(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  private static func characterCount(_ text: ArraySlice<UInt8>) -> Int {
    text.count { !continues($0) }
  }
}
