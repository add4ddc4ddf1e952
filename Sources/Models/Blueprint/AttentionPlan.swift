package import Tensors

/// Attention of one block.
package struct AttentionPlan: Hashable, Sendable {
  /// How queries, keys and values come from the input.
  package enum Projections: Hashable, Sendable {
    case separate(query: LinearPlan, key: LinearPlan, value: LinearPlan)
    /// By one layer, whose outputs are all queries, all keys, all values; or, `byGroup`, for each
    /// head of keys the queries that share it, the key and the value.
    case fused(LinearPlan, byGroup: Bool)
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
  /// What positions add to the scores; nil where they add nothing.
  package var alibi: AlibiPlan?
  /// Of each head of the queries, or of all of them together, before they are turned.
  package var queryNorm: NormPlan?
  /// Of each head of the keys, or of all of them together.
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
