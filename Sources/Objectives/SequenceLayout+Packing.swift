import Autograd
import Datasets
import Tensors

extension SequenceLayout {
  /// The layout of packed sequences, of which some may begin with what is there for others.
  init(_ tokens: PackedSequences) {
    var keyStart = 0
    let sequences = tokens.sequences.map { sequence in
      let (count, shared) = (Int(sequence.count), Int(sequence.sharedCount))
      defer { keyStart += count + shared }
      return AttentionStretch(
        queryStart: Int(sequence.start), queryCount: count, keyStart: keyStart,
        keyCount: count + shared)
    }
    self.init(
      positions: tokens.positions, sequences: sequences, lengths: sequences.map(\.keyCount),
      keyRows: tokens.isShared ? tokens.keyRows : nil)
  }
}
