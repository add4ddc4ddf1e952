package import Tensors

/// One block of a model: attention, or a convolution or states in its place, and a feed-forward layer, each added
/// to the residual stream.
///
///     m = attentionSumNorm(x + s · attention(attentionNorm(x)))
///     m = m + crossAttention(m)
///     y = feedForwardSumNorm(m + s · feedForward(feedForwardNorm(m)))
///
/// Any of the norms may be missing. Where the two are parallel the feed-forward layer reads
/// feedForwardNorm(x), or what attention reads when it has no norm of its own. In the place of the
/// feed-forward layer, or beside it, there may be experts, which read what it reads; what they give
/// is added as it is.
package struct LayerPlan: Hashable, Sendable {
  /// What attention reads goes through it; nil where it reads the residual stream as it is.
  package var attentionNorm: NormPlan?
  /// Mixes tokens.
  package let mixer: MixerPlan
  /// Of the residual stream with attention's result.
  package var attentionSumNorm: NormPlan?
  /// Mixes in what another half of the model read; nil in models of one half.
  package var crossAttention: CrossAttentionPlan?
  /// What the feed-forward layer reads goes through it.
  package var feedForwardNorm: NormPlan?
  /// Works on each token by itself; nil where only experts do.
  package let feedForward: FeedForwardPlan?
  /// Works on each token by those feed-forward layers that are chosen for it.
  package var experts: ExpertsPlan?
  /// Of the residual stream with the feed-forward layer's result.
  package var feedForwardSumNorm: NormPlan?
  /// Whether the feed-forward layer reads what attention reads, rather than its result.
  package var isParallel = false
  /// What both results are multiplied by before they are added, s.
  package var residualMultiplier = 1.0
  /// Whether results are added to what the norms give, rather than to what they read.
  package var addsToNormed = false

  /// What mixes tokens, where that is attention.
  package var attention: AttentionPlan? {
    if case .attention(let plan) = mixer { plan } else { nil }
  }

  /// The layers an adapter may be attached to, in the order of model files.
  package var linears: [LinearPlan] {
    mixer.linears + (crossAttention?.attention.linears ?? []) + (feedForward?.linears ?? [])
      + (experts?.linears ?? [])
  }

  var tensors: [TensorPlan] {
    let ofAttention = [attentionNorm?.tensors, mixer.tensors, attentionSumNorm?.tensors]
    let ofFeedForward = [
      feedForwardNorm?.tensors, feedForward?.tensors, experts?.tensors, feedForwardSumNorm?.tensors,
    ]
    return (ofAttention + [crossAttention?.tensors] + ofFeedForward).flatMap { $0 ?? [] }
  }
}

extension [LayerPlan] {
  /// In how many of the blocks each tensor is, by its name.
  var useCounts: [String: Int] {
    reduce(into: [:]) { counts, layer in
      for name in Set(layer.tensors.map(\.name)) { counts[name, default: 0] += 1 }
    }
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
  /// How `up` makes gates and factors in turn, in the place of the activation; nil where it does not.
  package var clampedGate: ClampedGate?
  /// From C to 1, where a share of the result is taken that is the logistic function of it.
  package var shareGate: LinearPlan?
  /// Of the result, before it is added.
  package var outputNorm: NormPlan?

  /// The width inside, F.
  package var innerWidth: Int { down.inputs }
  /// Whether the activation of one half multiplies another.
  package var isGated: Bool { gate != nil || upHoldsGate || clampedGate != nil }

  /// The layers an adapter may be attached to, in the order of model files.
  package var linears: [LinearPlan] { [gate, up, down, shareGate].compactMap(\.self) }

  var tensors: [TensorPlan] { linears.flatMap(\.tensors) + (outputNorm?.tensors ?? []) }
}
