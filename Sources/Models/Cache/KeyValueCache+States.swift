import Tensors

extension KeyValueCache {
  /// The states that the layout's sequences go on from in a layer, and where those after their new
  /// tokens are to be written, which the sequences keep.
  ///
  /// These are tensors of their own: copies of a sequence go on from the old ones.
  func nextStates(layer: Int, shape: [Int]) -> DeltaRuleStates {
    let before = sequences.map { $0.states[layer] }
    let after = sequences.map { _ in Tensor(uninitialized: shape, in: arena) }
    for (sequence, state) in zip(sequences, after) { sequence.states[layer] = state }
    return DeltaRuleStates(before: before, after: after)
  }
}
