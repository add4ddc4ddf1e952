import Execution
import Objectives
import SettingDeclarations
import TestSupport
import Testing
import Training

/// Going on with a training with settings changed, and going back in it: always to the same bits.
@Suite("Steering a training") struct TrainingSteeringTests {
  /// Runs a trial; `moments` keeps states of it, `memory` is what an earlier run of it knew.
  private func run(
    _ trial: TrialRun, after memory: RunMemory? = nil, moments: TrainingMoments? = nil,
    folder: TemporaryFolder? = nil, steps: Int = 4, pause: Int? = nil, measures: Bool = false,
    hook: TrainingHook? = nil
  ) async throws -> (memory: RunMemory, outcome: TrainingOutcome) {
    var options = TrainingRun.Options(.steps(steps))
    options.pause = pause
    options.evaluationInterval = 1
    let checkpoint = try folder.map {
      try TrainingCheckpoint(folder: $0.path, trainer: trial.trainer, examples: trial.examples)
    }
    var run = try TrainingRun(
      trial.trainer, dev: measures ? trial.examples : [], options, checkpoint: checkpoint,
      after: memory, moments: moments, hook: hook, stop: StopFlag()
    ) { _ in }
    let outcome = try await run.run()
    return (run.memory, outcome)
  }

  private static func change(after step: Int) -> [SteeringChange] {
    [
      SteeringChange(step: step, name: "lr", value: .number(3e-3)),
      SteeringChange(step: step, name: "beta2", value: .number(0.9)),
      SteeringChange(step: step, name: "clip", value: .number(0)),
      SteeringChange(step: step, name: "schedule", value: .text("linear")),
    ]
  }

  @Test(
    "going back and taking the steps again gives the bits of the straight run",
    arguments: TrialRun.Kind.allCases, [1, 2, 16])
  func rewinds(kind: TrialRun.Kind, kept: Int) async throws {
    let trial = try TrialRun(kind)
    let moments = TrainingMoments(of: trial.trainer, count: kept, byteCount: .max)
    var memory = try await run(trial, moments: moments).memory
    let (end, measured) = (trial.state, memory.evaluations)
    for step in [3, 0, 2, 4, 1] {
      memory = try moments.rewind(trial.trainer, to: step, measured: measured, stop: StopFlag())
      let straight = try TrialRun(kind)
      try straight.take(step)
      #expect(trial.state == straight.state && trial.trainer.finishedSteps == step)
    }
    #expect(try await run(trial, after: memory, moments: moments).outcome.tokenCount > 0)
    #expect(trial.state == end)
  }

  @Test("states that are kept are no more than may be, the first among them", arguments: 1...7)
  func keeps(limit: Int) throws {
    let trial = try TrialRun(.lowRankTied)
    let bytes = TrainingMoments.byteCount(trial.trainer)
    let moments = TrainingMoments(of: trial.trainer, count: 100, byteCount: limit * bytes + 1)
    let memory = try RunMemory.none(trial)
    for step in 0..<40 {
      moments.keep(trial.trainer, memory)
      #expect(moments.steps.first == 0 && moments.steps.count <= limit)
      #expect(limit == 1 || moments.steps.last == step)
      #expect(moments.steps == moments.steps.sorted())
      _ = try trial.trainer.step()
    }
    #expect(moments.steps.count > limit / 3)
  }

  @Test("nothing is kept where a state is too large, and going back is refused") func tooLarge()
    async throws
  {
    let trial = try TrialRun(.fullTied)
    let moments = TrainingMoments(of: trial.trainer, count: 5, byteCount: 10)
    let memory = try await run(trial, moments: moments).memory
    #expect(moments.steps == [])
    let error = #expect(throws: TrainingError.self) {
      try moments.rewind(trial.trainer, to: 1, measured: memory.evaluations, stop: StopFlag())
    }
    guard case .noMoment(step: 1, first: nil) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("what was changed on the way changes the rest, and only that") func changes() async throws {
    let (plain, steered) = (try TrialRun(.lowRankTied), try TrialRun(.lowRankTied))
    let memory = try await run(steered, pause: 2).memory
    let outcome = try await run(plain, pause: 2).outcome
    #expect(outcome.summary.ending == .paused && plain.state == steered.state)
    steered.trainer.steer(Self.change(after: 2))
    let rest = try await run(steered, after: memory).outcome
    try plain.take(2)
    #expect(steered.trainer.losses.prefix(3) == plain.trainer.losses.prefix(3))
    #expect(steered.state.hash != plain.state.hash)
    #expect(rest.summary.learningRates.prefix(2) == plain.rates.prefix(2))
    #expect(rest.summary.learningRates[2] != plain.rates[2])
  }

