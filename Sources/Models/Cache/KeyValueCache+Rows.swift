import Autograd
import Tensors

extension KeyValueCache {
  /// Puts the last rows of a convolution's earlier tokens before those of its new ones, and keeps the
  /// last `count` of all for the tokens to come.
  ///
  /// Returns the rows in `arena`, and for each sequence which of them are its own, the queries of a
  /// stretch being its new ones.
  func joined(
    _ new: Tensor, keeping count: Int, layer: Int, layout: SequenceLayout, in arena: Arena
  ) -> (rows: Tensor, stretches: [AttentionStretch]) {
    let kept = sequences.map { $0.rows[layer] }
    let total = kept.reduce(new.rows) { $0 + ($1?.rows ?? 0) }
    let joined = Tensor(uninitialized: [total, new.columns], in: arena)
    var stretches: [AttentionStretch] = []
    var start = 0
    for ((sequence, before), stretch) in zip(zip(sequences, kept), layout.sequences) {
      let middle = start + (before?.rows ?? 0)
      let end = middle + stretch.queryCount
      if let before { joined.rows(start..<middle).assign(before) }
      let own = stretch.queryStart..<stretch.queryStart + stretch.queryCount
      joined.rows(middle..<end).assign(new.rows(own))
      stretches.append(
        AttentionStretch(
          queryStart: stretch.queryStart, queryCount: stretch.queryCount, keyStart: start,
          keyCount: end - start))
      // A tensor of its own: copies of the sequence go on from the old one.
      let last = joined.rows(max(start, end - count)..<end)
      sequence.rows[layer] = last.rows == 0 ? nil : last.copy(in: self.arena)
      start = end
    }
    return (joined, stretches)
  }
}
