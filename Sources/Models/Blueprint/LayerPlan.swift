package import Tensors

/// One block of a model: attention and a feed-forward layer, each after its norm.
///
///     m = x + attention(attentionNorm(x))
///     y = m + feedForward(feedForwardNorm(m))      or feedForwardNorm(x) when they are parallel
///
/// In the place of the feed-forward layer, or beside it, there may be a mixture of experts, which
/// reads what it reads.
package struct LayerPlan: Hashable, Sendable {
  /// What attention reads goes through it.
  package let attentionNorm: NormPlan
  /// Mixes tokens.
  package let attention: AttentionPlan
  /// What the feed-forward layer reads goes through it.
  package let feedForwardNorm: NormPlan
  /// Works on each token by itself; nil where only experts do.
  package let feedForward: FeedForwardPlan?
  /// Works on each token by those feed-forward layers that are chosen for it.
  package var experts: ExpertsPlan?
  /// Whether the feed-forward layer reads what attention reads, rather than its result.
  package var isParallel = false

  /// The layers an adapter may be attached to, in the order of model files.
  package var linears: [LinearPlan] {
    attention.linears + (feedForward?.linears ?? []) + (experts?.linears ?? [])
  }

  var tensors: [TensorPlan] {
    attentionNorm.tensors + attention.tensors + feedForwardNorm.tensors
      + (feedForward?.tensors ?? []) + (experts?.tensors ?? [])
  }
}

/// Attention of one block.
package struct AttentionPlan: Hashable, Sendable {
  /// How queries, keys and values come from the input.
  package enum Projections: Hashable, Sendable {
    case separate(query: LinearPlan, key: LinearPlan, value: LinearPlan)
    /// By one layer, whose outputs are all queries, all keys, all values; or, `byHead`, those three
    /// of each head in turn.
    case fused(LinearPlan, byHead: Bool)
  }

  /// Where queries, keys and values come from.
  package let projections: Projections
  /// From all heads together, H · D, back to C.
  package let output: LinearPlan
  /// Heads of queries and of keys, and their width.
  package let shape: AttentionShape
  /// The scale and bounds of scores, and which tokens are seen.
  package let options: AttentionOptions
  /// How positions turn queries and keys; nil where they do not.
  package var rotary: RotaryPlan?
  /// Of each head of the queries, before they are turned.
  package var queryNorm: NormPlan?
  /// Of each head of the keys.
  package var keyNorm: NormPlan?
  /// Of the result, before it is added.
  package var outputNorm: NormPlan?

  /// The width of all queries together, H · D.
  package var queryWidth: Int { shape.headCount * shape.headWidth }
  /// The width of all keys together, and of all values, G · D.
  package var keyWidth: Int { shape.keyValueHeadCount * shape.headWidth }

  var linears: [LinearPlan] {
    switch projections {
    case .separate(let query, let key, let value): [query, key, value, output]
    case .fused(let all, _): [all, output]
    }
  }

  var tensors: [TensorPlan] {
    linears.flatMap(\.tensors) + [queryNorm, keyNorm, outputNorm].flatMap { $0?.tensors ?? [] }
  }
}

/// The feed-forward layer of one block: `down(activation(gate(x)) · up(x))`, or without a gate
/// `down(activation(up(x)))`.
package struct FeedForwardPlan: Hashable, Sendable {
  /// From C to F; nil where the activation is that of `up` alone.
  package var gate: LinearPlan?
  /// From C to F.
  package let up: LinearPlan
  /// From F back to C.
  package let down: LinearPlan
  /// Of the gate, or of `up` where there is none.
  package let activation: Activation
  /// From C to 1, where a share of the result is taken that is the logistic function of it.
  package var shareGate: LinearPlan?
  /// Of the result, before it is added.
  package var outputNorm: NormPlan?

  /// The width inside, F.
  package var innerWidth: Int { up.outputs }

  var linears: [LinearPlan] { [gate, up, down, shareGate].compactMap(\.self) }

  var tensors: [TensorPlan] { linears.flatMap(\.tensors) + (outputNorm?.tensors ?? []) }
}
