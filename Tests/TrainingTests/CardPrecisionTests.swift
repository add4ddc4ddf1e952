import Adapters
import CPU
import CUDA
import CUDAEmulation
import Models
import Objectives
import Reporting
import Tensors
import TestSupport
import Testing
import Training

/// Trainings on tensor cores, as the card that is not there has them: their bits depend on nothing but
/// what is trained, and are near those of exact ones.
@Suite("Training in bf16", .serialized, .enabled(if: ft_emulation_runs_here()))
struct CardPrecisionTests {
  private let device: CUDADevice

  init() throws {
    device = CUDADevice(
      try Card(number: 0, findingFunctionsBy: { ft_emulated_function($0) }))
  }

  static let lengths = [9, 30, 2, 17, 20, 5, 18]

  private func trainer(
    _ kind: TrialRun.Kind, microbatch: Int = 256, precision: Precision = .bfloat16
  ) throws -> Trainer {
    let model = try TinyModel.make(isTied: kind.isTied).copied(to: device)
    var plan = TrialRun.plan(kind)
    (plan.length, plan.precision, plan.microbatchTokens) = (.steps(3), precision, microbatch)
    var parameters = model.parameters
    if case .lowRank(let settings) = plan.method {
      model.pack()
      parameters = try LowRankAdapter(attachingTo: model, settings, seed: plan.seed).parameters
    }
    return try Trainer(
      model: model, parameters: parameters, examples: TinyModel.examples(lengths: Self.lengths),
      plan: plan, objective: NextToken())
  }

  private func finished(_ trainer: Trainer) throws -> TrainingState {
    while trainer.finishedSteps < 3 { _ = try trainer.step() }
    return TrainingState(trainer)
  }

  @Test(
    "has the same bits in any micro-batch, and near those of an exact training",
    arguments: [TrialRun.Kind.fullTied, .lowRankUntied])
  func microbatches(kind: TrialRun.Kind) throws {
    let whole = try trainer(kind)
    let state = try finished(whole)
    for microbatch in [1, 33] {
      #expect(try finished(trainer(kind, microbatch: microbatch)) == state)
    }
    let exact = try trainer(kind, precision: .exact)
    #expect(try finished(exact) != state)
    for (loss, other) in zip(whole.losses, exact.losses) {
      #expect(abs(loss - other) < 0.01 * other, "\(loss), exactly \(other)")
    }
  }

  @Test("goes on from a checkpoint with its bits, and no exact training does from it")
  func resume() throws {
    let state = try finished(trainer(.fullTied))
    let folder = try TemporaryFolder()
    do {
      let first = try trainer(.fullTied)
      let kept = try TrainingCheckpoint(
        folder: folder.path, trainer: first, examples: first.examples)
      _ = try first.step()
      try kept.save(first)
    }
    let second = try trainer(.fullTied, microbatch: 33)
    let kept = try TrainingCheckpoint(
      folder: folder.path, trainer: second, examples: second.examples)
    #expect(try kept.restore(second) != nil)
    #expect(try finished(second) == state)
    let exact = try trainer(.fullTied, precision: .exact)
    #expect(throws: TrainingError.self) {
      try TrainingCheckpoint(folder: folder.path, trainer: exact, examples: exact.examples)
        .restore(exact)
    }
  }

  @Test("is refused where nothing computes so") func refused() throws {
    let model = try TinyModel.make(isTied: true)
    var plan = TrialRun.plan(.fullTied)
    plan.precision = .bfloat16
    let error = #expect(throws: TrainingError.self) {
      try Trainer(
        model: model, parameters: model.parameters,
        examples: TinyModel.examples(lengths: Self.lengths), plan: plan, objective: NextToken())
    }
    let diagnostic = try #require(error).diagnostic
    #expect(diagnostic.message == "the model is on cpu, which does not train in bf16.")
  }
}
