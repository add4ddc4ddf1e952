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
  /// After the last block; nil where its output is that of the model.
  package let norm: Norm?
  /// Logits of the last hidden states.
  package let head: Head
  /// What files keep for other programs' classifiers; nothing here goes through it.
  private let pooler: Linear?
  /// All parameters with their plans, each once, in the order of the blueprint's tensors.
  package let tensors: [PlannedParameter]

  /// Builds the model; `weights` gives those of each tensor of the blueprint, in its order.
  package init<Failure: Error>(
    config: ModelConfig, weights: @escaping (TensorPlan) throws(Failure) -> Weights
  ) throws(Failure) {
    let (blueprint, source) = (config.blueprint, WeightSource(weights))
    self.config = config
    embedding = try Embedding(blueprint.embedding, source)
    let positions = PositionTables(
      positionCount: blueprint.maximumPositions, on: embedding.tokens.weights.device)
    var layers: [Layer] = []
    // Blocks of one plan are one: they share their weights, and what is attached to them.
    var made: [LayerPlan: Layer] = [:]
    for plan in blueprint.layers {
      let layer =
        if let layer = made[plan] { layer } else { try Layer(plan, source, positions: positions) }
      made[plan] = layer
      layers.append(layer)
    }
    self.layers = layers
    norm = try source.norm(blueprint.norm)
    head = try Head(blueprint.head, tokens: embedding.tokens, source)
    pooler = try source.linear(blueprint.pooler)
    for plan in blueprint.unread { _ = try source.parameter(plan) }
    tensors = source.made
  }

  /// Computes what the head's matrix is multiplied by, `[N, C]`, or as wide as that is.
  package func hidden(_ ids: [Int32], _ pass: ForwardPass) -> Variable {
    head.prepared(states(ids, pass), pass)
  }

  /// Computes the last hidden states, `[N, C]`.
  package func states(_ ids: [Int32], _ pass: ForwardPass) -> Variable {
    precondition(
      ids.count == pass.layout.rowCount, "\(ids.count) ids, \(pass.layout.rowCount) rows")
    var x = embedding(ids, pass)
    for (index, layer) in layers.enumerated() {
      x = pass.tape.checkpoint(x) { x, tape in layer(x, pass.on(tape), index: index) }
    }
    return norm?(x, pass) ?? x
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

  /// The layers an adapter may be attached to, each once, in the blueprint's order.
  package var linears: [Linear] {
    var seen: Set<ObjectIdentifier> = []
    let all =
      embedding.linears + layers.flatMap(\.linears) + [pooler].compactMap(\.self) + head.linears
    return all.filter { seen.insert(ObjectIdentifier($0)).inserted }
  }

  /// The number of learned numbers, adapters not counted.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Makes an empty cache of keys and values.
  package func makeCache(_ format: CacheFormat = .float32) -> KeyValueCache {
    // Every layer of a model has keys of one width.
    KeyValueCache(
      layerCount: layers.count, width: blueprint.layers.first?.attention.keyWidth ?? 0,
      format: format, on: device)
  }
}
