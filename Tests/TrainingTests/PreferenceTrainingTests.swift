import Adapters
import Autograd
import CPU
import Checkpoints
import Datasets
import Evaluation
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// Training by preferences, beside TRL's trainers and in every way of computing it.
@Suite("Preferences", .serialized) struct PreferenceTrainingTests {
  /// Tolerance: float32 on both sides, through five steps of AdamW at a high rate.
  @Test(
    "take the steps of TRL's trainers, whatever is shared", arguments: GoldenPreferences.all,
    [false, true])
  func golden(golden: GoldenPreferences, isSharing: Bool) throws {
    let run = try GoldenRun(golden, isSharing: isSharing)
    for expected in try golden.losses() {
      #expect(try abs(run.trainer.step().loss - expected) < 2e-4 * max(1, abs(expected)))
    }
  }

  /// Tolerance: that of gradients of whole texts in float32, as PyTorch computes them too.
  @Test("have TRL's gradients", arguments: GoldenPreferences.all, [false, true])
  func gradients(golden: GoldenPreferences, isSharing: Bool) throws {
    let run = try GoldenRun(golden, isSharing: isSharing, isDescent: true)
    try run.trainer.expectGradients(golden.gradients(), floor: 0)
  }

  @Test("tell rewards as TRL does", arguments: GoldenPreferences.all)
  func rewards(golden: GoldenPreferences) throws {
    let run = try GoldenRun(golden, isSharing: true)
    let report = try #require(
      Evaluator.loss(
        of: run.trainer.model, on: run.examples, by: run.trainer.objective, microbatchTokens: 64))
    let first = try #require(try golden.losses().first)
    #expect(abs(report.loss - first) < 1e-4)
    guard try golden.settings().kind != .kto else { return }
    if let accuracy = try golden.logged("rewards/accuracies") {
      #expect(report.accuracy == accuracy)
    }
    if let margin = try golden.logged("rewards/margins") {
      #expect(abs(try #require(report.margin) - margin) < 1e-3)
    }
  }

  // MARK: Exactness

  /// What is trained.
  enum Method: CaseIterable {
    case full, lowRank, decomposed

    var method: TrainingMethod {
      self == .full
        ? .full
        : .lowRank(
          LowRankSettings(rank: 3, alpha: 5, dropout: 0.1, isDecomposed: self == .decomposed))
    }
  }

  @Test(
    "have the same bits however they are computed",
    arguments: ObjectiveKind.allCases.filter(\.isOfPreferences), Method.allCases)
  func exact(kind: ObjectiveKind, method: Method) throws {
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    let states = try ComputeWay.trying(ways) { way in
      try (way.path == .portable ? [60] : [1, 60, 4096]).map { budget in
        try finished(kind, method) { $0.microbatchTokens = budget }
      }
    }
    let again = try finished(kind, method) { ($0.microbatchTokens, $0.recomputes) = (60, true) }
    #expect(Set(states.flatMap(\.self) + [again]).count == 1)
  }

  @Test("count shards, however these are cut", arguments: [ObjectiveKind.dpo, .orpo, .kto])
  func shards(kind: ObjectiveKind) throws {
    let states = try [1, 60, 4096].map { budget in
      try finished(kind, .full) { ($0.microbatchTokens, $0.shards) = (budget, 2) }
    }
    #expect(Set(states).count == 1)
    #expect(try states[0] != finished(kind, .full) { _ in })
  }

  @Test(
    "go on from a checkpoint with the bits of a run that was never stopped",
    arguments: ObjectiveKind.allCases.filter(\.isOfPreferences))
  func resume(kind: ObjectiveKind) throws {
    let folder = try TemporaryFolder()
    let whole = try run(kind, .lowRank) { _ in }
    for _ in 0..<3 { _ = try whole.step() }
    try save(kind, in: folder)
    let second = try run(kind, .lowRank) { _ in }
    let kept = try TrainingCheckpoint(
      folder: folder.path, trainer: second.trainer, examples: second.rows)
    #expect(try kept.restore(second.trainer) != nil)
    for _ in 0..<2 { _ = try second.step() }
    #expect(TrainingState(second.trainer) == TrainingState(whole.trainer))
  }

  /// Keeps the state of a run after its first step.
  private func save(_ kind: ObjectiveKind, in folder: TemporaryFolder) throws {
    let first = try run(kind, .lowRank) { _ in }
    let kept = try TrainingCheckpoint(
      folder: folder.path, trainer: first.trainer, examples: first.rows)
    _ = try first.step()
    try kept.save(first.trainer)
  }

  @Test("of a prompt that is computed once have the losses of two whole texts")
  func sharing() throws {
    for name in ["gemma2", "gpt2", "bloom", "deepseek_v2", "mixtral", "falcon-alibi"] {
      let model = try GoldenModel(description: name).model()
      let losses = [true, false].map { isSharing in
        Evaluator.loss(
          of: model, on: TinyModel.preferences(isSharing: isSharing), by: DPO(),
          microbatchTokens: 4096)
      }
      let (shared, whole) = (try #require(losses[0]), try #require(losses[1]))
      #expect(abs(shared.loss - whole.loss) < 1e-5 * abs(whole.loss), "\(name)")
    }
  }

  /// Three steps of three, which leave one over.
  private func finished(
    _ kind: ObjectiveKind, _ method: Method, _ change: (inout TrainingPlan) -> Void
  ) throws -> TrainingState {
    let run = try run(kind, method, change)
    for _ in 0..<3 { _ = try run.step() }
    return TrainingState(run.trainer)
  }

  private struct Run {
    let trainer: Trainer
    let rows: [EncodedExample]
    func step() throws -> StepReport { try trainer.step() }
  }

  private func run(
    _ kind: ObjectiveKind, _ method: Method, _ change: (inout TrainingPlan) -> Void
  ) throws -> Run {
    let model = try TinyModel.make(isTied: true)
    var plan = TrialRun.plan(.fullTied)
    (plan.method, plan.length) = (method.method, .steps(3))
    change(&plan)
    var settings = ObjectiveSettings()
    (settings.kind, settings.smoothing) = (kind, 0.1)
    let objective = settings.objective(readsApart: false, batchSize: 8)
    let rows = kind == .kto ? TinyModel.verdicts() : TinyModel.preferences(isSharing: true)
    let examples = objective.referred(
      rows, by: Measuring(model, microbatchTokens: plan.microbatchTokens))
    var parameters = model.parameters
    if case .lowRank(let settings) = plan.method {
      parameters = try LowRankAdapter(attachingTo: model, settings, seed: plan.seed).parameters
    }
    return Run(
      trainer: try Trainer(
        model: model, parameters: parameters, examples: examples, plan: plan, objective: objective),
      rows: examples)
  }
}

