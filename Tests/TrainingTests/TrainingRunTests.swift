import Evaluation
import Execution
import Objectives
import TestSupport
import Testing
import Training

/// The outer loop of a training: when it ends, what it keeps, what it tells.
@Suite("A training run") struct TrainingRunTests {
  /// What a run told.
  private final class Log {
    var events: [TrainingEvent] = []

    /// The events in words, with the step of each that has one.
    var words: [String] {
      events.map { event in
        switch event {
        case .continued(let step, let count): "continued \(step)/\(count)"
        case .began(let outline): "began \(outline.finishedSteps)"
        case .skippedStates(let steps): "skipped \(steps)"
        case .changed(let differences): "changed \(differences)"
        case .steered(let changes): "steered \(changes.map(\.step))"
        case .hadBeenEnded: "had been ended"
        case .stepped(let progress): "step \(progress.report.step)"
        case .jumped(let jump): "jumped \(jump.step)"
        case .devMeasured(let evaluation, _): "dev \(evaluation.step)"
        case .saved(let step): "saved \(step)"
        case .failed(let summary, _): "failed \(summary.stepCount)"
        case .ended(let outcome): "ended \(outcome.summary.stepCount)"
        }
      }
    }
  }

  private struct HookError: Error {}

  /// Runs a trial to its end.
  private func run(
    _ trial: TrialRun, _ options: TrainingRun.Options, measures: Bool = false,
    folder: TemporaryFolder? = nil, hook: TrainingHook? = nil, stopAfter: Int? = nil,
    log: Log = Log()
  ) async throws -> TrainingOutcome {
    let stop = StopFlag()
    let checkpoint = try folder.map {
      try TrainingCheckpoint(folder: $0.path, trainer: trial.trainer, examples: trial.examples)
    }
    var run = try TrainingRun(
      trial.trainer, dev: measures ? trial.examples : [], options, checkpoint: checkpoint,
      hook: hook, stop: stop
    ) { event in
      log.events.append(event)
      if case .stepped(let progress) = event, progress.report.step == stopAfter { stop.request() }
    }
    return try await run.run()
  }

