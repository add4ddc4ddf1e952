import Adapters
import Datasets
import Evaluation
import Foundation
import Language
import Reporting
import Session
import Training

/// One training as the session sees it: steps, progress, dev loss after each epoch, checkpoints.
struct TrainingRun {
  let trainer: Trainer
  let dev: [EncodedExample]
  let checkpoint: TrainingCheckpoint?
  private let secondsBetweenCheckpoints: Double
  private var devLosses: [(step: Int, loss: Double)] = []
  private var tokenCount = 0
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastSave: ContinuousClock.Instant
  /// The loss smoothed over about ten steps, for reading.
  private var smoothLoss: Double?
  private let firstStep: Int

  init(
    trainer: Trainer, dev: [EncodedExample], session: isolated Session,
    checkpoint: TrainingCheckpoint?
  ) throws(TrainingError) {
    self.trainer = trainer
    self.dev = dev
    self.checkpoint = checkpoint
    secondsBetweenCheckpoints = session.settings.number("checkpoint")
    start = clock.now
    lastSave = start
    if let checkpoint, try checkpoint.restore(trainer) {
      session.show(
        .report(
          .text("going on from step \(trainer.finishedSteps) of \(trainer.stepCount)")))
    }
    firstStep = trainer.finishedSteps
  }

  /// Trains to the end, or to a stop, and gives the command's value.
  mutating func run(in session: isolated Session) throws(TrainingError) -> Value {
    session.show(.report(.text(plan(session))))
    while trainer.finishedSteps < trainer.stepCount, !session.stop.isRequested {
      let report: StepReport
      do throws(TrainingError) { report = try trainer.step() } catch {
        session.show(.progressEnded(summary: nil))
        throw error
      }
      tokenCount += report.tokenCount
      smoothLoss = smoothLoss.map { 0.9 * $0 + 0.1 * report.loss } ?? report.loss
      session.show(.progress(progress(report)))
      if report.step % trainer.stepsPerEpoch == 0 || report.step == trainer.stepCount {
        measureDev(in: session)
      }
      try saveIfDue()
    }
    try checkpoint?.save(trainer)
    return finish(in: session)
  }

  private mutating func saveIfDue() throws(TrainingError) {
    guard let checkpoint, seconds(since: lastSave) > secondsBetweenCheckpoints else { return }
    try checkpoint.save(trainer)
    lastSave = clock.now
  }

  private mutating func measureDev(in session: isolated Session) {
    guard !dev.isEmpty else { return }
    let report = Evaluator.loss(
      of: trainer.model, on: dev, microbatchTokens: trainer.plan.microbatchTokens,
      arena: trainer.arena, isCancelled: { session.stop.isRequested })
    if let report { devLosses.append((trainer.finishedSteps, report.loss)) }
  }

  private mutating func finish(in session: isolated Session) -> Value {
    let ending = trainer.finishedSteps < trainer.stepCount ? "stopped" : "finished"
    let seconds = seconds(since: start)
    let last = max(1, min(trainer.stepsPerEpoch, trainer.losses.count / 10 + 1))
    let recent = trainer.losses.suffix(last)
    let loss = recent.reduce(0) { $0 + Double($1) } / Double(max(1, recent.count))
    session.lastRun = RunSummary(
      losses: trainer.losses,
      learningRates: (0..<trainer.finishedSteps).map {
        trainer.plan.learningRate(step: $0, of: trainer.stepCount)
      }, devLosses: devLosses, stepCount: trainer.finishedSteps,
      seconds: seconds, tokenCount: tokenCount, ending: ending)
    let steps = Wording.count(trainer.finishedSteps, "step")
    var parts = ["\(ending == "stopped" ? "stopped at" : "trained") \(steps)"]
    parts.append("loss \(Quantity(loss, .loss).text)")
    if let dev = devLosses.last { parts.append("dev \(Quantity(dev.loss, .loss).text)") }
    let speed = Quantity(Double(tokenCount) / max(seconds, 1e-9), .tokensPerSecond)
    if tokenCount > 0 { parts.append(speed.text) }
    parts.append(Quantity(seconds, .seconds).text)
    session.show(.progressEnded(summary: parts.joined(separator: " · ")))
    return .record([
      "loss": .number(loss), "steps": .integer(trainer.finishedSteps),
      "tokens": .integer(tokenCount), "seconds": .number(seconds), "stopped": .string(ending),
    ])
  }

  // MARK: What is shown

  private func plan(_ session: isolated Session) -> String {
    let count = trainer.parameterCount
    let what =
      switch trainer.plan.method {
      case .full: "all weights"
      case .lowRank(let settings): "lora rank \(settings.rank)"
      }
    return "\(Wording.count(trainer.stepCount, "step")) of "
      + "\(Wording.count(trainer.plan.batchSize, "row")), \(what) "
      + "(\(Quantity(Double(count), .magnitude).text) numbers), lr "
      + "\(Quantity(trainer.plan.learningRate, .exact).text), memory "
      + "\(Quantity(Double(trainer.memory.total), .bytes).text)"
      + (trainer.plan.recomputes ? ", recomputing blocks" : "")
  }

  private func progress(_ report: StepReport) -> SessionEvent.Progress {
    let fraction = Double(report.step) / Double(report.stepCount)
    let epochs = (report.stepCount - 1) / trainer.stepsPerEpoch + 1
    let epoch = (report.step - 1) / trainer.stepsPerEpoch + 1
    var progress = SessionEvent.Progress(label: "epoch \(epoch)/\(epochs)", fraction: fraction)
    let seconds = seconds(since: start)
    progress.step = report.step
    progress.stepCount = report.stepCount
    progress.epoch = report.epoch
    progress.loss = smoothLoss
    progress.recentLosses = curve
    progress.devLoss = devLosses.last?.loss
    progress.learningRate = report.learningRate
    progress.tokens = tokenCount
    progress.tokensPerSecond = Double(tokenCount) / max(seconds, 1e-9)
    let done = Double(report.step - firstStep)
    progress.secondsLeft = seconds / max(done, 1) * Double(report.stepCount - report.step)
    return progress
  }

  /// Twelve points of the loss so far, each the mean of a stretch.
  private var curve: [Double] {
    let losses = trainer.losses
    let points = min(12, losses.count)
    return (0..<points).map { point in
      let range = losses.count * point / points..<losses.count * (point + 1) / points
      return losses[range].reduce(0) { $0 + Double($1) } / Double(range.count)
    }
  }

  private func seconds(since instant: ContinuousClock.Instant) -> Double {
    let components = (clock.now - instant).components
    return Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
