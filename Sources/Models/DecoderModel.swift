package import Autograd
package import Checkpoints
package import Tensors

/// A decoder of llama's plan: what differs between families comes from the config's traits.
///
///     x = embedding(ids)
///     x = x + attention(norm1(x));  x = x + feedForward(norm2(x))     for each layer
///     logits = head(norm(x))
///
/// Source: Touvron et al. 2023, arXiv:2302.13971, section 2.2, as in Hugging Face `LlamaModel`.
package final class DecoderModel {
  package let config: ModelConfig
  package let embedding: Parameter
  package let layers: [Layer]
  package let norm: RMSNorm
  /// `[V, C]`; the embedding itself when the config ties them.
  package let head: Parameter

  /// One block: attention, then feed-forward, each after its norm.
  package struct Layer {
    package let attentionNorm: RMSNorm
    package let attention: Attention
    package let feedForwardNorm: RMSNorm
    package let feedForward: FeedForward

    /// Returns the block's output, of the shape of `x`: `[N, C]`.
    ///
    /// What the norms compute is let go as soon as it is used: the backward pass computes it again
    /// from `x`.
    func callAsFunction(_ x: Variable, _ pass: ForwardPass, index: Int) -> Variable {
      let attended = attentionNorm(x, pass)
      let middle = attention(attended, pass, layer: index, residual: x)
      attended.release()
      let fed = feedForwardNorm(middle, pass)
      let output = feedForward(fed, pass, residual: middle)
      fed.release()
      return output
    }

    /// The layers an adapter may be attached to, in the order of model files.
    package var linears: [Linear] { attention.linears + feedForward.linears }
  }

  /// Assembles the model; `tensor` gives each tensor by its name and shape.
  package convenience init<Failure: Error>(
    config: ModelConfig, tensor: (_ name: String, _ shape: [Int]) throws(Failure) -> Tensor
  ) throws(Failure) {
    try self.init(config: config) { (name, shape) throws(Failure) -> Weights in
      .dense(try tensor(name, shape))
    }
  }

  /// Assembles the model; `tensor` gives the weights of each tensor by its name and shape.
  package init<Failure: Error>(
    config: ModelConfig, tensor: (_ name: String, _ shape: [Int]) throws(Failure) -> Weights
  ) throws(Failure) {
    self.config = config
    embedding = Parameter(
      name: "model.embed_tokens.weight",
      weights: try tensor(
        "model.embed_tokens.weight", [config.vocabularySize, config.hiddenSize]))
    let parts = DecoderParts(config: config, on: embedding.weights.device)
    var layers: [Layer] = []
    for index in 0..<config.layerCount { layers.append(try parts.layer(index, tensor)) }
    self.layers = layers
    norm = try parts.norm("model.norm", tensor)
    if config.tieWordEmbeddings {
      head = embedding
    } else {
      head = Parameter(
        name: "lm_head.weight",
        weights: try tensor("lm_head.weight", [config.vocabularySize, config.hiddenSize]))
    }
  }

  /// Computes the last hidden states, `[N, C]`, ready for the head.
  package func hidden(_ ids: [Int32], _ pass: ForwardPass) -> Variable {
    precondition(
      ids.count == pass.layout.rowCount, "\(ids.count) ids, \(pass.layout.rowCount) rows")
    var x = pass.tape.embedding(ids, table: embedding)
    if config.traits.embeddingScale != 1 {
      x = pass.tape.scaled(x, by: Float(config.traits.embeddingScale))
    }
    for (index, layer) in layers.enumerated() {
      x = pass.tape.checkpoint(x) { x, tape in layer(x, pass.on(tape), index: index) }
    }
    return norm(x, pass)
  }

  /// Computes the logits, `[N, V]`, of chosen rows of `hidden`: for generation.
  package func logits(_ hidden: Variable, rows: [Int], in arena: Arena) -> Tensor {
    let chosen = Tensor(uninitialized: [rows.count, config.hiddenSize], in: arena)
    for (place, row) in rows.enumerated() {
      chosen.rows(place..<place + 1).assign(hidden.value.rows(row..<row + 1))
    }
    let logits = Tensor(uninitialized: [rows.count, config.vocabularySize], in: arena)
    multiply(into: logits, chosen, head.weights.transposed)
    if let logitSoftCap { logits.softCap(logitSoftCap) }
    return logits
  }

  /// Where the weights lie and are computed with.
  package var device: any Device { embedding.weights.device }

  /// What keeps the logits within bounds, where the family has it.
  package var logitSoftCap: Float? { config.traits.logitSoftCap.map(Float.init) }

  /// All parameters, each once, in the order of model files.
  package var parameters: [Parameter] {
    var all = [embedding]
    for layer in layers {
      all.append(layer.attentionNorm.weight)
      all += layer.attention.parameters
      all.append(layer.feedForwardNorm.weight)
      all += layer.feedForward.parameters
    }
    all.append(norm.weight)
    if head !== embedding { all.append(head) }
    return all
  }

  /// The layers an adapter may be attached to.
  package var linears: [Linear] { layers.flatMap(\.linears) }

  /// The number of learned numbers, adapters not counted.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Makes an empty cache of keys and values.
  package func makeCache(_ format: CacheFormat = .float32) -> KeyValueCache {
    KeyValueCache(
      layerCount: layers.count, width: config.keyValueHeadCount * config.headWidth,
      format: format, on: device)
  }
}
