/// Tokens of sequences laid one after the other, without padding, as a model reads them.
///
/// A sequence of n ids gives n - 1 inputs `ids[0..<n-1]`: the last one is only foretold. Positions start
/// at 0 in every sequence, and no sequence sees another, but for what it begins with: where that is
/// shared, it is there once, and later sequences have only what comes after it.
package struct PackedSequences: Hashable, Sendable {
  /// The tokens that are read: N of them, one sequence after the other.
  package private(set) var inputs: [Int32] = []
  /// The place of each input in its sequence.
  package private(set) var positions: [Int32] = []
  /// Where the inputs are that each sequence sees, one sequence after the other.
  package private(set) var keyRows: [Int32] = []
  /// Where each sequence lies, in the order given.
  package private(set) var sequences: [Sequence] = []

  package init() {}

  /// Where a sequence lies among the others.
  package struct Sequence: Hashable, Sendable {
    /// Index in `inputs` of its first token.
    package let start: Int32
    /// How many inputs it has of its own: one less than the row has tokens, without those it shares.
    package let count: Int32
    /// How many inputs of sequences before it it begins with.
    package let sharedCount: Int32
  }

  /// Whether a sequence sees inputs that are not its own.
  package var isShared: Bool { keyRows.count != inputs.count }

  /// Lays a sequence of at least two tokens after the others.
  ///
  /// - Parameters:
  ///   - ids: its tokens.
  ///   - known: where inputs are that it begins with, in their order.
  package mutating func append(_ ids: [Int32], after known: some Collection<Int32> = []) {
    precondition(ids.count >= 2, "a sequence of \(ids.count) tokens")
    let (start, shared, count) = (inputs.count, known.count, ids.count - 1)
    inputs += ids[shared..<count]
    positions += Int32(shared)..<Int32(count)
    keyRows += known
    keyRows += Int32(start)..<Int32(inputs.count)
    sequences.append(
      Sequence(start: Int32(start), count: Int32(count - shared), sharedCount: Int32(shared)))
  }
}
