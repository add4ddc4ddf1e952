import Autograd
import CPU
import Datasets
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// Teaches the tokens that are trained, each hidden from the model: what encoders learn by.
private struct HiddenToken: Objective {
  static let mask: Int32 = 4

  func lossCount(of example: EncodedExample) -> Int { example.lossMask.count { $0 } }

  func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream?, factor: Float
  ) -> RowLosses {
    let tokens = examples.flatMap { zip($0.ids, $0.lossMask).map { (id: $0, isHidden: $1) } }
    let hidden = tokens.indices.filter { tokens[$0].isHidden }
    let layout = SequenceLayout(lengths: examples.map(\.ids.count))
    let states = model.hidden(
      tokens.map { $0.isHidden ? Self.mask : $0.id },
      ForwardPass(tape: tape, layout: layout, dropout: dropout))
    return model.head.losses(
      states, rows: hidden.map(Int32.init), labels: hidden.map { tokens[$0].id },
      factor: factor, on: tape)
  }
}

/// The backward pass of encoders, some of which use the weights of a block several times.
@Suite("An encoder in training", .serialized) struct EncoderTrainingTests {
  @Test("has the same bits however it is computed", arguments: GoldenEncoder.masked)
  func exact(golden: GoldenEncoder) throws {
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    let states = try ComputeWay.trying(ways) { way in
      try (way.path == .portable ? [60] : [1, 60, 4096]).map { budget in
        try finished(golden) { $0.microbatchTokens = budget }
      }
    }
    let again = try finished(golden) { ($0.microbatchTokens, $0.recomputes) = (60, true) }
    #expect(Set(states.flatMap(\.self) + [again]).count == 1)
  }

  @Test(
    "gathers a gradient for each use, as planned", arguments: ["albert", "albert-inner", "bert"])
  func gradients(name: String) throws {
    let trainer = try trainer(GoldenEncoder(description: name)) { _ in }
    _ = try trainer.step()
    let gathered = trainer.parameters.reduce(0) { $0 + $1.gradientCount }
    #expect(trainer.memory.gradients == 4 * gathered)
  }

  private func finished(
    _ golden: GoldenEncoder, _ change: (inout TrainingPlan) -> Void
  ) throws -> TrainingState {
    let trainer = try trainer(golden, change)
    for _ in 0..<3 { _ = try trainer.step() }
    return TrainingState(trainer)
  }

  private func trainer(
    _ golden: GoldenEncoder, _ change: (inout TrainingPlan) -> Void
  ) throws -> Trainer {
    let model = try golden.model()
    var plan = TrialRun.plan(.fullTied)
    plan.length = .steps(3)
    change(&plan)
    let lengths = [9, 70, 2, 33, 66, 5, 18]
    // Poolers take no part, and have no gradient.
    return try Trainer(
      model: model, parameters: model.parameters, examples: TinyModel.examples(lengths: lengths),
      plan: plan, objective: HiddenToken())
  }
}
