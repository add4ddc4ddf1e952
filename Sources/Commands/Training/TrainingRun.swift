import Adapters
import Datasets
import Evaluation
import Foundation
import Language
import Reporting
import Session
import Training

/// One training as the session sees it: steps, progress, measurements of dev, the block, checkpoints.
struct TrainingRun {
  let trainer: Trainer
  let dev: [EncodedExample]
  let request: TrainingRequest
  let block: TrainingBlock?
  let checkpoint: TrainingCheckpoint?
  private let secondsBetweenCheckpoints: Double
  /// Steps between measurements of dev.
  private let evaluationInterval: Int
  var watch: TrainingWatch
  var tokenCount = 0
  let clock = ContinuousClock()
  let start: ContinuousClock.Instant
  private var lastSave: ContinuousClock.Instant
  /// The loss smoothed over about ten steps, for reading.
  var smoothLoss: Double?
  let firstStep: Int
  /// Where a notebook says that it was stopped.
  private let plannedStop: PlannedStop?
  /// Whether an earlier process took steps of it.
  private var isContinued = false

  init(
    trainer: Trainer, dev: [EncodedExample], request: TrainingRequest, block: TrainingBlock?,
    session: isolated Session, checkpoint: TrainingCheckpoint?
  ) throws(TrainingError) {
    self.trainer = trainer
    self.dev = dev
    self.request = request
    self.block = block
    self.checkpoint = checkpoint
    plannedStop = session.takePlannedStop()
    secondsBetweenCheckpoints = session.settings.run.checkpointInterval
    evaluationInterval = session.settings.run.evaluationInterval ?? trainer.stepsPerEpoch
    start = clock.now
    lastSave = start
    var watch = TrainingWatch(request.condition)
    if let checkpoint,
      try checkpoint.restore(trainer, watched: { watch.restore($0, isSameDev: $1) })
    {
      isContinued = true
      session.show(
        .report(
          .text("going on from step \(trainer.finishedSteps) of \(trainer.stepCount)")))
    }
    self.watch = watch
    firstStep = trainer.finishedSteps
  }

  /// Trains to the end, or to a stop, and gives the command's value.
  ///
  /// - Throws: `TrainingError`, and what the block throws.
  mutating func run(in session: isolated Session) async throws -> Value {
    session.show(.report(.text(plan(session))))
    if let plannedStop, trainer.finishedSteps >= plannedStop.step { plannedStop.stop() }
    var ending = session.stop.isRequested ? .stopped : endingNow ?? endingBefore(in: session)
    while ending == nil {
      do {
        try step(in: session)
        ending = try await afterStep(in: session)
        if ending == nil { try saveIfDue() }
      } catch {
        session.show(.progressEnded(summary: nil))
        keepSummary("failed", in: session)
        // A training that diverged has no state to go on from.
        if !(error is TrainingError) { try save() }
        throw error
      }
    }
    let final = ending ?? .finished
    if final == .finished, watch.evaluations.last?.step != trainer.finishedSteps {
      measureDev(in: session)
    }
    // One that was over before took no time now, and its record is the first one's.
    let isOver = isContinued && trainer.finishedSteps == firstStep
    let seconds = isOver ? 0 : seconds(since: start)
    if !isOver { try save(seconds: seconds, isEndedByBlock: final == .block) }
    return finish(final, seconds: seconds, in: session)
  }

  /// Why a training that is run once more has nothing to do: its block had ended it.
  private func endingBefore(in session: isolated Session) -> TrainingEnding? {
    guard watch.wasEndedByBlock, block != nil, !request.isResumed else { return nil }
    session.show(
      .report(
        .text("its block had ended it; `resume` goes on with the rest of its steps")))
    return .block
  }

  private mutating func step(in session: isolated Session) throws(TrainingError) {
    let report = try trainer.step()
    tokenCount += report.tokenCount
    smoothLoss = smoothLoss.map { 0.9 * $0 + 0.1 * report.loss } ?? report.loss
    session.show(.progress(progress(report)))
    let planned = plannedStop.flatMap { $0.step == report.step ? $0 : nil }
    if let planned, !planned.isMeasured { planned.stop() }
    if report.step % evaluationInterval == 0 || report.step == trainer.stepCount {
      measureDev(in: session)
    }
    if let planned, planned.isMeasured { planned.stop() }
  }

  private mutating func saveIfDue() throws(TrainingError) {
    guard seconds(since: lastSave) > secondsBetweenCheckpoints else { return }
    try save()
    lastSave = clock.now
  }

