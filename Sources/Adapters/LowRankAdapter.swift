package import Autograd
import Checkpoints
package import Models
import Numerics
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
  package var scale: Float {
    Float(isRankStabilized ? alpha / Double(rank).squareRoot() : alpha / Double(rank))
  }
}

/// A low-rank adapter attached to a model: two small matrices beside each target layer.
///
/// Source: Hu et al. 2021, arXiv:2106.09685.
package final class LowRankAdapter {
  /// As it was asked for, or as its file says: rank, scale and targets.
  package let settings: LowRankSettings
  /// The changed layers, in the model's order.
  package let linears: [Linear]
  /// The configuration of the file it was read from.
  let source: AdapterConfig?
  let terms: [LowRankTerm]

  /// Attaches a fresh adapter: A uniform within 1 / sqrt(C) as PEFT draws it (Kaiming, a = √5),
  /// B zero and magnitudes those of the weights, so that the model's answers do not change yet.
  ///
  /// - Throws: `AdapterError` when the targets do not fit, or an adapter is attached already.
  package convenience init(
    attachingTo model: Transformer, _ settings: LowRankSettings, seed: UInt64
  ) throws(AdapterError) {
    let linears = try settings.targets.linears(of: model)
    for linear in linears {
      let limit = min(linear.inputWidth, linear.outputWidth)
      // A router may have fewer outputs than any useful rank.
      guard settings.rank <= limit || linear.isRouter else {
        throw .rankTooLarge(rank: settings.rank, limit: limit, module: linear.path)
      }
    }
    try self.init(attachingTo: linears, settings, source: nil) { linear, index in
      let device = linear.weight.weights.device
      let a = Tensor(uninitialized: [settings.rank, linear.inputWidth], on: device)
      device.fillUniform(
        a, limit: 1 / Float(linear.inputWidth).squareRoot(),
        RandomStream(seed: seed, purpose: .adapterInitialization, step: UInt32(index)), offset: 0)
      let b = Tensor(zeros: [linear.outputWidth, settings.rank], on: device)
      return Matrices(a: a, b: b, scale: settings.scale)
    }
  }

  /// What is added to one layer.
  struct Matrices {
    let a: Tensor
    let b: Tensor
    /// The magnitudes of a file, `[O]`; a fresh adapter takes them from the weights.
    var magnitude: Tensor?
    let scale: Float
  }

  init(
    attachingTo linears: [Linear], _ settings: LowRankSettings, source: AdapterConfig?,
    matrices: (Linear, Int) throws(AdapterError) -> Matrices
  ) throws(AdapterError) {
    guard linears.allSatisfy({ $0.adapter == nil }) else { throw .alreadyAttached }
    var terms: [LowRankTerm] = []
    for (index, linear) in linears.enumerated() {
      let new = try matrices(linear, index)
      let magnitude =
        settings.isDecomposed ? new.magnitude ?? linear.weight.weights.tensor.rowNorms : nil
      terms.append(
        LowRankTerm(
          a: Parameter(name: AdapterDirectory.nameOfA(linear.path), value: new.a),
          b: Parameter(name: AdapterDirectory.nameOfB(linear.path), value: new.b),
          magnitude: magnitude.map {
            Parameter(name: AdapterDirectory.nameOfMagnitude(linear.path), value: $0)
          }, scale: new.scale, dropout: Float(settings.dropout), index: index))
    }
    self.settings = settings
    self.linears = linears
    self.source = source
    self.terms = terms
    setAttached(true)
  }

  /// Whether it was read from a folder, rather than made here.
  package var isFromFile: Bool { source != nil }

  /// Puts the adapter in force or takes it out: `eval dev using base` is the model without it.
  package func setAttached(_ isAttached: Bool) {
    for (linear, term) in zip(linears, terms) { linear.adapter = isAttached ? term : nil }
  }

  /// A, B and, where there is one, the magnitude of each layer, in the model's order.
  package var parameters: [Parameter] { terms.flatMap(\.parameters) }

  /// The number of learned numbers.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
}

extension Tensor {
  /// The Euclidean norm of each row, `[rows]`.
  fileprivate var rowNorms: Tensor {
    Tensor(
      (0..<rows).map { Float(rows($0..<$0 + 1).sumOfSquares.squareRoot()) }, shape: [rows],
      on: device)
  }
}
