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
    for plan in blueprint.layers { layers.append(try Layer(plan, source, positions: positions)) }
    self.layers = layers
    norm = try source.norm(blueprint.norm)
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
    return head.prepared(norm?(x, pass) ?? x, pass)
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

  /// Makes an empty cache of keys and values.
  package func makeCache(_ format: CacheFormat = .float32) -> KeyValueCache {
    // Every layer of a model has keys of one width.
    KeyValueCache(
      layerCount: layers.count, width: blueprint.layers.first?.attention.keyWidth ?? 0,
      format: format, on: device)
  }
}
