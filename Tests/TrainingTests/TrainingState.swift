import Adapters
import Autograd
import Checkpoints
import Datasets
import Models
import Objectives
import Tensors
import TestSupport
import Training

/// One short run of a tiny model: what its state is compared by, whatever way it is computed.
struct TrialRun {
  let model: Transformer
  let trainer: Trainer
  let examples: [EncodedExample]

  /// How the model is trained in a trial.
  enum Kind: CaseIterable, CustomStringConvertible {
    case fullTied, fullUntied, lowRankTied, lowRankUntied, decomposedTied, decomposedUntied

    var isTied: Bool { [.fullTied, .lowRankTied, .decomposedTied].contains(self) }
    var isFull: Bool { self == .fullTied || self == .fullUntied }
    var isDecomposed: Bool { self == .decomposedTied || self == .decomposedUntied }
    var description: String {
      (isFull ? "full" : isDecomposed ? "DoRA" : "LoRA") + (isTied ? ", tied" : ", untied")
    }
  }

  /// Seven sequences in steps of three: the last step of an epoch has one.
  ///
  /// The longest is longer than a block of attention's keys.
  static let lengths = [9, 90, 2, 33, 70, 5, 18]

  /// The plan of a trial: everything that could disturb the bits is on.
  static func plan(_ kind: Kind) -> TrainingPlan {
    var plan = TrainingPlan()
    plan.method =
      kind.isFull
      ? .full
      : .lowRank(
        LowRankSettings(rank: 3, alpha: 5, dropout: 0.1, isDecomposed: kind.isDecomposed))
    plan.length = .steps(4)
    plan.learningRate = 1e-2
    plan.batchSize = 3
    plan.weightDecay = 0.1
    plan.maxGradientNorm = 0.5
    plan.seed = 11
    return plan
  }

  /// Sets a run up, with a model of its own.
  init(
    _ kind: Kind, plan: TrainingPlan? = nil, lengths: [Int] = lengths,
    examples: [EncodedExample]? = nil, modelSeed: UInt64 = 5
  ) throws {
    model = try TinyModel.make(isTied: kind.isTied, seed: modelSeed)
    self.examples = examples ?? TinyModel.examples(lengths: lengths)
    let plan = plan ?? Self.plan(kind)
    var parameters = model.parameters
    if case .lowRank(let settings) = plan.method {
      parameters = try LowRankAdapter(attachingTo: model, settings, seed: plan.seed).parameters
    }
    trainer = try Trainer(
      model: model, parameters: parameters, examples: self.examples, plan: plan,
      objective: NextToken())
  }

  /// Takes `count` steps.
  func take(_ count: Int) throws {
    for _ in 0..<count { _ = try trainer.step() }
  }

  /// Everything that four steps leave behind, as bits.
  func finished() throws -> TrainingState {
    try take(4 - trainer.finishedSteps)
    return state
  }

  var state: TrainingState { TrainingState(trainer) }
}

/// The SHA-256 of all trained weights and the optimizer's tensors, and the bits of the losses.
struct TrainingState: Hashable {
  let hash: String
  let losses: [UInt32]

  init(_ trainer: Trainer) {
    let hash = ContentHash()
    for tensor in trainer.parameters.map(\.value) + trainer.optimizer.states.flatMap({ $0 }) {
      tensor.values.withUnsafeBytes { hash.add($0) }
    }
    self.hash = hash.text
    losses = trainer.losses.map(\.bitPattern)
  }
}
