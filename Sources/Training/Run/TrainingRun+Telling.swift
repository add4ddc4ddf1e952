/// What a training tells: what it is about to do, how far it is, what it did.
extension TrainingRun {
  var outline: TrainingOutline {
    TrainingOutline(
      plan: trainer.plan, end: options.end, stepCount: trainer.stepCount,
      finishedSteps: trainer.finishedSteps, parameterCount: trainer.parameterCount,
      memory: trainer.memory)
  }

  /// What the hook is told.
  var state: TrainingState {
    TrainingState(
      summary: summary(nil),
      epoch: Double(trainer.finishedSteps) / Double(trainer.stepsPerEpoch),
      loss: trainer.recentLoss ?? meanLoss)
  }

  func summary(_ ending: TrainingEnding?) -> RunSummary {
    RunSummary(
      losses: trainer.losses,
      learningRates: (0..<trainer.finishedSteps).map {
        trainer.learningRate(step: $0)
      },
      evaluations: stopping.evaluations, seconds: seconds, tokenCount: tokenCount, ending: ending)
  }

  /// The mean loss of the last epoch, or of a tenth of the steps when that is less.
  var meanLoss: Double {
    let last = max(1, min(trainer.stepsPerEpoch, trainer.losses.count / 10 + 1))
    let recent = trainer.losses.suffix(last)
    return recent.reduce(0) { $0 + Double($1) } / Double(max(1, recent.count))
  }

  func progress(_ report: StepReport) -> TrainingProgress {
    let seconds = seconds
    let isOpen = options.end.condition != nil
    var (fraction, secondsLeft) = (0.0, Double?.none)
    if let limit = timeLimit {
      secondsLeft = max(0, limit - seconds)
      fraction = min(1, seconds / max(limit, 1e-9))
    } else {
      fraction = Double(report.step) / Double(report.stepCount)
      let done = Double(report.step - firstStep)
      secondsLeft = isOpen ? nil : seconds / max(done, 1) * Double(report.stepCount - report.step)
    }
    return TrainingProgress(
      report: report, stepsPerEpoch: trainer.stepsPerEpoch, isOpen: isOpen, fraction: fraction,
      smoothedLoss: smoothedLoss ?? report.loss, curve: curve,
      devLoss: stopping.evaluations.last.map { Double($0.loss) }, tokenCount: tokenCount,
      seconds: seconds, secondsLeft: secondsLeft)
  }

  /// The seconds this process may take in all; nil without a limit.
  private var timeLimit: Double? {
    var limit = options.limit
    if case .elapsed(let seconds)? = options.end.condition {
      limit = min(limit ?? seconds, seconds)
    }
    return limit.map { $0 - earlier.seconds }
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
