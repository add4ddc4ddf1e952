package import Autograd
package import Tensors

/// A transformer: what a ``Blueprint`` describes, with weights.
package final class Transformer {
  /// What it was built by.
  package private(set) var config: ModelConfig
  /// Where the residual stream begins.
  package let embedding: Embedding
  /// The half that reads prompts; nil where one half does both.
  private let reader: Blocks?
  /// What all tokens go through, or, where another half reads, those of answers.
  private let blocks: Blocks
  /// Logits of the last hidden states.
  package private(set) var head: Head
  /// What files keep for other programs' classifiers; nothing here goes through it.
  private let pooler: Linear?
  /// All parameters with their plans, each once, in the order of the blueprint's tensors.
  package private(set) var tensors: [PlannedParameter]
  /// Tokens that were added since the model was made: an adapter learns their vectors too.
  package private(set) var newTokens: [Int] = []
  /// The first weights of a head that was given to the model since, by name; files have none of it.
  package private(set) var givenHead: [String: Tensor] = [:]
  /// How texts become vectors; nil, the mean over their tokens, until somebody has read it.
  package var sentences: SentenceHead?

  /// Builds the model; `weights` gives those of each tensor of the blueprint, in its order.
  package init<Failure: Error>(
    config: ModelConfig, weights: @escaping (TensorPlan) throws(Failure) -> Weights
  ) throws(Failure) {
    let (blueprint, source) = (config.blueprint, WeightSource(weights))
    self.config = config
    embedding = try Embedding(blueprint.embedding, source)
    let positions = PositionTables(
      positionCount: blueprint.maximumPositions, on: embedding.tokens.weights.device)
    reader =
      if let plan = blueprint.reader {
        try Blocks(plan.layers, plan.norm, source, positions)
      } else { nil }
    blocks = try Blocks(blueprint.layers, blueprint.norm, source, positions)
    head = try Head(blueprint.head, tokens: embedding.tokens, source)
    pooler = try source.linear(blueprint.pooler)
    for plan in blueprint.unread { _ = try source.parameter(plan) }
    tensors = source.made
  }

  /// Makes the model of `config` of another's weights and a head; tensors are found by their names,
  /// whatever stands before these.
  package convenience init(
    _ other: Transformer, config: ModelConfig, head: [String: Tensor]
  ) {
    let known = Dictionary(
      other.tensors.map { (config.bareName($0.plan.name), $0.parameter.ownWeights) },
      uniquingKeysWith: { first, _ in first })
    self.init(config: config) { plan in
      if let given = head[plan.name] { return .dense(given.copy()) }
      guard let weights = known[config.bareName(plan.name)], weights.shape == plan.shape else {
        preconditionFailure("no weights of \(plan.name)")
      }
      return weights
    }
    newTokens = other.newTokens
    givenHead = head
  }

  /// The blocks, in order.
  package var layers: [Layer] { blocks.layers }
  /// After the last block; nil where its output is that of the model.
  package var norm: Norm? { blocks.norm }

  /// Computes what the head's matrix is multiplied by, `[N, C]`, or as wide as that is.
  package func hidden(_ ids: [Int32], _ pass: ForwardPass) -> Variable {
    head.prepared(states(ids, pass), pass)
  }

  /// Computes the last hidden states, `[N, C]`.
  package func states(_ ids: [Int32], _ pass: ForwardPass) -> Variable {
    states(ids, pass, blocks)
  }

  private func states(
    _ ids: [Int32], _ pass: ForwardPass, _ blocks: Blocks, embeddedAs use: Parameter.Use = .first
  ) -> Variable {
    precondition(
      ids.count == pass.layout.rowCount, "\(ids.count) ids, \(pass.layout.rowCount) rows")
    return blocks(pass.tape.using(use) { embedding(ids, pass) }, pass)
  }

  /// Has the reading half read prompts, for passes of the writing one; nil in a model of one half.
  package func read(
    _ prompts: [[Int32]], on tape: Tape, dropout: DropoutStream? = nil
  ) -> EncodedPrompts? {
    guard let reader else { return nil }
    let layout = SequenceLayout(lengths: prompts.map(\.count))
    let pass = ForwardPass(tape: tape, layout: layout, dropout: dropout)
    return EncodedPrompts(
      states: states(prompts.flatMap(\.self), pass, reader, embeddedAs: .otherHalf),
      stretches: layout.sequences, dropout: dropout)
  }

  /// Computes the last hidden states of whole texts, `[N, C]`: those of the reading half where there are
  /// two.
  func textStates(
    _ texts: [[Int32]], on tape: Tape, dropout: DropoutStream? = nil
  ) -> Variable {
    if let read = read(texts, on: tape, dropout: dropout) { return read.states }
    let layout = SequenceLayout(lengths: texts.map(\.count))
    return states(
      texts.flatMap(\.self), ForwardPass(tape: tape, layout: layout, dropout: dropout))
  }

  /// Computes the logits, `[M, V]`, of chosen rows of `hidden`: for generation.
  package func logits(
    _ hidden: Variable, rows: [Int], in arena: Arena, activations: ActivationFormat = .float
  ) -> Tensor {
    head.logits(hidden, rows: rows, in: arena, activations: activations)
  }

  /// Where the weights lie and are computed with.
  package var device: any Device { embedding.tokens.weights.device }

  /// What it is made of.
  package var blueprint: Blueprint { config.blueprint }

  /// All parameters, each once, in the order of the blueprint's tensors.
  package var parameters: [Parameter] { tensors.map(\.parameter) }

  /// The parameters that last hidden states depend on.
  package var parametersOfStates: [Parameter] {
    let head = Set(headTensors.map(\.plan.name)).subtracting([embedding.tokens.name])
    return parameters.filter { parameter in
      !head.contains(parameter.name) && parameter !== pooler?.weight && parameter !== pooler?.bias
    }
  }

  /// The layers an adapter may be attached to, each once, in the blueprint's order.
  package var linears: [Linear] {
    var seen: Set<ObjectIdentifier> = []
    let ofBlocks = ((reader?.layers ?? []) + layers).flatMap(\.linears)
    let all = embedding.linears + ofBlocks + [pooler].compactMap(\.self) + head.linears
    return all.filter { seen.insert(ObjectIdentifier($0)).inserted }
  }

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

  /// Becomes the model of a config that has another number of tokens, of which `newTokens` were added;
  /// `weights` gives those of the tensors of another size, by name.
  func resize(to config: ModelConfig, newTokens: [Int], _ weights: [String: Weights]) {
    let plans = Dictionary(config.blueprint.tensors.map { ($0.name, $0) }) { first, _ in first }
    for index in tensors.indices {
      guard let own = weights[tensors[index].plan.name], let plan = plans[tensors[index].plan.name]
      else { continue }
      tensors[index].parameter.resize(to: own)
      tensors[index] = PlannedParameter(plan: plan, parameter: tensors[index].parameter)
    }
    self.config = config
    self.newTokens = newTokens
  }

  /// Makes an empty cache of keys and values.
  package func makeCache(_ format: CacheFormat = .float32) -> KeyValueCache {
    // Every layer of a model has keys of one width.
    let attentions = blueprint.layers.compactMap(\.attention)
    return KeyValueCache(
      layerCount: attentions.count, width: attentions.first?.keyWidth ?? 0, format: format,
      on: device)
  }
}
