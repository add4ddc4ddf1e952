package import Autograd
package import Tensors

/// A transformer: what a ``Blueprint`` describes, with weights.
package final class Transformer {
  /// What it was built by.
  package let config: ModelConfig
  /// Where the residual stream begins.
  package let embedding: Embedding
  /// The blocks, in order.
  package let layers: [Layer]
  /// After the last block.
  package let norm: Norm
  /// Logits of the last hidden states.
  package private(set) var head: Head
  /// All parameters with their plans, each once, in the order of the blueprint's tensors.
  package let tensors: [PlannedParameter]

  /// One block: attention, then feed-forward, each after its norm.
  package struct Layer {
    /// Before attention.
    package let attentionNorm: Norm
    /// Mixes tokens.
    package let attention: Attention
    /// Before the feed-forward layer.
    package let feedForwardNorm: Norm
    /// Works on each token by itself.
    package let feedForward: FeedForward
    private let isParallel: Bool

    init<Failure: Error>(
      _ plan: LayerPlan, _ source: WeightSource<Failure>, rotaries: RotaryTables
    ) throws(Failure) {
      attentionNorm = try Norm(plan.attentionNorm, source)
      attention = try Attention(plan.attention, source, rotaries: rotaries)
      feedForwardNorm = try Norm(plan.feedForwardNorm, source)
      feedForward = try FeedForward(plan.feedForward, source)
      isParallel = plan.isParallel
    }

    /// Returns the block's output, of the shape of `x`: `[N, C]`.
    ///
    /// What the norms compute is let go as soon as it is used: the backward pass computes it again
    /// from `x`.
    func callAsFunction(_ x: Variable, _ pass: ForwardPass, index: Int) -> Variable {
      let attended = attentionNorm(x, pass)
      let middle = attention(attended, pass, layer: index, residual: x)
      attended.release()
      let fed = feedForwardNorm(isParallel ? x : middle, pass)
      let output = feedForward(fed, pass, residual: middle)
      fed.release()
      return output
    }

    /// The layers an adapter may be attached to, in the order of model files.
    package var linears: [Linear] { attention.linears + feedForward.linears }
  }

  /// Builds the model; `weights` gives those of each tensor of the blueprint, in its order.
  package init<Failure: Error>(
    config: ModelConfig, weights: @escaping (TensorPlan) throws(Failure) -> Weights
  ) throws(Failure) {
    let (blueprint, source) = (config.blueprint, WeightSource(weights))
    self.config = config
    embedding = try Embedding(blueprint.embedding, source)
    let rotaries = RotaryTables(
      positionCount: blueprint.maximumPositions, on: embedding.tokens.weights.device)
    var layers: [Layer] = []
    for plan in blueprint.layers { layers.append(try Layer(plan, source, rotaries: rotaries)) }
    self.layers = layers
    norm = try Norm(blueprint.norm, source)
    head = try Head(blueprint.head, tokens: embedding.tokens, source)
    tensors = source.made
  }

  /// Computes the last hidden states, `[N, C]`, ready for the head.
  package func hidden(_ ids: [Int32], _ pass: ForwardPass) -> Variable {
    precondition(
      ids.count == pass.layout.rowCount, "\(ids.count) ids, \(pass.layout.rowCount) rows")
    var x = embedding(ids, pass)
    for (index, layer) in layers.enumerated() {
      x = pass.tape.checkpoint(x) { x, tape in layer(x, pass.on(tape), index: index) }
    }
    return norm(x, pass)
  }

  /// Computes the logits, `[M, V]`, of chosen rows of `hidden`: for generation.
  package func logits(_ hidden: Variable, rows: [Int], in arena: Arena) -> Tensor {
    head.logits(hidden, rows: rows, in: arena)
  }

  /// Where the weights lie and are computed with.
  package var device: any Device { embedding.tokens.weights.device }

  /// What it is made of.
  package var blueprint: Blueprint { config.blueprint }

  /// All parameters, each once, in the order of the blueprint's tensors.
  package var parameters: [Parameter] { tensors.map(\.parameter) }

  /// The layers an adapter may be attached to.
  package var linears: [Linear] { layers.flatMap(\.linears) }

  /// The number of learned numbers, adapters not counted.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Gives a head that is the table of tokens a parameter of its own, which begins with the same
  /// numbers, and returns it: what changes one of the two leaves the other alone from now on.
  package func partHead() -> Parameter {
    guard head.weight === embedding.tokens else { return head.weight }
    let own = Parameter(name: blueprint.head.weight.name, weights: embedding.tokens.ownWeights)
    head.weight = own
    return own
  }

  /// Makes the head the table of tokens again, where it was.
  package func joinHead() {
    if blueprint.head.isEmbedding { head.weight = embedding.tokens }
  }

  /// Makes an empty cache of keys and values.
  package func makeCache(_ format: CacheFormat = .float32) -> KeyValueCache {
    // Every layer of a model has keys of one width.
    KeyValueCache(
      layerCount: layers.count, width: blueprint.layers.first?.attention.keyWidth ?? 0,
      format: format, on: device)
  }
}
