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

/// Training a head that chooses labels, beside transformers and peft, and in every way of computing it.
@Suite("Classify", .serialized) struct ClassifyTests {
  @Test("a head has transformers' scores", arguments: GoldenClassifier.families)
  func families(golden: GoldenClassifier) throws {
    try expectScores(of: golden, golden.model())
  }

  @Test("a head has transformers' scores before it is trained", arguments: GoldenClassifier.all)
  func scores(golden: GoldenClassifier) throws {
    try expectScores(of: golden, GoldenRun(golden).trainer.model)
  }

  private func expectScores(of golden: GoldenClassifier, _ model: Transformer) throws {
    let scores = model.labelScores(try golden.examples().map(\.ids))
    let expected = try golden.scores()
    #expect(scores.count == expected.count)
    let largest = expected.flatMap(\.self).map(abs).max() ?? 0
    for (own, other) in zip(scores, expected) { expectClose(own, other, within: 3e-5 * largest) }
  }

  /// Tolerance: float32 beside float64, through five steps of AdamW at a high rate.
  @Test("takes the steps of transformers and peft", arguments: GoldenClassifier.all)
  func steps(golden: GoldenClassifier) throws {
    let run = try GoldenRun(golden)
    for expected in try golden.losses() {
      #expect(try abs(run.trainer.step().loss - expected) < 2e-4 * max(1, abs(expected)))
    }
  }

  @Test("has their gradients", arguments: GoldenClassifier.all)
  func gradients(golden: GoldenClassifier) throws {
    let run = try GoldenRun(golden, isDescent: true)
    try run.trainer.expectGradients(golden.gradients(), floor: 1e-3)
  }

  @Test("is measured as it is trained", arguments: GoldenClassifier.all)
  func measured(golden: GoldenClassifier) throws {
    let run = try GoldenRun(golden)
    let report = try #require(
      Evaluator.loss(
        of: run.trainer.model, on: golden.examples(), by: run.trainer.objective,
        microbatchTokens: 16))
    let first = try #require(try golden.losses().first)
    #expect(abs(report.loss - first) < 1e-4 * max(1, first))
  }

  // MARK: Exactness

  static let exactCases = GoldenClassifier.all.filter { golden in
    ["one-llama", "several-bert-adapter", "weights-modernbert-mean", "one-all-adapter"]
      .contains(golden.description)
  }

  @Test("has the same bits however it is computed", arguments: exactCases)
  func exact(golden: GoldenClassifier) throws {
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    let states = try ComputeWay.trying(ways) { way in
      try (way.path == .portable ? [16] : [1, 16, 4096]).map { budget in
        try finished(golden) { $0.microbatchTokens = budget }
      }
    }
    let again = try finished(golden) { ($0.microbatchTokens, $0.recomputes) = (16, true) }
    #expect(Set(states.flatMap(\.self) + [again]).count == 1)
  }

  @Test(
    "goes on from a checkpoint with the bits of a run that was never stopped",
    arguments: exactCases)
  func resume(golden: GoldenClassifier) throws {
    let folder = try TemporaryFolder()
    let whole = try GoldenRun(golden)
    for _ in 0..<3 { _ = try whole.trainer.step() }
    try save(golden, in: folder)
    let second = try GoldenRun(golden)
    let found = try TrainingCheckpoint(
      folder: folder.path, trainer: second.trainer, examples: golden.examples())
    #expect(try found.restore(second.trainer) != nil)
    for _ in 0..<2 { _ = try second.trainer.step() }
    #expect(TrainingState(second.trainer) == TrainingState(whole.trainer))
  }

  /// Keeps the state of a run after its first step.
  private func save(_ golden: GoldenClassifier, in folder: TemporaryFolder) throws {
    let first = try GoldenRun(golden)
    let kept = try TrainingCheckpoint(
      folder: folder.path, trainer: first.trainer, examples: golden.examples())
    _ = try first.trainer.step()
    try kept.save(first.trainer)
  }

  private func finished(
    _ golden: GoldenClassifier, _ change: (inout TrainingPlan) -> Void
  ) throws -> TrainingState {
    let run = try GoldenRun(golden, dropout: 0.1, change)
    for _ in 0..<3 { _ = try run.trainer.step() }
    return TrainingState(run.trainer)
  }

  @Test("weights balance labels") func balanced() {
    #expect(
      LabelWeights.balanced([0, 0, 0, 1], labelCount: 3) == [4.0 / 9, 4.0 / 3, 0])
  }
}

/// A training of a golden case.
private struct GoldenRun {
  let trainer: Trainer

  init(
    _ golden: GoldenClassifier, isDescent: Bool = false, dropout: Double = 0,
    _ change: (inout TrainingPlan) -> Void = { _ in }
  ) throws {
    let model = try golden.model()
    var plan = TrainingPlan()
    (plan.length, plan.batchSize, plan.maxGradientNorm) = (.steps(5), 8, 0)
    (plan.schedule, plan.warmup, plan.weightDecay) = (.constant, 0, 0)
    plan.learningRate = try GoldenClassifier.rate()
    if isDescent { (plan.optimizer, plan.momentum, plan.learningRate) = (.sgd, 0, 0.5) }
    var parameters = model.parameters
    if let path = try golden.adapterPath() {
      let adapter =
        dropout == 0
        ? try LowRankAdapter(reading: AdapterDirectory(path: path), attachingTo: model)
        : try LowRankAdapter(
          attachingTo: model, LowRankSettings(rank: 3, alpha: 5, dropout: dropout), seed: 3)
      plan.method = .lowRank(adapter.settings)
      parameters = adapter.parameters
    } else {
      plan.method = .full
    }
    change(&plan)
    trainer = try Trainer(
      model: model, parameters: parameters, examples: golden.examples(), plan: plan,
      objective: Classify(weights: golden.weights()))
  }
}
