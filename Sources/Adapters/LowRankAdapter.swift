package import Autograd
import Checkpoints
import Mathematics
package import Models
import Tensors

/// The shape of a low-rank adapter.
package struct LowRankSettings: Hashable, Sendable {
  /// The width of the bottleneck, R.
  package var rank: Int
  /// The adapter's strength: its output is scaled by alpha / rank.
  package var alpha: Double
  /// The share of its inputs dropped in training.
  package var dropout: Double
  /// Which linear layers get one.
  package var targets: TargetModules
  /// Scales by alpha / sqrt(rank) instead, arXiv:2312.03732.
  package var isRankStabilized: Bool
  /// Also learns a magnitude an output, and the matrices only its direction: DoRA,
  /// arXiv:2402.09353.
  package var isDecomposed: Bool

  package init(
    rank: Int = 16, alpha: Double = 32, dropout: Double = 0, targets: TargetModules = .allLinear,
    isRankStabilized: Bool = false, isDecomposed: Bool = false
  ) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.targets = targets
    self.isRankStabilized = isRankStabilized
    self.isDecomposed = isDecomposed
  }

  /// What the adapter is called in settings and messages.
  package var kindName: String { isDecomposed ? "dora" : "lora" }

  /// What the product B · A is multiplied by.
  package var scale: Float { scale(rank: rank, alpha: alpha) }

  /// What the product of a layer with a rank and an alpha of its own is multiplied by.
  func scale(rank: Int, alpha: Double) -> Float {
    Float(isRankStabilized ? alpha / Double(rank).squareRoot() : alpha / Double(rank))
  }
}

/// An adapter attached to a model: two small matrices beside each target layer, and whatever else a
/// folder of one changes.
///
/// Source: Hu et al. 2021, arXiv:2106.09685.
package final class LowRankAdapter {
  /// As it was asked for, or as its file says: rank, scale and targets.
  package let settings: LowRankSettings
  /// The layers with matrices beside them, in the model's order.
  package let linears: [Linear]
  /// The matrices beside each of ``linears``.
  let terms: [LowRankTerm]
  /// What is done to tensors of the model otherwise.
  let changes: [PlacedChange]
  /// What it was read from; nil for one that was made here.
  let origin: AdapterOrigin?
  /// Whether it is several adapters at once.
  package let isMix: Bool
  let sites: ModelSites

  /// Attaches a fresh adapter: A uniform within 1 / sqrt(C) as PEFT draws it (Kaiming, a = √5),
  /// B zero and magnitudes those of the weights, so that the model's answers do not change yet.
  ///
  /// Of tokens that were added to the model the vectors are learned too, and a head that chooses labels.
  ///
  /// - Throws: `AdapterError` when the targets do not fit, or an adapter is attached already.
  package convenience init(
    attachingTo model: Transformer, _ settings: LowRankSettings, seed: UInt64
  ) throws(AdapterError) {
    let linears = try settings.targets.linears(of: model)
    guard !settings.isDecomposed || linears.allSatisfy({ $0.tokenShare == 1 }) else {
      throw .decomposedExperts
    }
    for linear in linears {
      let limit = min(linear.inputWidth, linear.outputWidth)
      // A router may have fewer outputs than any useful rank.
      guard settings.rank <= limit || linear.isRouter else {
        throw .rankTooLarge(rank: settings.rank, limit: limit, module: linear.path)
      }
    }
    guard linears.allSatisfy({ $0.adapter == nil }) else { throw .alreadyAttached }
    let terms = linears.enumerated().map { index, linear in
      LowRankTerm(untrainedFor: linear, settings, seed: seed, index: index)
    }
    self.init(
      settings, zip(linears, terms).map { ($0, $1) },
      changes: NewTokens(model).changes + WholeHead(model).changes, of: model)
  }

  /// Makes an adapter of its parts, and attaches it.
  init(
    _ settings: LowRankSettings, _ terms: [(linear: Linear, term: LowRankTerm)],
    changes: [PlacedChange] = [], origin: AdapterOrigin? = nil, of model: Transformer,
    isMix: Bool = false
  ) {
    self.settings = settings
    linears = terms.map(\.linear)
    self.terms = terms.map(\.term)
    self.changes = changes
    self.origin = origin
    self.isMix = isMix
    sites = ModelSites(model)
    setAttached(true)
  }

  /// Whether it was read from a folder, rather than made here.
  package var isFromFile: Bool { origin != nil }

  /// Whether it can be trained on; kinds of adapters that are only read cannot.
  package var isTrainable: Bool { !parameters.isEmpty }

  /// Whether it changes tensors of the model, beside adding to the output of layers.
  package var changesWeights: Bool { !changes.isEmpty }

  /// How many tensors of the model it changes so.
  package var changeCount: Int { changes.count }

  /// What the adapter is called in messages.
  package var kindName: String {
    isMix ? "mix" : origin?.config.kind.name(settings) ?? settings.kindName
  }

  /// Puts the adapter in force or takes it out: `eval dev using base` is the model without it.
  package func setAttached(_ isAttached: Bool) {
    for (linear, term) in zip(linears, terms) { linear.adapter = isAttached ? term : nil }
    for placed in changes {
      sites.parameter(placed.site).put(isAttached ? placed.change : nil)
    }
    if isAttached, partsHead { _ = sites.model.partHead() }
    if !isAttached { sites.model.joinHead() }
  }

  /// Whether the head and the table of tokens, which are one in the model, are two with it.
  package var partsHead: Bool {
    guard sites.isTied else { return false }
    return changes.contains { placed in
      !placed.isOfBoth && (placed.site == .head || placed.site == .tensor(sites.tableName))
    }
  }

  /// What is learned: of each layer A, B and what there is beside them, in the model's order, and then
  /// the parts of other changes.
  package var parameters: [Parameter] {
    guard !isMix else { return [] }
    var seen: Set<String> = []
    return (terms.flatMap(\.parameters) + changes.flatMap(\.change.parts)).filter {
      seen.insert($0.name).inserted && origin?.kept[$0.name] == nil
    }
  }

  /// The number of learned numbers.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
}

extension LowRankTerm {
  /// The matrices that training begins with.
  fileprivate convenience init(
    untrainedFor linear: Linear, _ settings: LowRankSettings, seed: UInt64, index: Int
  ) {
    let device = linear.weight.ownWeights.device
    let a = Tensor(uninitialized: [settings.rank, linear.inputWidth], on: device)
    device.fillUniform(
      a, limit: 1 / Float(linear.inputWidth).squareRoot(),
      RandomStream(seed: seed, purpose: .adapterInitialization, step: UInt32(index)), offset: 0)
    let b = Tensor(zeros: [linear.outputWidth, settings.rank], on: device)
    let magnitude = settings.isDecomposed ? linear.weight.weights.tensor.rowNorms : nil
    self.init(
      a: Parameter(name: AdapterDirectory.nameOfA(linear.path), value: a),
      b: Parameter(name: AdapterDirectory.nameOfB(linear.path), value: b),
      magnitude: magnitude.map {
        Parameter(name: AdapterDirectory.nameOfMagnitude(linear.path), value: $0)
      }, scale: settings.scale, dropout: Float(settings.dropout), index: index)
  }
}

extension Tensor {
  /// The Euclidean norm of each row, `[rows]`.
  fileprivate var rowNorms: Tensor {
    Tensor(
      (0..<rows).map { Float(rows($0..<$0 + 1).sumOfSquares.squareRoot()) }, shape: [rows],
      on: device)
  }
}
