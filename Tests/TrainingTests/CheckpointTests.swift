import Adapters
import Foundation
import Tensors
import TestSupport
import Testing
import Training

/// A run that was stopped goes on as if it had not been.
@Suite("Training checkpoints") struct CheckpointTests {
  @Test(
    "stopped after some steps and restored, a run ends with the same bits (R04)",
    arguments: TrialRun.Kind.allCases, 0...4)
  func resumes(kind: TrialRun.Kind, steps: Int) throws {
    let unbroken = try TrialRun(kind).finished()
    let folder = try TemporaryFolder()
    let stopped = try stateSaved(kind, after: steps, in: folder)
    #expect(
      try folder.names == ["lock", "step-\(steps).json", "step-\(steps).safetensors"])

    let second = try TrialRun(kind)
    #expect(try keep(second, in: folder).restore(second.trainer) != nil)
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
      #expect(try keep(second, in: folder).restore(second.trainer) != nil)
      #expect(second.state == run.state)
      #expect(try second.finished() == run.finished())
    }
  }

  @Test("without a file there is nothing to restore") func noFile() throws {
    let run = try TrialRun(.fullTied)
    #expect(try keep(run, in: TemporaryFolder()).restore(run.trainer) == nil)
  }

  /// What changes no bit may change between the two runs.
  @Test("another micro-batch size is no other run") func otherMicrobatch() throws {
    let folder = try saved(.lowRankTied)
    var plan = TrialRun.plan(.lowRankTied)
    plan.microbatchTokens = 1
    let run = try TrialRun(.lowRankTied, plan: plan)
    #expect(try keep(run, in: folder).restore(run.trainer) != nil)
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

  @Test("another plan is refused, naming what differs (R13)", arguments: otherPlans)
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

  @Test("what differs is told with both values, and taken up when that is allowed (R13)")
  func allowed() throws {
    let folder = try saved(.lowRankTied)
    var plan = TrialRun.plan(.lowRankTied)
    plan.learningRate = 2e-2
    let run = try TrialRun(.lowRankTied, plan: plan)
    let restored = try #require(
      try keep(run, in: folder).restore(run.trainer, allowsDifferences: true))
    #expect(restored.differences == ["set lr (0.02, was 0.01)"])
    #expect(run.trainer.finishedSteps == 2)
  }

  @Test("the losses of the examples are those of an unbroken run") func examples() throws {
    let unbroken = try TrialRun(.fullTied)
    _ = try unbroken.finished()
    let folder = try TemporaryFolder()
    let first = try TrialRun(.fullTied)
    do {
      let checkpoint = try keep(first, in: folder)
      try first.take(2)
      let record = first.trainer.record.tensors(on: first.trainer.device)
      try checkpoint.save(first.trainer, watched: record)
    }
    let second = try TrialRun(.fullTied)
    _ = try keep(second, in: folder).restore(second.trainer) { state, _ in
      second.trainer.goOn(with: ExampleRecord(count: second.examples.count, state))
    }
    _ = try second.finished()
    #expect(
      second.trainer.record.losses.map { $0.map(\.bitPattern) }
        == unbroken.trainer.record.losses.map { $0.map(\.bitPattern) })
    #expect(second.trainer.record.losses[0].allSatisfy { $0.isFinite })
  }

  // MARK: Several states

  @Test(
    "the latest states are kept, and the best, in the order of the numbers (R12)",
    arguments: [1, 2, 3])
  func kept(count: Int) throws {
    let folder = try TemporaryFolder()
    let run = try TrialRun(.lowRankTied)
    let checkpoint = try TrainingCheckpoint(
      folder: folder.path, trainer: run.trainer, examples: run.examples, keptCount: count)
    try folder.put("notes.txt", [1])
    try folder.put("step-7.txt", [1])
    try folder.put("step-07.safetensors", [1])
    for _ in 1...4 {
      try run.take(1)
      try checkpoint.save(run.trainer, bestStep: 1)
    }
    let steps = Set([1] + Array((5 - count)...4)).sorted()
    let files = steps.flatMap { ["step-\($0).json", "step-\($0).safetensors"] }
    #expect(
      try folder.names
        == (files + ["lock", "notes.txt", "step-07.safetensors", "step-7.txt"]).sorted())
  }

  @Test("goes on from a state that an earlier version of this layout wrote (R16)") func written()
    throws
  {
    let folder = try TemporaryFolder()
    let fixture = GoldenModel.fixtures + "/trainings/layout-5"
    for name in ["step-2.safetensors", "step-2.json"] {
      try FileManager.default.copyItem(
        atPath: fixture + "/" + name, toPath: folder.path + "/" + name)
    }
    let run = try TrialRun(.lowRankTied)
    let checkpoint = try TrainingCheckpoint(
      folder: folder.path, trainer: run.trainer, examples: run.examples)
    #expect(try checkpoint.restore(run.trainer) != nil)
    #expect(run.trainer.finishedSteps == 2)
    #expect(try run.finished() == TrialRun(.lowRankTied).finished())
  }

  @Test(
    "the room that the states take at most is asked for, and not a byte more (R06)",
    arguments: [1, 2])
  func room(kept: Int) throws {
    let folder = try TemporaryFolder()
    let run = try TrialRun(.lowRankTied)
    let checkpoint = try TrainingCheckpoint(
      folder: folder.path, trainer: run.trainer, examples: run.examples, keptCount: kept)
    // Weights and the two memories of AdamW, of all states at a time.
    let needed = (kept + 2) * 3 * 4 * run.trainer.parameterCount
    try checkpoint.checkRoom(for: run.trainer, free: needed)
    let error = #expect(throws: TrainingError.self) {
      try checkpoint.checkRoom(for: run.trainer, free: needed - 1)
    }
    guard case .noRoom(_, needed, needed - 1, kept) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // What stands there is overwritten in time.
    try run.take(3)
    try checkpoint.save(run.trainer)
    try checkpoint.checkRoom(for: run.trainer, free: 3 * 4 * run.trainer.parameterCount)
  }

  @Test(
    "of a damaged or unfinished state the one before is taken, with the same bits at the end (R11)",
    arguments: ["flip", "cut", "empty", "no file", "no list", "list flipped", "list cut"])
  func fallsBack(damage: String) throws {
    let unbroken = try TrialRun(.lowRankTied).finished()
    let folder = try TemporaryFolder()
    do {
      let run = try TrialRun(.lowRankTied)
      let checkpoint = try keep(run, in: folder)
      for _ in 1...3 {
        try run.take(1)
        try checkpoint.save(run.trainer)
      }
    }
    let isList = damage.contains("list")
    let name = isList ? "step-3.json" : "step-3.safetensors"
    var bytes = try folder.bytes(of: name)
    switch damage {
    case "flip": bytes[bytes.count / 2] ^= 4
    case "list flipped": bytes[bytes.count - 20] ^= 1
    case "empty": bytes = []
    default: bytes = Array(bytes.dropLast(5))
    }
    if damage.hasPrefix("no") {
      try FileManager.default.removeItem(atPath: folder.path + "/" + name)
    } else {
      try folder.put(name, bytes)
    }
    let second = try TrialRun(.lowRankTied)
    let checkpoint = try keep(second, in: folder)
    let restored = try #require(try checkpoint.restore(second.trainer))
    #expect(restored.broken == [3] && second.trainer.finishedSteps == 2)
    #expect(try second.finished() == unbroken)
    try checkpoint.save(second.trainer)
    #expect(
      try folder.names == [
        "lock", "step-2.json", "step-2.safetensors", "step-4.json", "step-4.safetensors",
      ])
  }

  @Test("what a killed writer left goes at the next start") func leftovers() throws {
    let folder = try saved(.lowRankTied)
    for name in [".step-9.safetensors.12-34.partial", ".step-9.json.1-2.partial"] {
      try folder.put(name, [1, 2, 3])
    }
    try folder.put(".notes.txt.1-2.partial", [1])
    let run = try TrialRun(.lowRankTied)
    #expect(try keep(run, in: folder).restore(run.trainer)?.broken == [])
    #expect(
      try folder.names == [".notes.txt.1-2.partial", "lock", "step-2.json", "step-2.safetensors"])
  }

  @Test(
    "a link or a pipe in a state's place is neither followed nor waited for (R14)",
    arguments: ["link", "pipe"], ["step-3.json", "step-3.safetensors"])
  func planted(kind: String, name: String) throws {
    let folder = try saved(.lowRankTied)
    let outside = try TemporaryFolder()
    try outside.put("precious", [7])
    let path = folder.path + "/" + name
    if kind == "link" {
      #expect(symlink(outside.path + "/precious", path) == 0)
    } else {
      #expect(mkfifo(path, 0o600) == 0)
    }
    let run = try TrialRun(.lowRankTied)
    let checkpoint = try keep(run, in: folder)
    #expect(try checkpoint.restore(run.trainer)?.broken == [3])
    try run.take(1)
    try checkpoint.save(run.trainer)
    #expect(try outside.bytes(of: "precious") == [7])
    let again = try TrialRun(.lowRankTied)
    withExtendedLifetime(checkpoint) {}
    _ = again
  }

  // MARK: Damaged files

  @Test("a cut file leaves the run as it was (R11)", arguments: [0, 1, 7, 8, 100, 5000, -1])
  func cut(length: Int) throws {
    let folder = try saved(.lowRankTied)
    let whole = try folder.bytes(of: "step-2.safetensors")
    try folder.put(
      "step-2.safetensors", Array(length < 0 ? whole.dropLast() : whole.prefix(length)))
    try expectRefusal(folder)
  }

  @Test("a flipped bit anywhere leaves the run as it was (R11)", arguments: 0..<24)
  func flippedBit(place: Int) throws {
    let folder = try saved(.lowRankTied)
    var bytes = try folder.bytes(of: "step-2.safetensors")
    bytes[place * (bytes.count - 1) / 23] ^= 1 << (place % 7)
    try folder.put("step-2.safetensors", bytes)
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
      // A setting is named with its two values.
      return differences.map { $0.split(separator: " (")[0] }.map(String.init)
    }
    return []
  }
}
