/// How products of activations and weights are computed, forward and to the inputs' gradients.
///
/// Gradients of weights are exact always: they are sums over the tokens of a step, and tensor cores
/// add several at once, by which the bits would depend on how a step is cut.
package enum Precision: String, CaseIterable, Sendable {
  /// In float32, each element one chain: the same bits on every device.
  case exact
  /// On tensor cores: both factors rounded to bfloat16, sums in float32 in the card's own order. The
  /// same bits on the same kind of card, whatever is computed beside.
  case bfloat16 = "bf16"
}

extension Device {
  package func computing(_ precision: Precision) -> (any Device)? {
    precision == .exact ? self : nil
  }
}
