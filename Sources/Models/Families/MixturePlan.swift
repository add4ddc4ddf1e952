import Autograd
import Checkpoints
import Serialization
import Tensors

/// The experts of a model: how many, how wide, in which layers, and what files call them.
struct MixturePlan {
  /// Which experts a token goes to, and by what weights.
  let rule: RoutingRule
  /// The width inside an expert.
  let innerWidth: Int
  /// Which layers have experts; the others have a feed-forward layer of their own.
  let isSparse: [Bool]
  /// The key of config.json for the number of experts, and for the width inside one.
  var countKey = "num_experts"
  var widthKey = "moe_intermediate_size"
  /// Whether config.json says if weights are divided by their sum.
  var statesNormalization = true
  /// What files call the parts of a layer's experts.
  var names = Names()
  /// The gate of experts whose files hold the layers of all experts in one tensor, with a bias, gates
  /// and factors in turn; nil where each has layers of its own.
  var clampedGate: ClampedGate?
  /// Whether the router has a number an expert to choose by, and not to weigh by.
  var hasCorrection = false
  /// The expert that every token goes through; nil where there is none.
  var shared: Shared?

  /// An expert that every token goes through.
  struct Shared {
    /// What files call it.
    let name: String
    let innerWidth: Int
    /// What files call the layer that says how much of its result is taken; nil where all is.
    var gateName: String?
    var hasBias = false
  }

  /// The parts of a layer's experts, as files name them.
  struct Names {
    /// The module that holds router and experts.
    var block = "mlp"
    var router = "gate"
    /// The three layers of an expert.
    var gate = "gate_proj"
    var up = "up_proj"
    var down = "down_proj"
  }

  /// The experts of a layer whose modules' names begin with `layer`.
  func experts(_ layer: String, hiddenSize: Int, activation: Activation) -> ExpertsPlan {
    let block = "\(layer).\(names.block)"
    let router = "\(block).\(names.router)"
    return ExpertsPlan(
      router: LinearPlan(
        path: router, inputs: hiddenSize, outputs: rule.expertCount, hasBias: clampedGate != nil,
        isRouter: true),
      correction: hasCorrection
        ? TensorPlan("\(router).e_score_correction_bias", [rule.expertCount], .correction) : nil,
      rule: rule,
      experts: (0..<rule.expertCount).map { index in
        clampedGate.map { clampedExpert(index, block, $0, hiddenSize, activation) }
          ?? expert(index, block, hiddenSize: hiddenSize, activation: activation)
      })
  }

  /// The shared expert of a layer.
  func sharedExpert(
    _ layer: String, hiddenSize: Int, activation: Activation
  ) -> FeedForwardPlan? {
    guard let shared else { return nil }
    let block = "\(layer).\(names.block)"
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearPlan {
      LinearPlan(
        path: "\(block).\(shared.name).\(name)", inputs: inputs, outputs: outputs,
        hasBias: shared.hasBias, writesResidual: name == names.down)
    }
    return FeedForwardPlan(
      gate: linear(names.gate, hiddenSize, shared.innerWidth),
      up: linear(names.up, hiddenSize, shared.innerWidth),
      down: linear(names.down, shared.innerWidth, hiddenSize), activation: activation,
      shareGate: shared.gateName.map {
        LinearPlan(path: "\(block).\($0)", inputs: hiddenSize, outputs: 1, isRouter: true)
      })
  }

  /// One expert; files may keep its layers by themselves, or those of all experts together, gate and
  /// up one after the other.
  private func expert(
    _ index: Int, _ block: String, hiddenSize: Int, activation: Activation
  ) -> FeedForwardPlan {
    let size = innerWidth * hiddenSize
    func linear(_ name: String, _ inputs: Int, _ outputs: Int, _ stack: TensorStack) -> LinearPlan {
      LinearPlan(
        path: "\(block).experts.\(index).\(name)", inputs: inputs, outputs: outputs,
        writesResidual: name == names.down, tokenShare: tokenShare, weightStack: stack)
    }
    func both(_ part: Int) -> TensorStack {
      TensorStack(
        name: "\(block).experts.gate_up_proj",
        shape: [rule.expertCount, 2 * innerWidth, hiddenSize], start: (2 * index + part) * size,
        isWritten: false)
    }
    let down = TensorStack(
      name: "\(block).experts.down_proj", shape: [rule.expertCount, hiddenSize, innerWidth],
      start: index * size, isWritten: false)
    return FeedForwardPlan(
      gate: linear(names.gate, hiddenSize, innerWidth, both(0)),
      up: linear(names.up, hiddenSize, innerWidth, both(1)),
      down: linear(names.down, innerWidth, hiddenSize, down), activation: activation)
  }

