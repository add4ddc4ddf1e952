import Autograd
import Datasets
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

@Suite("A trainer") struct TrainerTests {
  @Test("meets every example once an epoch, and drops none") func epochs() throws {
    var plan = TrialRun.plan(.fullTied)
    plan.length = .epochs(2)
    let run = try TrialRun(.fullTied, plan: plan)
    #expect((run.trainer.stepsPerEpoch, run.trainer.stepCount) == (3, 6))
    let reports = try (0..<6).map { _ in try run.trainer.step() }
    let tokens = run.examples.reduce(0) { $0 + $1.ids.count - 1 }
    let trained = run.examples.reduce(0) { $0 + $1.trainedCount }
    for epoch in [reports[0..<3], reports[3..<6]] {
      #expect(epoch.reduce(0) { $0 + $1.tokenCount } == tokens)
      #expect(epoch.reduce(0) { $0 + $1.trainedTokenCount } == trained)
    }
    #expect(reports.map(\.step) == [1, 2, 3, 4, 5, 6])
    #expect(reports.map(\.epoch) == (1...6).map { Double($0) / 3 })
    // Each epoch has an order of its own.
    #expect(reports[0..<3].map(\.tokenCount) != reports[3..<6].map(\.tokenCount))
  }

  @Test("the loss of a step is that of its tokens, not the mean of its examples' means")
  func tokenWeighted() throws {
    var plan = TrialRun.plan(.fullTied)
    plan.batchSize = TrialRun.lengths.count
    plan.microbatchTokens = 1
    let run = try TrialRun(.fullTied, plan: plan)
    let expected = run.model.meanLoss(of: run.examples)
    // Two ways of adding up over 100 float32 losses in double.
    expectClose(try run.trainer.step().loss, expected, withinShare: 1e-12)
  }

  @Test("learns: the loss falls to a tenth") func learns() throws {
    var plan = TrialRun.plan(.fullTied)
    plan.length = .steps(60)
    plan.schedule = .constant
    plan.batchSize = 7
    let run = try TrialRun(.fullTied, plan: plan, lengths: [9, 12, 5])
    try run.take(60)
    #expect(run.trainer.losses[59] < run.trainer.losses[0] / 10)
  }

  @Test("needs an example with a trained token") func noExamples() throws {
    let model = try TinyModel.make(isTied: true)
    let untrained = EncodedExample(ids: [1, 2, 3], lossMask: [true, false, false], row: 0)
    for examples in [[], [untrained]] {
      #expect(throws: TrainingError.self) {
        try Trainer(
          model: model, parameters: model.parameters, examples: examples, plan: TrainingPlan(),
          objective: NextToken())
      }
    }
  }

  @Test("examples without a trained token take no part") func untrainedExamples() throws {
    var plan = TrialRun.plan(.fullTied)
    plan.batchSize = 1
    let reference = try TrialRun(.fullTied, plan: plan)
    let model = try TinyModel.make(isTied: true)
    let untrained = EncodedExample(ids: [1, 2, 3], lossMask: [true, false, false], row: 9)
    let trainer = try Trainer(
      model: model, parameters: model.parameters, examples: [untrained] + reference.examples,
      plan: plan, objective: NextToken())
    try reference.take(4)
    for _ in 0..<4 { #expect(try trainer.step().loss.isFinite) }
    #expect(trainer.losses == reference.trainer.losses)
    #expect(model.bits == reference.model.bits)
  }

  @Test("stops before the update when a weight is not a number, and can go on when it is again")
  func notANumber() throws {
    let reference = try TrialRun(.fullUntied).finished()
    let run = try TrialRun(.fullUntied)
    try run.take(1)
    let weight = try #require(run.model.layers[1].feedForward).up.weight.value
    let good = weight[7]
    weight[7] = .nan
    let before = run.state
    do {
      _ = try run.trainer.step()
      Issue.record("no error")
    } catch {
      guard case .diverged(let step, let loss, let losses, _) = error else { throw error }
      #expect(step == 2 && loss.isNaN)
      #expect(losses == run.trainer.losses.map(Double.init))
    }
    #expect(run.state == before)
    weight[7] = good
    #expect(try run.finished() == reference)
  }

  @Test("a rate far too high ends in an error, with weights that are numbers") func diverges()
    throws
  {
    var plan = TrialRun.plan(.fullUntied)
    plan.learningRate = 1e30
    plan.warmup = 0
    let run = try TrialRun(.fullUntied, plan: plan)
    #expect(throws: TrainingError.self) { try run.take(4) }
    #expect(run.model.parameters.allSatisfy { $0.value.isFinite })
  }

  @Test("a finished run leaves nothing trainable, and no gradients") func finish() throws {
    let run = try TrialRun(.lowRankTied)
    try run.take(1)
    run.trainer.finish()
    #expect(run.trainer.parameters.allSatisfy { !$0.isTrainable && $0.gradient() == nil })
  }
}
