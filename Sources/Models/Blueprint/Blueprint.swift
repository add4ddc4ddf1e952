import Autograd
package import Tensors

/// What a model is made of and what it computes, before there are any weights.
///
/// The only list of a model's tensors: building, reading, drawing first weights, counting, memory,
/// work, and the names of adapters' targets all follow from it. A family makes one from a config.
///
///     x = projection(scale · tokens[ids]) + positions[places + offset] + types[0]
///     x = outputProjection(embeddingNorm(x))
///     x = layer(x)                                    for each layer
///     y = headNorm(activation(projection(headScale · norm(x))))
///     logits = cap(y · headᵀ + bias)
///
/// All but tokens, layers and head are where a family has them.
package struct Blueprint: Hashable, Sendable {
  /// The vectors of tokens and places.
  package let embedding: EmbeddingPlan
  /// The blocks, in order; the keys of those with attention are of one width.
  package let layers: [LayerPlan]
  /// After the last block; nil where its output is that of the model.
  package var norm: NormPlan?
  /// From C to the vocabulary.
  package var head: HeadPlan
  /// The longest sequence, in tokens.
  package var maximumPositions: Int
  /// The half that reads prompts; nil where one half does both.
  package var reader: ReaderPlan?
  /// What would be made of the first token for a whole text: kept for the classifiers of other
  /// programs, and computed by none here unless the head goes through it.
  package var pooler: LinearPlan?
  /// Tensors of the files that nothing here computes with: kept, and written back.
  package var unread: [TensorPlan] = []

  /// The width of the residual stream, C.
  package var hiddenSize: Int { embedding.width }
  /// The number of tokens, V.
  package var vocabularySize: Int { embedding.tokens.shape[0] }

  /// Every tensor, each once, in the order of model files; layers may share theirs.
  package var tensors: [TensorPlan] {
    var seen: Set<String> = []
    let all =
      embedding.tensors + (reader?.tensors ?? []) + layers.flatMap(\.tensors)
      + (norm?.tensors ?? []) + head.tensors
      + (pooler?.tensors ?? []) + unread
    return all.filter { seen.insert($0.name).inserted }
  }

  /// The layers an adapter may be attached to, each once, in the order of model files.
  package var linears: [LinearPlan] {
    var seen: Set<String> = []
    let all =
      [embedding.outputProjection].compactMap(\.self)
      + ((reader?.layers ?? []) + layers).flatMap(\.linears)
      + [pooler, head.activation == nil ? nil : head.projection].compactMap(\.self)
    return all.filter { seen.insert($0.path).inserted }
  }

  /// The layers that read prompts for the half that writes: those of the half that reads, and those
  /// that make keys and values of what it gives; none in a model of one half.
  package var readingLinears: [LinearPlan] {
    (reader?.layers ?? []).flatMap(\.linears)
      + layers.flatMap { layer in
        layer.crossAttention.map { Array($0.attention.linears[1...2]) } ?? []
      }
  }

  /// The different ways in which positions turn queries and keys.
  package var rotaries: Set<RotaryPlan> { Set(layers.compactMap(\.attention?.rotary)) }

  /// The longest sequence whose positions are turned as those of a short one; nil where the length
  /// does not count.
  package var shortLength: Int? { rotaries.compactMap(\.long?.beyond).min() }

  /// The different ways in which positions add to scores.
  package var alibis: Set<AlibiPlan> { Set(layers.compactMap(\.attention?.alibi)) }
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
  /// A learned vector a kind of text, `[kinds, C]`; all tokens are of the first kind.
  package var types: TensorPlan?
  /// Of the sum.
  package var norm: NormPlan?
  /// From the width of the sum to C; nil where that is C.
  package var outputProjection: LinearPlan?

  /// The width of the residual stream, C.
  var width: Int { outputProjection?.outputs ?? projection?.outputs ?? tokens.shape[1] }

  var tensors: [TensorPlan] {
    [tokens] + (projection?.tensors ?? []) + [positions, types].compactMap(\.self)
      + (norm?.tensors ?? []) + (outputProjection?.tensors ?? [])
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
  /// Of what the projection gives.
  package var activation: Activation?
  /// Of what the activation gives.
  package var norm: NormPlan?
  /// What is added to the logits, `[V]`.
  package var bias: TensorPlan?
  /// Bounds of the logits: x becomes cap · tanh(x / cap).
  package var softCap: Double?
  /// What the logits are of.
  package var task = HeadTask.nextToken

  var tensors: [TensorPlan] {
    (projection?.tensors ?? []) + (norm?.tensors ?? []) + (isEmbedding ? [] : [weight])
      + (bias.map { [$0] } ?? [])
  }
}

extension Blueprint {
  /// Whether what a token's keys are depends on nothing after it, so that sequences can have the keys
  /// of a common beginning: layers look at it by attention alone, one half does all, and long sequences turn
  /// as short ones.
  package var keepsKeys: Bool {
    layers.allSatisfy { layer in
      guard let attention = layer.attention, attention.options.isCausal else { return false }
      return layer.crossAttention == nil && attention.rotary?.long == nil
    }
  }
}