  @Test("a changed training has one ending, whether it pauses, goes back, or is killed and goes on")
  func repeats() async throws {
    let straight = try TrialRun(.decomposedTied)
    let hook = TrainingHook(every: 1) { state in
      if state.summary.stepCount == 2 { straight.trainer.steer(Self.change(after: 2)) }
      return .goesOn
    }
    _ = try await run(straight, hook: hook)

    let paused = try TrialRun(.decomposedTied)
    let moments = TrainingMoments(of: paused.trainer, count: 2, byteCount: .max)
    var memory = try await run(paused, moments: moments, pause: 2).memory
    paused.trainer.steer(Self.change(after: 2))
    memory = try await run(paused, after: memory, moments: moments).memory
    #expect(paused.state == straight.state)
    memory = try moments.rewind(
      paused.trainer, to: 1, measured: memory.evaluations, stop: StopFlag())
    _ = try await run(paused, after: memory)
    #expect(paused.state == straight.state)

    let folder = try TemporaryFolder()
    let killed = try TrialRun(.decomposedTied)
    memory = try await run(killed, pause: 2).memory
    killed.trainer.steer(Self.change(after: 2))
    _ = try killed.trainer.step()
    let fresh = try TrialRun(.decomposedTied)
    let checkpoint = try TrainingCheckpoint(
      folder: folder.path, trainer: fresh.trainer, examples: fresh.examples)
    try checkpoint.save(killed.trainer)
    checkpoint.release()
    let resumed = try TrialRun(.decomposedTied)
    _ = try await run(resumed, folder: folder)
    #expect(resumed.state == straight.state)
    #expect(try TrainingCheckpoint.changes(inFolder: folder.path) == Self.change(after: 2))
  }

  @Test("the best weights are those of the straight run, wherever a training went back") func best()
    async throws
  {
    let trial = try TrialRun(.fullTied)
    let moments = TrainingMoments(of: trial.trainer, count: 1, byteCount: .max)
    var options = TrainingRun.Options(.condition(.stalls(.devLoss, checks: 50)))
    options.evaluationInterval = 1
    options.pause = 3
    var first = try TrainingRun(
      trial.trainer, dev: trial.examples, options, moments: moments, stop: StopFlag()
    ) { _ in }
    _ = try await first.run()
    let memory = try moments.rewind(
      trial.trainer, to: 2, measured: first.memory.evaluations, stop: StopFlag())
    #expect(memory.evaluations == Array(first.memory.evaluations.prefix(2)))
    options.pause = nil
    var second = try TrainingRun(
      trial.trainer, dev: trial.examples, options, after: memory, stop: StopFlag()
    ) { _ in }
    let outcome = try await second.run()
    let whole = try TrialRun(.fullTied)
    var straight = try TrainingRun(whole.trainer, dev: whole.examples, options, stop: StopFlag()) {
      _ in
    }
    #expect(try await straight.run().restored == outcome.restored)
    #expect(trial.state == whole.state)
  }

  @Test("a training that diverged goes back, and on with a smaller rate (T02)") func diverged()
    async throws
  {
    var plan = TrialRun.plan(.fullTied)
    plan.learningRate = 1e30
    let trial = try TrialRun(.fullTied, plan: plan)
    let moments = TrainingMoments(of: trial.trainer, count: 4, byteCount: .max)
    var first = try TrainingRun(
      trial.trainer, .init(.steps(4)), moments: moments, stop: StopFlag()
    ) { _ in }
    await #expect(throws: TrainingError.self) { try await first.run() }
    let memory = try moments.rewind(trial.trainer, to: 0, measured: [], stop: StopFlag())
    trial.trainer.steer([SteeringChange(step: 0, name: "lr", value: .number(1e-2))])
    _ = try await run(trial, after: memory)
    #expect(try trial.state == TrialRun(.fullTied).finished())
  }

  @Test("changes are read as they were written, and nothing else is") func text() {
    let changes = Self.change(after: 2) + Self.change(after: 9)
    #expect(SteeringChange.read(SteeringChange.text(changes)) == changes)
    #expect(SteeringChange.read("") == [])
    for wrong in [
      "2 lr", "2 lr number", "x lr number 1", "-1 lr number 1", "2 rank number 8",
      "2 lr number nan", "2 lr list 1", "3 lr number 1\n2 lr number 1", "2 lr number 1 2",
    ] { #expect(SteeringChange.read(wrong) == nil, "\(wrong)") }
  }
}

extension TrialRun {
  /// The learning rates of its steps.
  fileprivate var rates: [Double] { (0..<4).map { trainer.learningRate(step: $0) } }
}

extension RunMemory {
  /// What a run knows before its first step.
  fileprivate static func none(_ trial: TrialRun) throws -> RunMemory {
    try TrainingRun(trial.trainer, .init(.steps(4)), stop: StopFlag()) { _ in }.memory
  }
}
