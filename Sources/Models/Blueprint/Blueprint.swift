/// What a model is made of and what it computes, before there are any weights.
///
/// The only list of a model's tensors: building, reading, drawing first weights, counting, memory,
/// work, and the names of adapters' targets all follow from it. A family makes one from a config.
///
///     x = scale · tokens[ids] + positions[places]
///     x = layer(x)                                    for each layer
///     logits = cap(norm(x) · headᵀ)
package struct Blueprint: Hashable, Sendable {
  /// The vectors of tokens and places.
  package let embedding: EmbeddingPlan
  /// The blocks, in order; their keys are of one width.
  package let layers: [LayerPlan]
  /// After the last block.
  package let norm: NormPlan
  /// From C to the vocabulary.
  package var head: HeadPlan
  /// The longest sequence, in tokens.
  package var maximumPositions: Int

  /// The width of the residual stream, C.
  package var hiddenSize: Int { norm.width }
  /// The number of tokens, V.
  package var vocabularySize: Int { embedding.tokens.shape[0] }

  /// Every tensor, each once, in the order of model files.
  package var tensors: [TensorPlan] {
    embedding.tensors + layers.flatMap(\.tensors) + norm.tensors
      + (head.isEmbedding ? [] : [head.weight])
  }

  /// The layers an adapter may be attached to, in the order of model files.
  package var linears: [LinearPlan] { layers.flatMap(\.linears) }

  /// The different ways in which positions turn queries and keys.
  package var rotaries: Set<RotaryPlan> { Set(layers.compactMap(\.attention.rotary)) }
}

/// Where the residual stream begins.
package struct EmbeddingPlan: Hashable, Sendable {
  /// A vector a token, `[V, C]`.
  package let tokens: TensorPlan
  /// What the vectors are multiplied by.
  package var scale = 1.0
  /// A learned vector a position, `[T, C]`; nil where positions come in elsewhere.
  package var positions: TensorPlan?

  var tensors: [TensorPlan] { [tokens] + (positions.map { [$0] } ?? []) }
}

/// What is computed from the last hidden states.
package struct HeadPlan: Hashable, Sendable {
  /// `[V, C]`.
  package let weight: TensorPlan
  /// Whether the weight is the table of tokens, rather than a tensor of its own.
  package var isEmbedding: Bool
  /// Bounds of the logits: x becomes cap · tanh(x / cap).
  package var softCap: Double?
}
