import Autograd
import Datasets
import Evaluation
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// Teaches the last token of each row alone: one loss a row, however long it is.
private struct LastToken: Objective {
  func lossCount(of example: EncodedExample) -> Int { 1 }

  func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream?, factor: Float
  ) -> RowLosses {
    let last = examples.map { example in
      let mask = example.ids.indices.map { $0 == example.ids.count - 1 }
      return EncodedExample(ids: example.ids, lossMask: mask, row: example.row)
    }
    return NextToken().losses(of: last[...], by: model, on: tape, dropout: dropout, factor: factor)
  }
}

@Suite("An objective") struct ObjectiveTests {
  private func trainer(_ model: Transformer, _ examples: [EncodedExample]) throws -> Trainer {
    var plan = TrialRun.plan(.fullTied)
    (plan.length, plan.schedule, plan.batchSize) = (.steps(40), .constant, examples.count)
    return try Trainer(
      model: model, parameters: model.parameters, examples: examples, plan: plan,
      objective: LastToken())
  }

  @Test("of one's own trains, and evaluation measures by it") func stub() throws {
    let model = try TinyModel.make(isTied: true)
    let examples = TinyModel.examples(lengths: [9, 12, 5, 30])
    let before = try #require(
      Evaluator.loss(of: model, on: examples, by: LastToken(), microbatchTokens: 64))
    #expect(before.tokenCounts == [1, 1, 1, 1])
    let trainer = try trainer(model, examples)
    let first = try trainer.step()
    #expect(first.trainedTokenCount == 4)
    // One mean over the same four numbers, in the order of the epoch and in that of the rows.
    expectClose(first.loss, before.loss, withinShare: 1e-12)
    for _ in 1..<40 { _ = try trainer.step() }
    let after = try #require(
      Evaluator.loss(of: model, on: examples, by: LastToken(), microbatchTokens: 64))
    #expect(after.loss < before.loss / 4)
  }

  @Test("decides which rows take part") func participants() throws {
    // By next tokens the row teaches nothing; by its last token it does.
    let row = EncodedExample(ids: [1, 2, 3], lossMask: [true, false, false], row: 0)
    let model = try TinyModel.make(isTied: true)
    #expect(throws: TrainingError.self) {
      try Trainer(
        model: model, parameters: model.parameters, examples: [row], plan: TrainingPlan(),
        objective: NextToken())
    }
    #expect(try trainer(model, [row]).stepCount == 40)
    // What is planned counts its losses too.
    let schedule = try StepSchedule([row], plan: TrainingPlan(), objective: LastToken())
    #expect(schedule.microbatchSizes.map(\.trained) == [1] && schedule.totals.trained == 1)
  }
}