  /// One expert of files that hold the layers of all experts in one tensor, as `[inputs, outputs]`.
  private func clampedExpert(
    _ index: Int, _ block: String, _ gate: ClampedGate, _ hiddenSize: Int, _ activation: Activation
  ) -> FeedForwardPlan {
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearPlan {
      func stack(_ ending: String, _ shape: [Int]) -> TensorStack {
        TensorStack(
          name: "\(block).experts.\(name)\(ending)", shape: [rule.expertCount] + shape,
          start: index * shape.reduce(1, *), isWritten: true)
      }
      return LinearPlan(
        path: "\(block).experts.\(index).\(name)", inputs: inputs, outputs: outputs,
        hasBias: true, writesResidual: name == names.down, isTurnedInFiles: true,
        tokenShare: tokenShare, weightStack: stack("", [inputs, outputs]),
        biasStack: stack("_bias", [outputs]))
    }
    return FeedForwardPlan(
      up: linear("gate_up_proj", hiddenSize, 2 * innerWidth),
      down: linear(names.down, innerWidth, hiddenSize), activation: activation, clampedGate: gate)
  }

  /// The share of the tokens that an expert gets when all get as many.
  private var tokenShare: Double { Double(rule.chosenCount) / Double(rule.expertCount) }
}

// MARK: As it is written

extension MixturePlan {
  /// The keys of config.json that it follows from.
  var members: JSONObject {
    var members: JSONObject = [
      countKey: .integer(rule.expertCount), "num_experts_per_tok": .integer(rule.chosenCount),
      widthKey: .integer(innerWidth),
    ]
    if statesNormalization { members["norm_topk_prob"] = .bool(rule.isNormalized) }
    return members
  }
}

// MARK: Reading

extension ConfigReader {
  /// The number of experts a layer: transformers takes either key for the other.
  func expertCount(default byDefault: Int, layerCount: Int) throws(CheckpointError) -> Int {
    let range = 1...Self.expertLimit / layerCount
    let one = try int("num_experts", in: range)
    let other = try int("num_local_experts", in: range)
    if let one, let other, one != other {
      throw wrong("num_local_experts", "\(one), as `num_experts` says")
    }
    return one ?? other ?? byDefault
  }

  /// The width inside an expert.
  func expertWidth(_ key: String, expertCount: Int) throws(CheckpointError) -> Int {
    try size(key, 1...Self.expertWidthLimit / expertCount)
  }

  /// Experts of a model, and the widths of all experts of a layer together: beyond what there is,
  /// and so that no number of weights overflows.
  private static let expertLimit = 1 << 18
  private static let expertWidthLimit = 1 << 22

  /// The number of experts that a token goes to.
  func chosenExpertCount(of count: Int) throws(CheckpointError) -> Int {
    try size("num_experts_per_tok", 1...count)
  }

  /// Whether each layer has experts: every `decoder_sparse_step`th but those of `mlp_only_layers`.
  func sparseLayers(_ layerCount: Int) throws(CheckpointError) -> [Bool] {
    let step = try size("decoder_sparse_step", 1...1024)
    var dense: Set<Int> = []
    for element in value("mlp_only_layers")?.array ?? [] {
      guard let layer = element.int else {
        throw wrong("mlp_only_layers", "a list of layers' numbers, the first being 0")
      }
      dense.insert(layer)
    }
    return (0..<layerCount).map { ($0 + 1) % step == 0 && !dense.contains($0) }
  }
}

extension ModelFamily {
  /// Words for what families with experts always have.
  static let expertKeys: Set = [
    "num_experts", "num_local_experts", "num_experts_per_tok", "moe_intermediate_size",
  ]
}
