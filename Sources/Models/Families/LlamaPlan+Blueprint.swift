import Tensors

extension LlamaPlan {
  /// The model, as Hugging Face's `LlamaModel` and its like compute it.
  ///
  /// Source: Touvron et al. 2023, arXiv:2302.13971, section 2.2.
  var blueprint: Blueprint {
    let table = [vocabularySize, hiddenSize]
    return Blueprint(
      embedding: EmbeddingPlan(
        tokens: TensorPlan("model.embed_tokens.weight", table, .matrix), scale: embeddingScale),
      layers: (0..<layerCount).map(layer), norm: norm("model.\(names.lastNorm)"),
      head: HeadPlan(
        weight: TensorPlan("lm_head.weight", table, .matrix), isEmbedding: isTied,
        scale: headScale,
        bias: hasHeadBias ? TensorPlan("lm_head.bias", [vocabularySize], .bias) : nil,
        softCap: logitSoftCap),
      maximumPositions: maximumPositions)
  }

  private func layer(_ index: Int) -> LayerPlan {
    let path = "model.layers.\(index)"
    let mixture = mixture.flatMap { $0.isSparse[index] ? $0 : nil }
    return LayerPlan(
      attentionNorm: names.attentionNorm.map { norm("\(path).\($0)") },
      mixer: mixer(index, path),
      feedForwardNorm: names.feedForwardNorm.map { norm("\(path).\($0)") },
      feedForward: mixture == nil
        ? feedForward(path)
        : mixture?.sharedExpert(path, hiddenSize: hiddenSize, activation: activation),
      experts: mixture?.experts(path, hiddenSize: hiddenSize, activation: activation),
      isParallel: isParallel,
      residualMultiplier: residualMultiplier)
  }

  private func mixer(_ index: Int, _ layer: String) -> MixerPlan {
    if let convolutions, convolutions.isConvolved[index] {
      return .convolution(convolutions.plan("\(layer).conv", hiddenSize: hiddenSize))
    }
    if let deltaNets, deltaNets.isInPlace[index] {
      return .deltaNet(
        deltaNets.plan(
          "\(layer).linear_attn", hiddenSize: hiddenSize, epsilon: normEpsilon,
          activation: activation))
    }
    return .attention(attention(index, layer))
  }

  private func attention(_ index: Int, _ layer: String) -> AttentionPlan {
    let path = "\(layer).self_attn"
    let queries = headCount * headWidth
    return AttentionPlan(
      projections: projections(path),
      output: LinearPlan(
        path: "\(path).\(names.attentionOutput)", inputs: queries, outputs: hiddenSize,
        hasBias: attentionOutputBias, writesResidual: true),
      shape: AttentionShape(
        headCount: headCount, keyValueHeadCount: keyValueHeadCount, headWidth: headWidth),
      options: AttentionOptions(
        scale: scoreScale, softCap: attentionSoftCap.map(Float.init), window: windows[index]),
      rotary: rotary(index), queryNorm: headNorm("\(path).\(names.queryNorm)", headCount),
      keyNorm: headNorm("\(path).\(names.keyNorm)", keyValueHeadCount),
      normsTurned: normsTurned, isGated: gatesAttention,
      outputNorm: names.attentionOutputNorm.map { norm("\(layer).\($0)") },
      sinks: hasSinks ? TensorPlan("\(path).sinks", [headCount], .bias) : nil)
  }

  private func projections(_ path: String) -> AttentionPlan.Projections {
    let (queries, keys) = (headCount * headWidth, keyValueHeadCount * headWidth)
    func projection(_ name: String, _ outputs: Int) -> LinearPlan {
      LinearPlan(
        path: "\(path).\(name)", inputs: hiddenSize, outputs: outputs, hasBias: attentionBias)
    }
    if let fused = names.fusedAttention {
      return .fused(projection(fused, queries + 2 * keys), byGroup: false)
    }
    return .separate(
      query: projection("q_proj", (gatesAttention ? 2 : 1) * queries),
      key: projection("k_proj", keys),
      value: projection("v_proj", keys))
  }

  private func rotary(_ index: Int) -> RotaryPlan? {
    guard isTurned[index] else { return nil }
    var plan = RotaryPlan(
      theta: ropeTheta, scaling: ropeScaling, width: turnedWidth, isInterleaved: isInterleaved)
    if isSliding[index], let windowedRopeTheta {
      plan.theta = windowedRopeTheta
      plan.scaling = .none
    }
    return plan
  }

  private func feedForward(_ layer: String) -> FeedForwardPlan {
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearPlan {
      LinearPlan(
        path: "\(layer).\(names.feedForward).\(name)", inputs: inputs, outputs: outputs,
        hasBias: mlpBias,
        writesResidual: name == names.down)
    }
    return FeedForwardPlan(
      gate: names.gate.map { linear($0, hiddenSize, innerSize) },
      up: linear(names.up, hiddenSize, (names.upHoldsGate ? 2 : 1) * innerSize),
      upHoldsGate: names.upHoldsGate, down: linear(names.down, innerSize, hiddenSize),
      activation: activation,
      outputNorm: names.feedForwardOutputNorm.map { norm("\(layer).\($0)") })
  }

  private func norm(_ path: String, width: Int? = nil) -> NormPlan {
    NormPlan(
      path: path, width: width ?? hiddenSize, kind: normKind, epsilon: normEpsilon,
      hasBias: normBias, layerOffset: normOffset, isLearned: normsLearn)
  }

  /// The norm of `heads` heads of queries or keys.
  private func headNorm(_ path: String, _ heads: Int) -> NormPlan? {
    switch queryKeyNorms {
    case .none: nil
    case .ofHeads: norm(path, width: headWidth)
    case .ofAllHeads: norm(path, width: heads * headWidth)
    }
  }
}
