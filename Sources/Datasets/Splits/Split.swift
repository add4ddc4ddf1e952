import Mathematics

/// Rows divided into those to train on and those to measure with.
///
/// Each row's place is decided by a hash of what it says and a seed: rows are sorted by it and the
/// first ones are held out. The order of rows in the file does not matter, rows that are added
/// later leave the order of the others as it was, and rows with the same input (folded as in
/// ``Duplicates``) stay on one side.
package struct Split: Hashable, Sendable {
  /// Indices of rows, in the order of the file.
  package let train: [Int]
  /// Rows to measure with while choosing; empty when none are held out.
  package let dev: [Int]
  /// Rows to measure with once, at the end; empty when none are held out.
  package let test: [Int]

  /// Divides rows by ratios such as `[90, 10]` (train, dev) or `[80, 10, 10]` (and test).
  ///
  /// A part's size is its share rounded to the nearest row, and at least one row; train has the
  /// rest. It is met exactly unless groups of equal rows make that impossible; then the part is
  /// smaller.
  ///
  /// - Throws: ``DatasetError/badRatio(_:)``, ``DatasetError/tooFewRows(rows:parts:)``.
  package init(_ examples: [Example], ratios: [Int], seed: UInt64) throws(DatasetError) {
    let sum = ratios.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    guard (2...3).contains(ratios.count), ratios.allSatisfy({ (1...1_000_000).contains($0) })
    else { throw .badRatio(ratios) }
    guard examples.count >= ratios.count else {
      throw .tooFewRows(rows: examples.count, parts: ratios.count)
    }
    let sizes = ratios.dropFirst().map { max(1, (examples.count * $0 + sum / 2) / sum) }
    let parts = Self.divide(examples, sizes: sizes, seed: seed)
    guard parts.allSatisfy({ !$0.isEmpty }) else {
      throw .tooFewRows(rows: Set(examples.map(\.texts)).count, parts: ratios.count)
    }
    train = parts[0]
    dev = parts[1]
    test = parts.count > 2 ? parts[2] : []
  }

  /// Holds out whole groups of equal inputs; where those are too coarse, groups of equal rows.
  private static func divide(_ examples: [Example], sizes: [Int], seed: UInt64) -> [[Int]] {
    let wordings = examples.map(\.wording)
    let inputs = wordings.map { TextFolding.fold($0.input) }
    let byInput = fill(sizes, from: ordered(inputs, seed: seed))
    if zip(byInput.dropFirst(), sizes).allSatisfy({ $0.count == $1 }) { return byInput }
    let wholes = zip(inputs, wordings).map { $0 + "\u{0}" + TextFolding.fold($1.target) }
    let byRow = fill(sizes, from: ordered(wholes, seed: seed))
    let isCoarse = zip(byInput.dropFirst(), sizes).contains { $0.count * 2 < $1 }
    return isCoarse ? byRow : byInput
  }

  /// Returns groups of equal keys in the order of their hashes.
  static func ordered(_ keys: [String], seed: UInt64) -> [[Int]] {
    let random = CounterRandom(seed: seed, stream: 1)
    let hashed = KeyGroups(keys).all.map { group in
      (hash: random.bits(at: StableHash.of(keys[group[0]])), key: keys[group[0]], group: group)
    }
    return hashed.sorted { ($0.hash, $0.key) < ($1.hash, $1.key) }.map(\.group)
  }

  /// Fills the parts one after the other with the first groups that fit; the rest is train.
  static func fill(_ sizes: [Int], from groups: [[Int]]) -> [[Int]] {
    var left = groups[...]
    var parts: [[Int]] = []
    for size in sizes {
      var part: [Int] = []
      var passed: [[Int]] = []
      while part.count < size, let group = left.popFirst() {
        if part.count + group.count <= size { part += group } else { passed.append(group) }
      }
      left = passed + left
      parts.append(part.sorted())
    }
    return [left.flatMap { $0 }.sorted()] + parts
  }
}
