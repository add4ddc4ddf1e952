import Autograd
import Tensors

/// One block: attention, then feed-forward, or both side by side: see ``LayerPlan``.
package struct Layer {
  /// Before attention.
  package let attentionNorm: Norm?
  /// Mixes tokens.
  package let attention: Attention
  private let attentionSumNorm: Norm?
  private let feedForwardNorm: Norm?
  /// Works on each token by itself.
  package let feedForward: FeedForward
  private let feedForwardSumNorm: Norm?
  private let plan: LayerPlan

  init<Failure: Error>(
    _ plan: LayerPlan, _ source: WeightSource<Failure>, positions: PositionTables
  ) throws(Failure) {
    self.plan = plan
    attentionNorm = try source.norm(plan.attentionNorm)
    attention = try Attention(plan.attention, source, positions: positions)
    attentionSumNorm = try source.norm(plan.attentionSumNorm)
    feedForwardNorm = try source.norm(plan.feedForwardNorm)
    feedForward = try FeedForward(plan.feedForward, source)
    feedForwardSumNorm = try source.norm(plan.feedForwardSumNorm)
  }

  /// Returns the block's output, of the shape of `x`: `[N, C]`.
  ///
  /// What the norms before a part compute is let go as soon as it is used: the backward pass
  /// computes it again from what they read.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass, index: Int) -> Variable {
    let multiplier = Float(plan.residualMultiplier)
    let attended = attentionNorm?(x, pass) ?? x
    let mixed = attention(
      attended, pass, layer: index, residual: plan.addsToNormed ? attended : x,
      multiplier: multiplier)
    let middle = attentionSumNorm?(mixed, pass) ?? mixed
    let read = plan.isParallel ? x : middle
    let fed = feedForwardNorm?(read, pass) ?? (plan.isParallel ? attended : read)
    if attentionNorm != nil, fed !== attended { attended.release() }
    let sum = feedForward(
      fed, pass, residual: plan.addsToNormed ? fed : middle, multiplier: multiplier)
    if feedForwardNorm != nil || (attentionNorm != nil && fed === attended) { fed.release() }
    return feedForwardSumNorm?(sum, pass) ?? sum
  }

  /// The layers an adapter may be attached to, in the order of model files.
  package var linears: [Linear] { attention.linears + feedForward.linears }
}
