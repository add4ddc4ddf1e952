/// What rows become for products by packed weights of few bits.
package enum ActivationFormat: String, CaseIterable, Sendable {
  /// What they are: the bits of a training's forward pass.
  case float
  /// Integers of eight bits, with a scale for 32 steps of a row: a block's products are summed as
  /// integers, several at a time. Of weights that have no integers rows stay as they are.
  case int8

  /// Whether products by weights kept as `format` are computed in integers.
  package func countsInIntegers(by format: WeightFormat) -> Bool {
    self == .int8 && format.numberBits <= 8
  }
}