  @Test(
    "takes all its steps, with the bits of the trainer's own", arguments: TrialRun.Kind.allCases)
  func finishes(kind: TrialRun.Kind) async throws {
    let (trial, log) = (try TrialRun(kind), Log())
    let outcome = try await run(trial, .init(.steps(4)), measures: true, log: log)
    #expect(try trial.state == TrialRun(kind).finished())
    #expect(outcome.summary.ending == .finished && outcome.summary.losses == trial.trainer.losses)
    #expect(outcome.restored == nil && outcome.keptStep == 4)
    // Seven sequences in steps of three: an epoch has three steps.
    #expect(
      log.words == [
        "began 0", "step 1", "step 2", "step 3", "dev 3", "step 4", "dev 4", "ended 4",
      ])
    let tokens = log.events.reduce(0) {
      if case .stepped(let progress) = $1 { $0 + progress.report.tokenCount } else { $0 }
    }
    #expect(outcome.tokenCount == tokens)
  }

  // MARK: Conditions

  @Test("ends when the loss falls below a number, as soon as there are steps enough to tell")
  func comparison() async throws {
    let trial = try TrialRun(.fullTied)
    let end = TrainingEnd.condition(.comparison(.loss, .less, 1000))
    let outcome = try await run(trial, .init(end))
    #expect(outcome.summary.ending == .condition && outcome.summary.stepCount == 3)
  }

  @Test("a stall puts the weights of the best measurement back", arguments: [1, 2])
  func stalls(checks: Int) async throws {
    // A rate at which the loss rises after the first steps.
    var plan = TrialRun.plan(.fullTied)
    (plan.learningRate, plan.length, plan.schedule) = (0.5, .steps(40), .constant)
    let trial = try TrialRun(.fullTied, plan: plan)
    var options = TrainingRun.Options(.condition(.stalls(.devLoss, checks: checks)))
    options.evaluationInterval = 1
    let outcome = try await run(trial, options, measures: true)
    let evaluations = outcome.summary.evaluations
    let best = try #require(evaluations.min { $0.loss < $1.loss })
    #expect(outcome.summary.ending == .condition && outcome.restored == best)
    #expect(best.step == outcome.summary.stepCount - checks)
    let now = Evaluator.loss(
      of: trial.model, on: trial.examples, by: NextToken(), microbatchTokens: 1024)
    #expect(now.map { Float($0.loss) } == best.loss)
  }

  @Test("what never comes is not waited for beyond the steps there may be") func limit()
    async throws
  {
    let end = TrainingEnd.condition(.comparison(.loss, .less, 0))
    let outcome = try await run(TrialRun(.fullTied), .init(end))
    #expect(outcome.summary.ending == .limit && outcome.summary.stepCount == 4)
  }

  @Test("dev is measured at the end of a time that was up before its first turn")
  func timeWithoutMeasurement() async throws {
    let log = Log()
    let outcome = try await run(
      TrialRun(.fullTied), .init(.condition(.elapsed(1e-9))), measures: true, log: log)
    #expect(outcome.summary.ending == .time && outcome.keptStep == 1)
    #expect(log.words == ["began 0", "step 1", "dev 1", "ended 1"])
  }

  @Test("however short the time, one step is taken") func time() async throws {
    let elapsed = try await run(TrialRun(.fullTied), .init(.condition(.elapsed(1e-9))))
    #expect(elapsed.summary.ending == .time && elapsed.summary.stepCount == 1)
    var options = TrainingRun.Options(.steps(4))
    options.limit = 1e-9
    let limited = try await run(TrialRun(.fullTied), options)
    #expect(limited.summary.ending == .time && limited.summary.stepCount == 1)
  }

  // MARK: Stops and hooks

  @Test("a stop ends it after the step at hand, and keeps its weights", arguments: 1...3)
  func stops(step: Int) async throws {
    let trial = try TrialRun(.lowRankTied)
    let outcome = try await run(trial, .init(.steps(4)), measures: true, stopAfter: step)
    #expect(outcome.summary.ending == .stopped && outcome.summary.stepCount == step)
    // Dev was due after step 3, and is not measured once a stop is asked for.
    #expect(outcome.keptEvaluation == nil)
    let other = try TrialRun(.lowRankTied)
    try other.take(step)
    #expect(trial.state == other.state)
  }

  @Test("a hook is told where the training is, and may end it") func hook() async throws {
    let trial = try TrialRun(.fullTied)
    var seen: [Int] = []
    let hook = TrainingHook(every: 1) { state in
      seen.append(state.summary.stepCount)
      #expect(state.summary.ending == nil && state.summary.learningRates.count == seen.count)
      return seen.count == 2 ? .ends : .goesOn
    }
    let outcome = try await run(trial, .init(.steps(4)), hook: hook)
    #expect(outcome.summary.ending == .block && seen == [1, 2])
  }

  @Test("an error of the hook ends it, and its state is kept") func hookFails() async throws {
    let (folder, log) = (try TemporaryFolder(), Log())
    let hook = TrainingHook(every: 2) { _ in throw HookError() }
    await #expect(throws: HookError.self) {
      try await run(TrialRun(.fullTied), .init(.steps(4)), folder: folder, hook: hook, log: log)
    }
    #expect(log.words == ["began 0", "step 1", "step 2", "failed 2", "saved 2"])
  }

  // MARK: Checkpoints

  @Test("goes on from its checkpoint with the bits of one that was never stopped", arguments: 1...3)
  func continues(step: Int) async throws {
    let (folder, log) = (try TemporaryFolder(), Log())
    let first = try await run(
      TrialRun(.lowRankTied), .init(.steps(4)), measures: true, folder: folder, stopAfter: step)
    let trial = try TrialRun(.lowRankTied)
    let second = try await run(
      trial, .init(.steps(4)), measures: true, folder: folder, log: log)
    #expect(log.words.prefix(2) == ["continued \(step)/4", "began \(step)"])
    #expect(log.words.suffix(2) == ["saved 4", "ended 4"])
    let (whole, unbroken) = (try TrialRun(.lowRankTied), Log())
    let outcome = try await run(whole, .init(.steps(4)), measures: true, log: unbroken)
    #expect(trial.state == whole.state)
    #expect(second.tokenCount == outcome.tokenCount && second.loss == outcome.loss)
    #expect(second.tokenCount == first.tokenCount + second.summary.tokenCount)
    #expect(second.keptEvaluation == outcome.keptEvaluation)
  }

  @Test("saves when the time between checkpoints is over") func saves() async throws {
    let log = Log()
    var options = TrainingRun.Options(.steps(4))
    options.secondsBetweenCheckpoints = 0
    _ = try await run(TrialRun(.fullTied), options, folder: TemporaryFolder(), log: log)
    #expect(
      log.words == [
        "began 0", "step 1", "saved 1", "step 2", "saved 2", "step 3", "saved 3", "step 4",
        "saved 4", "ended 4",
      ])
  }

  @Test("run once more, one that its hook ended has nothing to do; resumed, it goes on")
  func endedByHook() async throws {
    let folder = try TemporaryFolder()
    let hook = TrainingHook(every: 2) { $0.summary.stepCount == 2 ? .ends : .goesOn }
    let first = try await run(TrialRun(.fullTied), .init(.steps(4)), folder: folder, hook: hook)
    let log = Log()
    let again = try await run(
      TrialRun(.fullTied), .init(.steps(4)), folder: folder, hook: hook, log: log)
    #expect(log.words == ["continued 2/4", "began 2", "had been ended", "ended 2"])
    #expect(again.summary.ending == .block && again.seconds == first.seconds)
    var options = TrainingRun.Options(.steps(4))
    options.goesOnAfterHook = true
    let rest = try await run(TrialRun(.fullTied), options, folder: folder, hook: hook)
    #expect(rest.summary.ending == .finished && rest.summary.stepCount == 4)
  }
}
