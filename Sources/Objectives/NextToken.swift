package import Autograd
package import Datasets
package import Models
package import Tensors

/// Cross-entropy of each trained token, given those before it: one loss a token, in nats.
package struct NextToken: Objective {
  package private(set) var sharesPrefixes = false

  package init() {}

  package func sharingPrefixes(_ isWanted: Bool) -> any Objective {
    var objective = self
    objective.sharesPrefixes = isWanted
    return objective
  }

  package func lossCount(of example: EncodedExample) -> Int { example.trainedCount }

  package func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream? = nil, factor: Float
  ) -> RowLosses {
    let batch = PackedBatch(examples, sharing: sharesPrefixes)
    let pass = ForwardPass(tape: tape, layout: SequenceLayout(batch), dropout: dropout)
    return model.head.losses(
      model.hidden(batch.inputs, pass), rows: batch.trainedIndices, labels: batch.trainedLabels,
      factor: factor, on: tape)
  }
}

extension SequenceLayout {
  /// The layout of packed rows, of which some may begin with what is there for others.
  init(_ batch: PackedBatch) {
    var keyStart = 0
    let sequences = batch.sequences.map { sequence in
      let (count, shared) = (Int(sequence.count), Int(sequence.sharedCount))
      defer { keyStart += count + shared }
      return AttentionStretch(
        queryStart: Int(sequence.start), queryCount: count, keyStart: keyStart,
        keyCount: count + shared)
    }
    self.init(
      positions: batch.positions, sequences: sequences, lengths: sequences.map(\.keyCount),
      keyRows: batch.isShared ? batch.keyRows : nil)
  }
}
