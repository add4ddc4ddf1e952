import Adapters
import Language
import Reporting
import Session
import Training

/// What a training tells: its plan, how far it is, and how it ended.
extension TrainingRun {
  func summary(
    _ ending: TrainingEnding, best: TrainingWatch.Evaluation?, seconds: Double
  ) -> String {
    let isDone = ending == .finished || ending == .condition
    let steps = Wording.count(trainer.finishedSteps, "step")
    var parts = ["\(isDone ? "trained" : "stopped at") \(steps)\(reason(ending))"]
    parts.append("loss \(Quantity(meanLoss, .loss).text)")
    if let best {
      parts.append(
        "kept the weights of step \(best.step), dev \(Quantity(Double(best.loss), .loss).text)")
    } else if let dev = watch.evaluations.last {
      parts.append("dev \(Quantity(Double(dev.loss), .loss).text)")
    }
    let speed = Quantity(Double(tokenCount) / max(seconds, 1e-9), .tokensPerSecond)
    if tokenCount > 0 { parts.append(speed.text) }
    parts.append(Quantity(seconds, .seconds).text)
    return parts.joined(separator: " · ")
  }

  /// Why it ended, after the number of steps; nothing when that is plain.
  private func reason(_ ending: TrainingEnding) -> String {
    switch ending {
    case .finished, .stopped: ""
    case .condition:
      request.condition.map { ": " + reason($0) } ?? ""
    case .time: ": the time is up"
    case .limit: ": \(TrainingRequest.openEpochs) epochs, the most there may be"
    case .block: " by its block"
    }
  }

  private func reason(_ condition: Condition) -> String {
    guard case .stalls(let metric, let checks) = condition else { return condition.text }
    return "\(metric) is no better in \(Wording.count(checks, "measurement"))"
  }

  func plan(_ session: isolated Session) -> String {
    let count = trainer.parameterCount
    let what =
      switch trainer.plan.method {
      case .full: "all weights"
      case .lowRank(let settings): "\(settings.kindName) rank \(settings.rank)"
      }
    let length =
      request.condition.map { "until \($0.text), steps of " }
      ?? "\(Wording.count(trainer.stepCount, "step")) of "
    return length
      + "\(Wording.count(trainer.plan.batchSize, "row")), \(what) "
      + "(\(Quantity(Double(count), .magnitude).text) numbers), lr "
      + "\(Wording.digits(trainer.plan.learningRate)), memory "
      + "\(Quantity(Double(trainer.memory.total), .bytes).text)"
      + (trainer.plan.recomputes ? ", recomputing blocks" : "")
  }

  func progress(_ report: StepReport) -> SessionEvent.Progress {
    let epochs = (report.stepCount - 1) / trainer.stepsPerEpoch + 1
    let epoch = (report.step - 1) / trainer.stepsPerEpoch + 1
    let isOpen = request.condition != nil
    var progress = SessionEvent.Progress(
      label: isOpen ? "epoch \(epoch)" : "epoch \(epoch)/\(epochs)", fraction: 0)
    let seconds = seconds(since: start)
    progress.step = report.step
    progress.stepCount = report.stepCount
    progress.epoch = report.epoch
    progress.loss = smoothLoss
    progress.stepLoss = report.loss
    progress.recentLosses = curve
    progress.devLoss = watch.evaluations.last.map { Double($0.loss) }
    progress.learningRate = report.learningRate
    progress.tokens = tokenCount
    progress.tokensPerSecond = Double(tokenCount) / max(seconds, 1e-9)
    if let limit = timeLimit {
      progress.secondsLeft = max(0, limit - seconds)
      progress.fraction = min(1, seconds / max(limit, 1e-9))
    } else {
      progress.fraction = Double(report.step) / Double(report.stepCount)
      let done = Double(report.step - firstStep)
      progress.secondsLeft =
        isOpen ? nil : seconds / max(done, 1) * Double(report.stepCount - report.step)
    }
    return progress
  }

  /// The seconds this process may take in all; nil without a limit.
  private var timeLimit: Double? {
    var limit = request.limit
    if case .elapsed(let seconds)? = request.condition { limit = min(limit ?? seconds, seconds) }
    return limit.map { $0 - watch.earlierSeconds }
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
}
