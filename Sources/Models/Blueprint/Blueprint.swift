import Autograd

/// What a model is made of and what it computes, before there are any weights.
///
/// The only list of a model's tensors: building, reading, drawing first weights, counting, memory,
/// work, and the names of adapters' targets all follow from it. A family makes one from a config.
///
///     x = embeddingNorm(projection(scale · tokens[ids]) + positions[places + offset])
///     x = layer(x)                                    for each layer
///     logits = cap(projection(headScale · norm(x)) · headᵀ + bias)
///
/// Norms, projections and bias are where a family has them.
package struct Blueprint: Hashable, Sendable {
  /// The vectors of tokens and places.
  package let embedding: EmbeddingPlan
  /// The blocks, in order; their keys are of one width.
  package let layers: [LayerPlan]
  /// After the last block; nil where its output is that of the model.
  package var norm: NormPlan?
  /// From C to the vocabulary.
  package var head: HeadPlan
  /// The longest sequence, in tokens.
  package var maximumPositions: Int

  /// The width of the residual stream, C.
  package var hiddenSize: Int { embedding.width }
  /// The number of tokens, V.
  package var vocabularySize: Int { embedding.tokens.shape[0] }

  /// Every tensor, each once, in the order of model files.
  package var tensors: [TensorPlan] {
    embedding.tensors + layers.flatMap(\.tensors) + (norm?.tensors ?? []) + head.tensors
  }

  /// The layers an adapter may be attached to, in the order of model files.
  package var linears: [LinearPlan] { layers.flatMap(\.linears) }

  /// The different ways in which positions turn queries and keys.
  package var rotaries: Set<RotaryPlan> { Set(layers.compactMap(\.attention.rotary)) }

  /// The longest sequence whose positions are turned as those of a short one; nil where the length
  /// does not count.
  package var shortLength: Int? { rotaries.compactMap(\.long?.beyond).min() }

  /// The different ways in which positions add to scores.
  package var alibis: Set<AlibiPlan> { Set(layers.compactMap(\.attention.alibi)) }
}

/// Where the residual stream begins.
package struct EmbeddingPlan: Hashable, Sendable {
  /// A vector a token, `[V, C]`, or narrower where they are projected.
  package let tokens: TensorPlan
  /// What the vectors are multiplied by.
  package var scale = 1.0
  /// From the vectors' width to C; nil where that is C.
  package var projection: LinearPlan?
  /// A learned vector a position, `[T + offset, C]`; nil where positions come in elsewhere.
  package var positions: TensorPlan?
  /// The row of the first position.
  package var positionOffset = 0
  /// Of the sum.
  package var norm: NormPlan?

  /// The width of the residual stream, C.
  var width: Int { projection?.outputs ?? tokens.shape[1] }

  var tensors: [TensorPlan] {
    [tokens] + (projection?.tensors ?? []) + (positions.map { [$0] } ?? []) + (norm?.tensors ?? [])
  }
}

/// What is computed from the last hidden states.
package struct HeadPlan: Hashable, Sendable {
  /// `[V, C]`, or narrower where hidden states are projected.
  package let weight: TensorPlan
  /// Whether the weight is the table of tokens, rather than a tensor of its own.
  package var isEmbedding: Bool
  /// What hidden states are multiplied by.
  package var scale = 1.0
  /// From C to the width of the weight; nil where that is C.
  package var projection: LinearPlan?
  /// What is added to the logits, `[V]`.
  package var bias: TensorPlan?
  /// Bounds of the logits: x becomes cap · tanh(x / cap).
  package var softCap: Double?

  var tensors: [TensorPlan] {
    (projection?.tensors ?? []) + (isEmbedding ? [] : [weight]) + (bias.map { [$0] } ?? [])
  }
}
