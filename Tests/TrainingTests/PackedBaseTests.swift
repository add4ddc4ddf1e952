import Adapters
import Autograd
import Datasets
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// Adapters beside frozen weights in fewer bits.
@Suite("Training beside packed weights") struct PackedBaseTests {
  private func make(
    _ format: WeightFormat?, steps: Int = 40, microbatch: Int = 4096
  ) throws -> Trainer {
    let model = try TinyModel.make(isTied: true)
    if let format { try model.pack(as: format) }
    var plan = TrainingPlan()
    plan.length = .steps(steps)
    plan.schedule = .constant
    plan.learningRate = 2e-2
    plan.batchSize = 3
    plan.microbatchTokens = microbatch
    let adapter = try LowRankAdapter(
      attachingTo: model, LowRankSettings(rank: 6, alpha: 12), seed: 1)
    return try Trainer(
      model: model, parameters: adapter.parameters,
      examples: TinyModel.examples(lengths: [9, 12, 5]), plan: plan, objective: NextToken())
  }

  @Test("the loss falls", arguments: WeightFormat.allCases)
  func learns(format: WeightFormat) throws {
    let trainer = try make(format)
    for _ in 0..<40 { _ = try trainer.step() }
    #expect(trainer.losses[39] < 0.6 * trainer.losses[0])
  }

  @Test("packed float32 trains to the bits of plain float32, however the step is cut")
  func float32() throws {
    let bits = try [(nil, 4096), (WeightFormat.float32, 4096), (.float32, 1)].map {
      let trainer = try make($0, steps: 4, microbatch: $1)
      for _ in 0..<4 { _ = try trainer.step() }
      return trainer.parameters.map(\.value.bits)
    }
    #expect(bits[1] == bits[0])
    #expect(bits[2] == bits[0])
  }

  @Test("a checkpoint of another base is refused") func otherBase() throws {
    let folder = try TemporaryFolder()
    func keep(_ format: WeightFormat) throws -> (Trainer, TrainingCheckpoint) {
      let trainer = try make(format, steps: 4)
      return (
        trainer,
        try TrainingCheckpoint(
          folder: folder.path, trainer: trainer,
          examples: TinyModel.examples(lengths: [9, 12, 5]))
      )
    }
    do {
      let (trainer, checkpoint) = try keep(.float32)
      _ = try trainer.step()
      try checkpoint.save(trainer)
    }
    let (trainer, checkpoint) = try keep(.int8)
    do throws(TrainingError) {
      _ = try checkpoint.restore(trainer)
      Issue.record("no error")
    } catch {
      guard case .otherCheckpoint(_, let differences) = error else { throw error }
      #expect(differences == ["model", "set base (int8, was f32)"])
    }
  }
}
