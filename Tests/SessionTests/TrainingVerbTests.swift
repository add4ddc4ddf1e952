import Evaluation
import Execution
import Objectives
import Session
import Synchronization
import TestSupport
import Testing
import Training

/// Training by the session's verbs, as a server would: no command, no language.
@Suite("Training without a command") struct TrainingVerbTests {
  /// What a verb told.
  private final class Log: Sendable {
    private let told = Mutex<[VerbEvent]>([])
    func add(_ event: VerbEvent) { told.withLock { $0.append(event) } }

    /// The events of the training.
    var training: [TrainingEvent] {
      told.withLock { $0 }.compactMap { if case .training(let event) = $0 { event } else { nil } }
    }

    /// How often rows were run through a model in a state, to its end.
    func measurements(of state: ModelState) -> Int {
      told.withLock { $0 }.count {
        if case .measuring(state, fraction: 1) = $0 { true } else { false }
      }
    }

    /// How often rows were run through the model that they are compared with.
    var referrals: Int {
      told.withLock { $0 }.count { if case .referring(fraction: 1) = $0 { true } else { false } }
    }

    /// The steps that were taken.
    var steps: [Int] {
      training.compactMap { if case .stepped(let at) = $0 { at.report.step } else { nil } }
    }
  }

  @Test("tells each step and measurement, and gives what came of it") func trains() async throws {
    let (desk, log) = (try await Desk(), Log())
    let result = try await desk.session.train(TrainingRequest(.epochs(2)), tell: log.add)
    let outcome = result.outcome
    #expect(outcome.summary.ending == .finished && log.steps == [1, 2, 3, 4])
    #expect(outcome.summary.evaluations.map(\.step) == [2, 4])
    #expect(await desk.session.lastRun?.losses == outcome.summary.losses)
    let evaluation = try await desk.session.evaluate()
    #expect(evaluation.state == .tuned && evaluation.name == "dev")
    #expect(outcome.keptEvaluation?.loss == Float(evaluation.report.loss))
  }

  @Test("what preferences are compared with is asked once, and is not measured again")
  func references() async throws {
    let desk = try await Desk(
      rows: (0..<12).map {
        #"{"prompt":"number \#($0)","chosen":"it is \#($0 * 7)","rejected":"none"}"#
      })
    let (session, before, after) = (desk.session, Log(), Log())
    let untrained = try await session.evaluate(tell: before.add)
    #expect(before.referrals == 1 && before.measurements(of: .base) == 0)
    #expect(untrained.report.margins == [0, 0, 0, 0])
    _ = try await session.train(TrainingRequest(.epochs(2)))
    let comparison = try await session.compare(tell: after.add)
    #expect(after.referrals == 0 && after.measurements(of: .base) == 0)
    #expect(after.measurements(of: .tuned) == 1)
    #expect(comparison.base.report.sums == untrained.report.sums)
    // A second training is compared with the model after the first, which is not the base.
    _ = try await session.train(TrainingRequest(.epochs(1)))
    let again = Log()
    let second = try await session.compare(tell: again.add)
    #expect(again.referrals == 0 && again.measurements(of: .base) == 1)
    #expect(second.base.report.margins != untrained.report.margins)
  }

  @Test("is stopped by the flag of the session, from within a hook too") func stops() async throws {
    let (desk, log) = (try await Desk(), Log())
    let session = desk.session
    let hook = TrainingHook(every: 2) { _ in
      // While a hook runs, its training has not ended.
      #expect(await session.isInTrainingHook)
      session.stop.request()
      return .interrupted
    }
    let result = try await session.train(TrainingRequest(.epochs(9)), hook: hook, tell: log.add)
    #expect(result.outcome.summary.ending == .stopped && log.steps == [1, 2])
    #expect(await !session.isInTrainingHook)
  }

  @Test("goes on from its folder with the numbers of one that was never stopped")
  func resumes() async throws {
    let (whole, desk) = (try await Desk(), try await Desk())
    let unbroken = try await whole.session.train(TrainingRequest(.epochs(2)))
    var request = TrainingRequest(.epochs(2))
    request.folder = desk.folder.path + "/run"
    let session = desk.session
    let first = try await session.train(request) { event in
      if case .training(.stepped(let at)) = event, at.report.step == 3 { session.stop.request() }
    }
    #expect(first.outcome.summary.ending == .stopped)
    session.stop.clear()
    let log = Log()
    let saved = try await session.savedTraining()
    let rest = try await session.resume(saved, tell: log.add)
    #expect(log.steps == [4])
    #expect(rest.outcome.summary.losses == unbroken.outcome.summary.losses)
    #expect(rest.outcome.keptEvaluation == unbroken.outcome.keptEvaluation)
  }

  @Test("a plan says what a training takes, and begins nothing") func plans() async throws {
    let desk = try await Desk()
    let steps = try await desk.session.stepsPlanned(TrainingRequest(.epochs(3)))
    #expect(steps == 6)
    #expect(await !desk.session.isTuned)
  }

  @Test("tells why beginnings are not shared where that was asked for") func unshared() async throws
  {
    let (whole, halved) = (try await Desk(), try await Desk(isHalved: true))
    let labelled = try await Desk(isLabelled: true)
    #expect(try await whole.session.unsharedReason(.supervised) == nil)
    #expect(try await halved.session.unsharedReason(.supervised) == "supervised, keys: false")
    #expect(try await labelled.session.unsharedReason(.classify) == "classify, keys: true")
  }

  // MARK: What it refuses

  @Test("refuses what memory cannot hold, with what would") func shortage() async throws {
    let desk = try await Desk()
    await desk.session.allow(bytes: 1e6)
    await #expect {
      try await desk.session.train(TrainingRequest(.epochs(1)))
    } throws: { error in
      guard case SessionError.shortage(let shortage, isSet: true) = error else { return false }
      return shortage.limit == 1_000_000 && !shortage.remedies.isEmpty
    }
  }

  @Test("refuses rows that are not there, and conditions that nothing measures")
  func refusals() async throws {
    let desk = try await Desk()
    var request = TrainingRequest(.condition(.stalls(.devLoss, checks: 1)))
    request.dataName = "dev"
    await #expect {
      try await desk.session.train(request)
    } throws: {
      if case SessionError.noDev(.devLoss, _) = $0 { true } else { false }
    }
    request.dataName = "other"
    await #expect {
      try await desk.session.train(request)
    } throws: {
      if case SessionError.unknownData("other", known: ["rows"]) = $0 { true } else { false }
    }
    await #expect {
      _ = try await desk.session.savedTraining()
    } throws: {
      if case SessionError.noCheckpoint = $0 { true } else { false }
    }
  }
}

extension Session {
  fileprivate func stepsPlanned(_ request: TrainingRequest) throws -> Int {
    let forecast = try plan(request)
    #expect(forecast.memory.fits && forecast.work.total > 0)
    return forecast.schedule.stepCount
  }

  /// Plans a training that is asked to share beginnings; returns why it does not.
  fileprivate func unsharedReason(_ kind: ObjectiveKind) throws -> String? {
    (settings.training.sharesPrefixes, settings.training.objective.kind) = (true, kind)
    var reasons: [String] = []
    let forecast = try plan(TrainingRequest(.epochs(1))) { event in
      guard case .unsharedBeginnings(let kind, let keepsKeys, _) = event else { return }
      reasons.append("\(kind), keys: \(keepsKeys)")
    }
    #expect(forecast.plan.sharesPrefixes == reasons.isEmpty)
    return reasons.first
  }

  fileprivate func allow(bytes: Double) { settings.training.memory = bytes }
}
