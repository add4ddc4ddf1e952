package import Tensors

/// Attention of one block.
package struct AttentionPlan: Hashable, Sendable {
  /// How queries, keys and values come from the input.
  package enum Projections: Hashable, Sendable {
    case separate(query: LinearPlan, key: LinearPlan, value: LinearPlan)
    /// By one layer, whose outputs are all queries, all keys, all values; or, `byGroup`, for each
    /// head of keys the queries that share it, the key and the value.
    case fused(LinearPlan, byGroup: Bool)
    /// By way of a narrow state that all heads share.
    case latent(LatentPlan)
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
  /// What distances add to the scores; nil where they add nothing.
  package var distances: DistancePlan?
  /// Of each head of the queries, or of all of them together; of the narrow state that they are made
  /// of, where there is one.
  package var queryNorm: NormPlan?
  /// Of each head of the keys, or of all of them together; of the narrow state, likewise.
  package var keyNorm: NormPlan?
  /// Whether these norms are of what is turned already, rather than before it is.
  package var normsTurned = false
  /// Whether the layer that makes queries makes a gate after each head's, by whose logistic function
  /// that head's result is multiplied.
  package var isGated = false
  /// Of the result, before it is added.
  package var outputNorm: NormPlan?
  /// Learned scores, one a head, that take a share of each softmax and give nothing for it, `[H]`.
  package var sinks: TensorPlan?

  /// The width of all queries together, H · D.
  package var queryWidth: Int { shape.headCount * shape.headWidth }
  /// The width of all keys together, and of all values, G · D.
  package var keyWidth: Int { shape.keyValueHeadCount * shape.headWidth }

  var linears: [LinearPlan] {
    switch projections {
    case .separate(let query, let key, let value): [query, key, value, output]
    case .fused(let all, _): [all, output]
    case .latent(let plan): plan.linears + [output]
    }
  }

  var tensors: [TensorPlan] {
    linears.flatMap(\.tensors) + (distances.map { [$0.table] } ?? [])
      + [queryNorm, keyNorm, outputNorm].flatMap { $0?.tensors ?? [] }
      + (sinks.map { [$0] } ?? [])
  }
}
