/// The gated delta rule, and the decay of its states.
package protocol DeltaRuleOperations: Sendable {
  /// For each value head a state S, `[K, V]`, which each row of a sequence changes, and then reads:
  ///
  ///     S = decay · S;  S += k ⊗ (beta · (v − Sᵀ k));  out = Sᵀ q
  ///
  /// Sums over K are four chains, one a row of S in turn, joined two by two. States before the first
  /// rows and after the last ones are as ``DeltaRuleStates`` has them; without, all begin as zeros.
  func applyDeltaRule(
    _ out: Tensor, _ input: DeltaRuleInput, _ shape: DeltaRuleShape,
    _ stretches: [AttentionStretch], _ states: DeltaRuleStates?)

  /// Overwrites the gradients of the input: those of ``applyDeltaRule(_:_:_:_:_:)`` of states that
  /// begin as zeros.
  ///
  /// Sums over K are four chains here, too. Sums over V are sixteen lanes joined by a tree, then one
  /// chain over blocks of sixteen columns and over the value heads of a key head.
  func deltaRuleBackward(
    _ gradients: DeltaRuleInput, _ dout: Tensor, _ input: DeltaRuleInput, _ shape: DeltaRuleShape,
    _ stretches: [AttentionStretch])

  /// out = exp(−exp(rate) · log(1 + exp(x + bias))).
  ///
  /// Shapes: `out` and `x` are `[N, C]`, `rate` and `bias` `[C]`.
  func decay(_ out: Tensor, _ x: Tensor, rate: Tensor, bias: Tensor)

  /// Overwrites dx, and adds to dRate and dBias, each one chain over rows in order; nil where nobody
  /// asks for it.
  func decayBackward(
    dx: Tensor, dRate: Tensor?, dBias: Tensor?, _ dout: Tensor, _ x: Tensor, rate: Tensor,
    bias: Tensor)
}

/// Heads of the gated delta rule, and their widths.
package struct DeltaRuleShape: Hashable, Sendable {
  /// Heads of queries and keys, G.
  package let keyHeadCount: Int
  /// Heads of values, H, a multiple of G: as many neighbours share a key.
  package let valueHeadCount: Int
  /// The width of a key, K.
  package let keyWidth: Int
  /// The width of a value, V.
  package let valueWidth: Int

  /// The widest key.
  package static let keyWidthLimit = 512

  package init(keyHeadCount: Int, valueHeadCount: Int, keyWidth: Int, valueWidth: Int) {
    self.keyHeadCount = keyHeadCount
    self.valueHeadCount = valueHeadCount
    self.keyWidth = keyWidth
    self.valueWidth = valueWidth
  }

  /// The width of all keys together, G · K.
  package var allKeysWidth: Int { keyHeadCount * keyWidth }
  /// The width of all values together, H · V.
  package var allValuesWidth: Int { valueHeadCount * valueWidth }
  /// The sizes of a sequence's state, all of its heads': `[H · K, V]`.
  package var stateShape: [Int] { [valueHeadCount * keyWidth, valueWidth] }
}

/// What the gated delta rule reads, or the gradients of it.
package struct DeltaRuleInput {
  /// `[N, G · K]`.
  package let query: Tensor
  /// `[N, G · K]`.
  package let key: Tensor
  /// `[N, H · V]`.
  package let value: Tensor
  /// What is left of a state at each row, `[N, H]`.
  package let decay: Tensor
  /// How much of what a state lacks of a value it gets, `[N, H]`.
  package let beta: Tensor

  package init(query: Tensor, key: Tensor, value: Tensor, decay: Tensor, beta: Tensor) {
    self.query = query
    self.key = key
    self.value = value
    self.decay = decay
    self.beta = beta
  }
}

/// The states of sequences that go on: ``DeltaRuleShape/stateShape`` each.
package struct DeltaRuleStates {
  /// Before each sequence's rows; nil where it begins with them.
  package let before: [Tensor?]
  /// After them: written.
  package let after: [Tensor]

  package init(before: [Tensor?], after: [Tensor]) {
    self.before = before
    self.after = after
  }
}
