import Adapters
import Autograd
import CPU
import Checkpoints
import Datasets
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// Training of models that read prompts with one half and write answers with the other.
@Suite("A model of two halves", .serialized) struct PairTrainingTests {
  /// What is trained of it.
  enum Method: CaseIterable {
    case full, lowRank, decomposed

    var method: TrainingMethod {
      self == .full
        ? .full
        : .lowRank(
          LowRankSettings(rank: 3, alpha: 5, dropout: 0.1, isDecomposed: self == .decomposed))
    }
  }

  // MARK: Agreement

  /// Tolerance: float32 against float64, in which PyTorch's own gradients differ as much.
  @Test("one step of descent takes PyTorch's gradient", arguments: GoldenPair.all)
  func step(golden: GoldenPair) throws {
    let model = try golden.model()
    let before = model.parameters.map(\.value.values)
    let trainer = try descent(model, model.parameters, golden.examples())
    expectClose(try trainer.step().loss, try golden.loss(), withinShare: 1e-5)
    for (parameter, values) in zip(model.parameters, before) {
      let gradient = try golden.values("gradient/" + parameter.name)
      let taken = zip(values, parameter.value.values).map { $0 - $1 }
      let largest = gradient.map(abs).max() ?? 0
      expectClose(taken, gradient.map { $0 / 2 }, within: 5e-5 * largest)
    }
  }

  @Test("an adapter of peft has its loss and gradients", arguments: GoldenPair.adapted)
  func adapter(golden: GoldenPair) throws {
    let model = try golden.model()
    let directory = try AdapterDirectory(path: golden.adapterPath)
    #expect(directory.config.taskType == "SEQ_2_SEQ_LM")
    let adapter = try LowRankAdapter(reading: directory, attachingTo: model)
    let names = adapter.parameters.map(\.name)
    #expect(names.sorted() == (try golden.names("adapter_gradient/")))
    let before = adapter.parameters.map(\.value.values)
    let trainer = try descent(model, adapter.parameters, golden.examples())
    expectClose(try trainer.step().loss, try golden.adapterLoss(), withinShare: 1e-5)
    for (parameter, values) in zip(adapter.parameters, before) {
      let gradient = try golden.values("adapter_gradient/" + parameter.name)
      let taken = zip(values, parameter.value.values).map { $0 - $1 }
      let largest = gradient.map(abs).max() ?? 0
      expectClose(taken, gradient.map { $0 / 2 }, within: 5e-5 * largest)
    }
  }

  @Test("an adapter made here says what it is for") func taskType() throws {
    let golden = try #require(GoldenPair.all.first)
    let folder = try TemporaryFolder()
    let adapter = try LowRankAdapter(
      attachingTo: golden.model(), LowRankSettings(rank: 2, alpha: 4), seed: 0)
    try adapter.write(to: folder.path + "/adapter", baseModel: nil)
    let written = try AdapterDirectory(path: folder.path + "/adapter").config
    #expect(written.taskType == "SEQ_2_SEQ_LM")
    // Layers of both halves, and those between them.
    #expect(adapter.linears.contains { $0.path == "encoder.block.0.layer.0.SelfAttention.q" })
    #expect(adapter.linears.contains { $0.path == "decoder.block.2.layer.1.EncDecAttention.k" })
  }

  private func descent(
    _ model: Transformer, _ parameters: [Parameter], _ examples: [EncodedExample]
  ) throws -> Trainer {
    var plan = TrainingPlan()
    (plan.method, plan.length, plan.optimizer) = (.full, .steps(1), .sgd)
    (plan.learningRate, plan.schedule, plan.momentum, plan.warmup) = (0.5, .constant, 0, 0)
    (plan.maxGradientNorm, plan.batchSize) = (0, examples.count)
    return try Trainer(
      model: model, parameters: parameters, examples: examples, plan: plan,
      objective: SequenceToSequence())
  }

  // MARK: Exactness

  @Test(
    "has the same bits however it is computed", arguments: GoldenPair.all, Method.allCases)
  func exact(golden: GoldenPair, method: Method) throws {
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    let states = try ComputeWay.trying(ways) { way in
      try (way.path == .portable ? [60] : [1, 60, 4096]).map { budget in
        try finished(golden, method) { $0.microbatchTokens = budget }
      }
    }
    let again = try finished(golden, method) {
      ($0.microbatchTokens, $0.recomputes) = (60, true)
    }
    #expect(Set(states.flatMap(\.self) + [again]).count == 1)
  }

  @Test("shards count, and how they are cut does not", arguments: Method.allCases)
  func shards(method: Method) throws {
    let golden = try #require(GoldenPair.all.first)
    let states = try [1, 60, 4096].map { budget in
      try finished(golden, method) { ($0.microbatchTokens, $0.shards) = (budget, 2) }
    }
    #expect(Set(states).count == 1)
    #expect(try states[0] != finished(golden, method) { _ in })
  }

  /// Three steps of three, which leave one over.
  private func finished(
    _ golden: GoldenPair, _ method: Method, _ change: (inout TrainingPlan) -> Void
  ) throws -> TrainingState {
    let model = try golden.model()
    var plan = TrialRun.plan(.fullTied)
    (plan.method, plan.length) = (method.method, .steps(3))
    change(&plan)
    var parameters = model.parameters
    if case .lowRank(let settings) = plan.method {
      parameters = try LowRankAdapter(attachingTo: model, settings, seed: plan.seed).parameters
    }
    let trainer = try Trainer(
      model: model, parameters: parameters, examples: TinyModel.pairs(), plan: plan,
      objective: SequenceToSequence())
    for _ in 0..<3 { _ = try trainer.step() }
    return TrainingState(trainer)
  }
}
