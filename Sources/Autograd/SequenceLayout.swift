package import Tensors

/// How packed rows divide into sequences that do not see each other.
package struct SequenceLayout {
  /// The place of each row in its sequence, from 0. `[N]`
  package let positions: [Int32]
  /// The stretches of rows that attend to themselves alone.
  package let sequences: [AttentionStretch]
  /// The length of each sequence, with the tokens that are known to follow.
  package let lengths: [Int]
  /// The rows whose keys and values each stretch's keys are, where sequences have a beginning in
  /// common that is computed once; nil where each row is its own key.
  package let keyRows: [Int32]?

  /// Lays sequences of these lengths one after the other.
  package init(lengths: [Int]) {
    var positions: [Int32] = []
    var sequences: [AttentionStretch] = []
    var start = 0
    for length in lengths {
      positions.append(contentsOf: (0..<Int32(length)))
      sequences.append(
        AttentionStretch(
          queryStart: start, queryCount: length, keyStart: start, keyCount: length))
      start += length
    }
    self.init(positions: positions, sequences: sequences, lengths: lengths)
  }

  /// Takes a layout as it is: for generation, where keys come from a cache, and for sequences with a
  /// beginning in common.
  package init(
    positions: [Int32], sequences: [AttentionStretch], lengths: [Int], keyRows: [Int32]? = nil
  ) {
    self.keyRows = keyRows
    self.positions = positions
    self.sequences = sequences
    self.lengths = lengths
  }

  /// The number of rows, N.
  package var rowCount: Int { positions.count }
}
