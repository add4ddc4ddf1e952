import Tensors

extension T5Plan {
  /// Both halves.
  var blueprint: Blueprint {
    var blueprint = Blueprint(
      embedding: embedding,
      layers: (0..<writingCount).map { writingLayer($0) }, norm: norm("decoder.final_layer_norm"),
      head: HeadPlan(
        weight: TensorPlan("lm_head.weight", [vocabularySize, hiddenSize], .matrix),
        isEmbedding: true,
        scale: scalesOutput == true ? 1 / Double(hiddenSize).squareRoot() : 1),
      maximumPositions: maximumPositions)
    blueprint.reader = ReaderPlan(
      layers: (0..<readingCount).map { readingLayer($0) }, norm: norm("encoder.final_layer_norm"),
      startID: startID)
    return blueprint
  }

  /// The half that reads, alone: for vectors of texts.
  var readingHalf: Blueprint {
    Blueprint(
      embedding: embedding, layers: (0..<readingCount).map { readingLayer($0) },
      norm: norm("encoder.final_layer_norm"), head: .missing(embedding.tokens),
      maximumPositions: maximumPositions)
  }

  private var embedding: EmbeddingPlan {
    EmbeddingPlan(tokens: TensorPlan("shared.weight", [vocabularySize, hiddenSize], .matrix))
  }

  private func readingLayer(_ index: Int) -> LayerPlan {
    let path = "encoder.block.\(index).layer"
    return LayerPlan(
      attentionNorm: norm("\(path).0.layer_norm"),
      mixer: .attention(
        attention(
          "\(path).0.SelfAttention", isCausal: false,
          distances: distances("encoder", index, isBidirectional: true))),
      feedForwardNorm: norm("\(path).1.layer_norm"),
      feedForward: feedForward("\(path).1.DenseReluDense"))
  }

  private func writingLayer(_ index: Int) -> LayerPlan {
    let path = "decoder.block.\(index).layer"
    return LayerPlan(
      attentionNorm: norm("\(path).0.layer_norm"),
      mixer: .attention(
        attention(
          "\(path).0.SelfAttention", isCausal: true,
          distances: distances("decoder", index, isBidirectional: false))),
      crossAttention: CrossAttentionPlan(
        norm: norm("\(path).1.layer_norm"),
        attention: attention("\(path).1.EncDecAttention", isCausal: false)),
      feedForwardNorm: norm("\(path).2.layer_norm"),
      feedForward: feedForward("\(path).2.DenseReluDense"))
  }

  /// Numbers by distance, of the first block or of each.
  private func distances(_ half: String, _ index: Int, isBidirectional: Bool) -> DistancePlan {
    let block = sharesDistances ? 0 : index
    return DistancePlan(
      table: TensorPlan(
        "\(half).block.\(block).layer.0.SelfAttention.relative_attention_bias.weight",
        [bucketCount, headCount], .positions),
      isBidirectional: isBidirectional, maximumDistance: maximumDistance)
  }

  private func attention(
    _ path: String, isCausal: Bool, distances: DistancePlan? = nil
  ) -> AttentionPlan {
    let width = headCount * headWidth
    func projection(_ name: String) -> LinearPlan {
      LinearPlan(path: "\(path).\(name)", inputs: hiddenSize, outputs: width)
    }
    return AttentionPlan(
      projections: .separate(query: projection("q"), key: projection("k"), value: projection("v")),
      output: LinearPlan(
        path: "\(path).o", inputs: width, outputs: hiddenSize, writesResidual: true),
      shape: AttentionShape(
        headCount: headCount, keyValueHeadCount: headCount, headWidth: headWidth),
      options: AttentionOptions(scale: 1, isCausal: isCausal), distances: distances)
  }

  private func feedForward(_ path: String) -> FeedForwardPlan {
    func linear(_ name: String) -> LinearPlan {
      LinearPlan(path: "\(path).\(name)", inputs: hiddenSize, outputs: innerSize)
    }
    return FeedForwardPlan(
      gate: isGated ? linear("wi_0") : nil, up: linear(isGated ? "wi_1" : "wi"),
      down: LinearPlan(
        path: "\(path).wo", inputs: innerSize, outputs: hiddenSize, writesResidual: true),
      activation: activation)
  }

  private func norm(_ path: String) -> NormPlan {
    NormPlan(
      path: path, width: hiddenSize, kind: .rootMeanSquare(offset: 0), epsilon: epsilon)
  }
}
