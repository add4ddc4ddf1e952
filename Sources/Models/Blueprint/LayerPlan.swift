package import Tensors

/// One block of a model: attention and a feed-forward layer, each after its norm.
///
///     m = x + attention(attentionNorm(x))
///     y = m + feedForward(feedForwardNorm(m))      or feedForwardNorm(x) when they are parallel
package struct LayerPlan: Hashable, Sendable {
  package let attentionNorm: NormPlan
  package let attention: AttentionPlan
  package let feedForwardNorm: NormPlan
  package let feedForward: FeedForwardPlan
  /// Whether the feed-forward layer reads what attention reads, rather than its result.
  package var isParallel = false

  /// The layers an adapter may be attached to, in the order of model files.
  package var linears: [LinearPlan] { attention.linears + feedForward.linears }

  var tensors: [TensorPlan] {
    attentionNorm.tensors + attention.tensors + feedForwardNorm.tensors + feedForward.tensors
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

  package let projections: Projections
  package let output: LinearPlan
  package let shape: AttentionShape
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
  package var gate: LinearPlan?
  package let up: LinearPlan
  package let down: LinearPlan
  package let activation: Activation
  /// Of the result, before it is added.
  package var outputNorm: NormPlan?

  /// The width inside, F.
  package var innerWidth: Int { up.outputs }

  var linears: [LinearPlan] { [gate, up, down].compactMap(\.self) }

  var tensors: [TensorPlan] { linears.flatMap(\.tensors) + (outputNorm?.tensors ?? []) }
}