/// A training of the golden model by a golden case, which has the other golden model before it.
private struct GoldenRun {
  let trainer: Trainer
  let examples: [EncodedExample]

  init(_ golden: GoldenPreferences, isSharing: Bool, isDescent: Bool = false) throws {
    let model = try GoldenPreferences.model.model()
    let settings = try golden.settings()
    let objective = settings.objective(readsApart: false, batchSize: 8)
    examples = objective.referred(
      try golden.examples(sharing: isSharing),
      by: Measuring(try GoldenPreferences.before.model(), microbatchTokens: 40))
    var plan = TrainingPlan()
    (plan.length, plan.batchSize, plan.maxGradientNorm) = (.steps(5), 8, 0)
    (plan.schedule, plan.warmup, plan.weightDecay) = (.constant, 0, 0)
    plan.learningRate = try GoldenPreferences.rate()
    if isDescent {
      (plan.optimizer, plan.momentum, plan.learningRate) = (.sgd, 0, 0.5)
    }
    var parameters = model.parameters
    if golden.trainsAdapter {
      let directory = try AdapterDirectory(path: GoldenPreferences.model.adapterPath)
      let adapter = try LowRankAdapter(reading: directory, attachingTo: model)
      plan.method = .lowRank(adapter.settings)
      parameters = adapter.parameters
    } else {
      plan.method = .full
    }
    trainer = try Trainer(
      model: model, parameters: parameters, examples: examples, plan: plan, objective: objective)
  }
}
