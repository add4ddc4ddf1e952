import Adapters
import Autograd
import Checkpoints
import Datasets
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// What a run really takes, held against what was said before it began.
@Suite("Memory of a training") struct MemoryTests {
  /// Lengths of examples, and the tokens that are computed at a time.
  struct Mix: CustomTestStringConvertible, Sendable {
    let lengths: [Int]
    let microbatch: Int
    var testDescription: String { "\(lengths.count) examples, \(microbatch) at a time" }

    static let all = [
      Mix(lengths: Array(repeating: 129, count: 8), microbatch: 4096),
      Mix(lengths: [40, 300, 17, 90, 256, 33, 120, 5, 64], microbatch: 400),
      Mix(lengths: [2, 500, 3, 7], microbatch: 16),
    ]
  }

  enum Method: CaseIterable { case full, lowRank, lowRankWithDropout }

  static func trainer(
    _ method: Method, recomputes: Bool, mix: Mix, layers: Int = 6, vocabulary: Int = 61,
    family: String = "llama"
  ) throws -> Trainer {
    let model = try TinyModel.deep(family, layers: layers, vocabulary: vocabulary)
    var plan = TrainingPlan()
    plan.length = .epochs(2)
    plan.batchSize = 4
    plan.microbatchTokens = mix.microbatch
    plan.recomputes = recomputes
    plan.seed = 4
    plan.learningRate = 1e-3
    plan.method = .full
    var parameters = model.parameters
    if method != .full {
      let settings = LowRankSettings(
        rank: 4, alpha: 8, dropout: method == .lowRank ? 0 : 0.2, targets: .allLinear)
      plan.method = .lowRank(settings)
      parameters = try LowRankAdapter(attachingTo: model, settings, seed: 3).parameters
    }
    let isHalved = TinyModel.twoHalved.contains(family)
    let pairs = zip(mix.lengths, mix.lengths.reversed()).map { (prompt: $0, answer: $1) }
    let examples =
      isHalved ? TinyModel.pairs(lengths: pairs) : TinyModel.examples(lengths: mix.lengths)
    return try Trainer(
      model: model, parameters: parameters, examples: examples, plan: plan,
      objective: isHalved ? SequenceToSequence() : NextToken())
  }

