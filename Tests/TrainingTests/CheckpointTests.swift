import Adapters
import Tensors
import TestSupport
import Testing
import Training

/// A run that was stopped goes on as if it had not been.
@Suite("Training checkpoints") struct CheckpointTests {
  @Test(
    "stopped after some steps and restored, a run ends with the same bits",
    arguments: TrialRun.Kind.allCases, 0...4)
  func resumes(kind: TrialRun.Kind, steps: Int) throws {
    let unbroken = try TrialRun(kind).finished()
    let folder = try TemporaryFolder()
    let stopped = try stateSaved(kind, after: steps, in: folder)
    #expect(try folder.names == ["lock", "state.safetensors"])

    let second = try TrialRun(kind)
    #expect(try keep(second, in: folder).restore(second.trainer))
    #expect(second.trainer.finishedSteps == steps)
    #expect(second.state == stopped)
    #expect(try second.finished() == unbroken)
  }

  @Test("of every optimizer, with all that it keeps", arguments: OptimizerKind.allCases)
  func optimizers(optimizer: OptimizerKind) throws {
    for kind in [TrialRun.Kind.fullTied, .decomposedUntied] {
      var plan = TrialRun.plan(kind)
      plan.optimizer = optimizer
      let folder = try TemporaryFolder()
      let run = try stopped(kind, plan, in: folder)
      let second = try TrialRun(kind, plan: plan)
      #expect(try keep(second, in: folder).restore(second.trainer))
      #expect(second.state == run.state)
      #expect(try second.finished() == run.finished())
    }
  }

  @Test("without a file there is nothing to restore") func noFile() throws {
    let run = try TrialRun(.fullTied)
    #expect(try !keep(run, in: TemporaryFolder()).restore(run.trainer))
  }

  /// What changes no bit may change between the two runs.
  @Test("another micro-batch size is no other run") func otherMicrobatch() throws {
    let folder = try saved(.lowRankTied)
    var plan = TrialRun.plan(.lowRankTied)
    plan.microbatchTokens = 1
    let run = try TrialRun(.lowRankTied, plan: plan)
    #expect(try keep(run, in: folder).restore(run.trainer))
    #expect(try run.finished() == TrialRun(.lowRankTied).finished())
  }

  static let otherPlans: [(String, @Sendable (inout TrainingPlan) -> Void)] = [
    ("set lr", { $0.learningRate = 2e-2 }), ("set schedule", { $0.schedule = .linear }),
    ("set warmup", { $0.warmup = 0.5 }), ("set floor", { $0.finalRate = 0 }),
    ("set batch", { $0.batchSize = 2 }), ("set clip", { $0.maxGradientNorm = 0 }),
    ("set decay", { $0.weightDecay = 0 }), ("set beta1", { $0.beta1 = 0.8 }),
    ("set beta2", { $0.beta2 = 0.9 }), ("set epsilon", { $0.epsilon = 1e-6 }),
    ("set length", { $0.length = .steps(5) }),
    ("set alpha", { $0.lowRank.alpha = 6 }),
    ("set dropout", { $0.lowRank.dropout = 0 }),
    ("set rslora", { $0.lowRank.isRankStabilized = true }),
    ("set optimizer", { $0.optimizer = .lion }), ("set momentum", { $0.momentum = 0.8 }),
    ("set nesterov", { $0.isNesterov = true }), ("set shards", { $0.shards = 2 }),
  ]

  @Test("another plan is refused, naming what differs", arguments: otherPlans)
  func otherPlan(name: String, change: @Sendable (inout TrainingPlan) -> Void) throws {
    var plan = TrialRun.plan(.lowRankTied)
    change(&plan)
    let run = try TrialRun(.lowRankTied, plan: plan)
    #expect(try differences(run, saved(.lowRankTied)) == [name])
  }

  @Test("other data is refused") func otherData() throws {
    let run = try TrialRun(.fullTied, lengths: TrialRun.lengths.reversed())
    #expect(try differences(run, saved(.fullTied)) == ["data"])
  }

  @Test("another model is refused", arguments: [TrialRun.Kind.fullUntied, .lowRankUntied])
  func otherModel(kind: TrialRun.Kind) throws {
    let run = try TrialRun(kind, modelSeed: 6)
    #expect(try differences(run, saved(kind)) == ["model"])
  }

  @Test("full training does not go on from an adapter's checkpoint") func otherMethod() throws {
    let run = try TrialRun(.fullTied)
    let found = try differences(run, saved(.lowRankTied))
    #expect(
      found == [
        "model", "set adapter", "set alpha", "set dropout", "set rank", "set rslora",
        "set targets",
      ])
  }

  // MARK: Damaged files

  @Test("a cut file leaves the run as it was", arguments: [0, 1, 7, 8, 100, 5000, -1])
  func cut(length: Int) throws {
    let folder = try saved(.lowRankTied)
    let whole = try folder.bytes(of: "state.safetensors")
    try folder.put(
      "state.safetensors", Array(length < 0 ? whole.dropLast() : whole.prefix(length)))
    try expectRefusal(folder)
  }

  @Test("a flipped bit anywhere leaves the run as it was", arguments: 0..<24)
  func flippedBit(place: Int) throws {
    let folder = try saved(.lowRankTied)
    var bytes = try folder.bytes(of: "state.safetensors")
    bytes[place * (bytes.count - 1) / 23] ^= 1 << (place % 7)
    try folder.put("state.safetensors", bytes)
    try expectRefusal(folder)
  }

  private func expectRefusal(_ folder: TemporaryFolder) throws {
    let run = try TrialRun(.lowRankTied)
    let before = run.state
    let checkpoint = try keep(run, in: folder)
    #expect(throws: TrainingError.self) { try checkpoint.restore(run.trainer) }
    #expect(run.state == before && run.trainer.finishedSteps == 0)
    #expect(try run.finished() == TrialRun(.lowRankTied).finished())
  }

  private func keep(_ run: TrialRun, in folder: TemporaryFolder) throws -> TrainingCheckpoint {
    try TrainingCheckpoint(folder: folder.path, trainer: run.trainer, examples: run.examples)
  }

  /// A folder with the checkpoint of a run after two steps.
  private func saved(_ kind: TrialRun.Kind) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try stateSaved(kind, after: 2, in: folder)
    return folder
  }

  /// The state of a run that was saved after `steps` steps, and then let go of its folder.
  private func stateSaved(
    _ kind: TrialRun.Kind, after steps: Int, in folder: TemporaryFolder
  ) throws -> TrainingState {
    try stopped(kind, TrialRun.plan(kind), after: steps, in: folder).state
  }

  /// A run that was saved after `steps` steps, and then let go of its folder.
  private func stopped(
    _ kind: TrialRun.Kind, _ plan: TrainingPlan, after steps: Int = 2, in folder: TemporaryFolder
  ) throws -> TrialRun {
    let run = try TrialRun(kind, plan: plan)
    let checkpoint = try keep(run, in: folder)
    try run.take(steps)
    try checkpoint.save(run.trainer)
    return run
  }

  /// What the refusal of `folder`'s checkpoint names; empty when it is not refused.
  private func differences(_ run: TrialRun, _ folder: TemporaryFolder) throws -> [String] {
    let before = run.state
    do throws(TrainingError) {
      let checkpoint = try TrainingCheckpoint(
        folder: folder.path, trainer: run.trainer, examples: run.examples)
      _ = try checkpoint.restore(run.trainer)
    } catch {
      guard case .otherCheckpoint(_, let differences) = error else { throw error }
      #expect(run.state == before)
      return differences
    }
    return []
  }
}