  /// Runs the block when it is due, and returns why the training ends here; nil when it goes on.
  private mutating func afterStep(in session: isolated Session) async throws -> TrainingEnding? {
    let step = trainer.finishedSteps
    if !session.stop.isRequested, let block,
      block.isDue(step: step, stepsPerEpoch: trainer.stepsPerEpoch)
    {
      keepSummary("running", in: session)
      session.show(.progressEnded(summary: nil))
      switch try await block.run(state, in: session) {
      case .goesOn: break
      case .stop: return endingNow == .finished ? .finished : .block
      case .interrupted: return .stopped
      }
    }
    return endingNow ?? (session.stop.isRequested ? .stopped : nil)
  }

  /// Why there is nothing more to do; nil when there is.
  ///
  /// However short the time, one step is taken: a training that took none would tell nothing.
  private var endingNow: TrainingEnding? {
    let seconds = trainer.finishedSteps == 0 ? 0 : seconds(since: start)
    if watch.isMet(trainer, seconds: seconds) {
      return request.condition?.metric == nil ? .time : .condition
    }
    if let limit = request.limit, watch.earlierSeconds + seconds >= limit { return .time }
    guard trainer.finishedSteps >= trainer.stepCount else { return nil }
    return request.condition == nil ? .finished : .limit
  }

  private func save(
    seconds: Double? = nil, isEndedByBlock: Bool = false
  ) throws(TrainingError) {
    let seconds = seconds ?? self.seconds(since: start)
    try checkpoint?.save(
      trainer,
      watched: watch.state(
        seconds: seconds, tokens: tokenCount, isEndedByBlock: isEndedByBlock,
        on: trainer.device))
  }

  private mutating func measureDev(in session: isolated Session) {
    guard !dev.isEmpty else { return }
    let report = Evaluator.loss(
      of: trainer.model, on: dev, microbatchTokens: trainer.plan.microbatchTokens,
      arena: trainer.arena, isCancelled: { session.stop.isRequested })
    guard let report else { return }
    watch.add(report, of: trainer)
    session.show(.devMeasured(step: trainer.finishedSteps, loss: report.loss))
  }

  // MARK: What it gives

  /// What the block has as `it`.
  private var state: Record {
    var state: Record = [
      "step": .integer(trainer.finishedSteps),
      "epoch": .number(Double(trainer.finishedSteps) / Double(trainer.stepsPerEpoch)),
      "loss": .number(TrainingWatch.recentLoss(trainer) ?? meanLoss),
    ]
    state["step_loss"] = trainer.losses.last.map { .number(Double($0)) }
    if let last = watch.evaluations.last {
      state["dev_loss"] = .number(Double(last.loss))
      state["dev_accuracy"] = .number(Double(last.accuracy))
    }
    return state
  }

  /// The mean loss of the last epoch, or of a tenth of the steps when that is less.
  var meanLoss: Double {
    let last = max(1, min(trainer.stepsPerEpoch, trainer.losses.count / 10 + 1))
    let recent = trainer.losses.suffix(last)
    return recent.reduce(0) { $0 + Double($1) } / Double(max(1, recent.count))
  }

  private func keepSummary(_ ending: String, in session: isolated Session) {
    session.lastRun = RunSummary(
      losses: trainer.losses,
      learningRates: (0..<trainer.finishedSteps).map {
        trainer.plan.learningRate(step: $0, of: trainer.stepCount)
      },
      devLosses: watch.evaluations.map { (step: $0.step, loss: Double($0.loss)) },
      stepCount: trainer.finishedSteps, seconds: seconds(since: start), tokenCount: tokenCount,
      ending: ending)
  }

  private func finish(
    _ ending: TrainingEnding, seconds: Double, in session: isolated Session
  ) -> Value {
    keepSummary(ending.rawValue, in: session)
    // Whoever presses Ctrl-C gets the weights of that moment.
    let best = ending == .stopped ? nil : watch.restoreBest(in: trainer)
    let kept = best ?? watch.evaluations.last
    session.show(.progressEnded(summary: summary(ending, best: best, seconds: seconds)))
    if let harm = harm(in: session) { session.show(.report(.diagnostic(harm))) }
    var value: Record = [
      "loss": .number(meanLoss), "steps": .integer(trainer.finishedSteps),
      "tokens": .integer(watch.earlierTokens + tokenCount),
      "seconds": .number(watch.earlierSeconds + seconds),
      "stopped": .string(ending.rawValue),
    ]
    // Of a training that was stopped, only when dev was measured on these weights.
    if let kept, ending != .stopped || kept.step == trainer.finishedSteps {
      value["dev_loss"] = .number(Double(kept.loss))
    }
    if request.condition != nil {
      value["kept_step"] = .integer(best?.step ?? trainer.finishedSteps)
    }
    return .record(value)
  }

  func seconds(since instant: ContinuousClock.Instant) -> Double {
    let components = (clock.now - instant).components
    return Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