  @Test(
    "activations are those planned", arguments: Method.allCases, [false, true])
  func activations(method: Method, recomputes: Bool) throws {
    for mix in Mix.all {
      // A model whose logits count, and one whose blocks do.
      for (layers, vocabulary) in [(6, 61), (2, 4000)] {
        let trainer = try Self.trainer(
          method, recomputes: recomputes, mix: mix, layers: layers, vocabulary: vocabulary)
        for _ in 0..<trainer.stepCount { _ = try trainer.step() }
        let planned = Double(trainer.memory.activations + trainer.memory.logits) / 4
        let share = Double(trainer.arena.highWater) / planned
        let live = Double(trainer.arena.peakCount) / planned
        #expect(
          (0.9...1.1).contains(share), "\(mix), \(layers) layers: \(share), in use \(live)")
        #expect(trainer.arena.liveCount == 0)
      }
    }
  }

  @Test("so are those of rows that begin alike", arguments: [false, true], [1000, 4096])
  func shared(recomputes: Bool, microbatch: Int) throws {
    let rows = TinyModel.examples(lengths: (0..<24).map { 16 + 3 * $0 })
    let beginning = TinyModel.examples(lengths: [200])[0].ids
    let mask = beginning.map { _ in false }
    let texts = rows.map {
      EncodedExample(ids: beginning + $0.ids, lossMask: mask + $0.lossMask, row: $0.row)
    }
    let pairs = zip(texts, texts.dropFirst()).map { one, other in
      EncodedExample(
        ids: one.ids, lossMask: one.lossMask, row: one.row,
        goal: .preferred(
          over: OtherAnswer(
            ids: other.ids, lossMask: other.lossMask, sharedCount: beginning.count - 1)))
    }
    for (examples, objective) in [(texts, NextToken()), (pairs, SimPO())]
      as [([EncodedExample], any Objective)]
    {
      let model = try TinyModel.deep("llama", layers: 6, vocabulary: 61)
      var plan = TrainingPlan()
      (plan.method, plan.length, plan.batchSize) = (.full, .epochs(1), 8)
      (plan.microbatchTokens, plan.recomputes) = (microbatch, recomputes)
      plan.sharesPrefixes = true
      let trainer = try Trainer(
        model: model, parameters: model.parameters, examples: examples, plan: plan,
        objective: objective)
      for _ in 0..<trainer.stepCount { _ = try trainer.step() }
      let planned = Double(trainer.memory.activations + trainer.memory.logits) / 4
      let share = Double(trainer.arena.highWater) / planned
      let live = Double(trainer.arena.peakCount) / planned
      #expect((0.9...1.1).contains(share), "\(objective): \(share), in use \(live)")
    }
  }

  /// Families whose head is for the token that comes next.
  private static let writers = ModelConfig.knownTypes.filter { type in
    (try? TinyModel.deep(type, layers: 2, vocabulary: 61).blueprint)?.head.task == .nextToken
  }

  @Test(
    "so are those of every family that is trained to write", arguments: Self.writers,
    [false, true])
  func families(family: String, recomputes: Bool) throws {
    for method in [Method.full, .lowRank] {
      let trainer = try Self.trainer(
        method, recomputes: recomputes, mix: Mix.all[1], family: family)
      for _ in 0..<trainer.stepCount { _ = try trainer.step() }
      let planned = Double(trainer.memory.activations + trainer.memory.logits) / 4
      let share = Double(trainer.arena.highWater) / planned
      let live = Double(trainer.arena.peakCount) / planned
      #expect((0.9...1.1).contains(share), "\(method): \(share), in use \(live)")
    }
  }

  @Test("gradients and optimizer state are those planned", arguments: OptimizerKind.allCases)
  func state(optimizer: OptimizerKind) throws {
    try checkState(optimizer, isTied: true)
    try checkState(optimizer, isTied: false)
  }

  private func checkState(_ optimizer: OptimizerKind, isTied: Bool) throws {
    let model = try TinyModel.deep(layers: 2, vocabulary: 61, isTied: isTied)
    var plan = TrainingPlan()
    plan.method = .full
    plan.optimizer = optimizer
    let trainer = try Trainer(
      model: model, parameters: model.parameters, examples: TinyModel.examples(lengths: [9, 12]),
      plan: plan, objective: NextToken())
    _ = try trainer.step()
    let kept = trainer.optimizer.namedStates.reduce(0) { $0 + $1.tensor.count }
    #expect(trainer.memory.optimizer == 4 * kept)
    #expect(trainer.memory.gradients == 4 * model.parameters.reduce(0) { $0 + $1.gradientCount })
    #expect(trainer.memory.weights >= 4 * model.parameterCount)
  }

  @Test("no step asks the system for memory, whatever the lengths of its examples")
  func nothingAllocated() throws {
    let mix = Mix(lengths: [40, 300, 17, 90, 256, 33, 120, 5, 64, 201, 77], microbatch: 128)
    let trainer = try Self.trainer(.full, recomputes: false, mix: mix)
    let regions = trainer.arena.regionCount
    for _ in 0..<trainer.stepCount { _ = try trainer.step() }
    #expect(trainer.arena.regionCount == regions)
  }

  @Test("recomputing blocks takes less and gives the same bits", arguments: TrialRun.Kind.allCases)
  func recomputes(kind: TrialRun.Kind) throws {
    let reference = try TrialRun(kind)
    var plan = TrialRun.plan(kind)
    plan.recomputes = true
    for budget in [1, 100, 4096] {
      plan.microbatchTokens = budget
      let run = try TrialRun(kind, plan: plan)
      #expect(try run.finished() == (try TrialRun(kind).finished()), "micro-batches of \(budget)")
      guard budget == 4096 else { continue }
      _ = try reference.finished()
      #expect(run.trainer.arena.peakCount < reference.trainer.arena.peakCount)
    }
  }

  @Test("a training that recomputes on 12 layers takes less than half")
  func half() throws {
    let mix = Mix.all[0]
    let (kept, again) = (
      try Self.trainer(.full, recomputes: false, mix: mix, layers: 12),
      try Self.trainer(.full, recomputes: true, mix: mix, layers: 12)
    )
    _ = (try kept.step(), try again.step())
    #expect(again.arena.highWater * 2 < kept.arena.highWater)
  }
}
