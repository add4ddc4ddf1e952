package import Tensors

/// One block of a model: attention and a feed-forward layer, each added to the residual stream.
///
///     m = attentionSumNorm(x + s · attention(attentionNorm(x)))
///     y = feedForwardSumNorm(m + s · feedForward(feedForwardNorm(m)))
///
/// Any of the norms may be missing. Where the two are parallel the feed-forward layer reads
/// feedForwardNorm(x), or what attention reads when it has no norm of its own.
package struct LayerPlan: Hashable, Sendable {
  /// What attention reads goes through it; nil where it reads the residual stream as it is.
  package var attentionNorm: NormPlan?
  /// Mixes tokens.
  package let attention: AttentionPlan
  /// Of the residual stream with attention's result.
  package var attentionSumNorm: NormPlan?
  /// What the feed-forward layer reads goes through it.
  package var feedForwardNorm: NormPlan?
  /// Works on each token by itself.
  package let feedForward: FeedForwardPlan
  /// Of the residual stream with the feed-forward layer's result.
  package var feedForwardSumNorm: NormPlan?
  /// Whether the feed-forward layer reads what attention reads, rather than its result.
  package var isParallel = false
  /// What both results are multiplied by before they are added, s.
  package var residualMultiplier = 1.0
  /// Whether results are added to what the norms give, rather than to what they read.
  package var addsToNormed = false

  /// The layers an adapter may be attached to, in the order of model files.
  package var linears: [LinearPlan] { attention.linears + feedForward.linears }

  var tensors: [TensorPlan] {
    let ofAttention = [attentionNorm?.tensors, attention.tensors, attentionSumNorm?.tensors]
    let ofFeedForward = [
      feedForwardNorm?.tensors, feedForward.tensors, feedForwardSumNorm?.tensors,
    ]
    return (ofAttention + ofFeedForward).flatMap { $0 ?? [] }
  }
}

/// The feed-forward layer of one block: `down(activation(gate(x)) · up(x))`, or without a gate
/// `down(activation(up(x)))`.
package struct FeedForwardPlan: Hashable, Sendable {
  /// From C to F; nil where the activation is that of `up` alone, or where `up` makes both.
  package var gate: LinearPlan?
  /// From C to F, or to 2 · F with the gate.
  package let up: LinearPlan
  /// Whether the first half of what `up` makes is the gate.
  package var upHoldsGate = false
  /// From F back to C.
  package let down: LinearPlan
  /// Of the gate, or of `up` where there is none.
  package let activation: Activation
  /// Of the result, before it is added.
  package var outputNorm: NormPlan?

  /// The width inside, F.
  package var innerWidth: Int { down.inputs }
  /// Whether the activation of one half multiplies another.
  package var isGated: Bool { gate != nil || upHoldsGate }

  var linears: [LinearPlan] { [gate, up, down].compactMap(\.self) }

  var tensors: [TensorPlan] { linears.flatMap(\.tensors) + (outputNorm?.tensors ?? []) }
}
