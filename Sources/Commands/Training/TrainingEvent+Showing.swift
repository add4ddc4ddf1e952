import Adapters
import Evaluation
import Reporting
import Session
import Tensors
import Training

extension TrainingEvent {
  /// What is shown of it; nil when that is nothing.
  var shown: SessionEvent? {
    switch self {
    case .skippedStates(let steps):
      .note("\(Self.states(steps)), damaged or never finished, left out.")
    case .changed(let differences):
      .note(
        "this is a run of its own, not the one that was interrupted: "
          + differences.joined(separator: ", ") + ".")
    case .continued(let step, let count):
      .report(.text("going on from step \(step) of \(count)"))
    case .steered(let changes): .report(.text(SteeringChange.text(of: changes)))
    case .began(let outline): .report(.text(outline.text))
    case .hadBeenEnded:
      .report(.text("its block had ended it; `resume` goes on with the rest of its steps"))
    case .stepped(let progress): .progress(SessionEvent.Progress(progress))
    case .devMeasured(let evaluation, let report):
      .devMeasured(step: evaluation.step, loss: report.loss, accuracy: report.accuracy)
    // What is said of it names lines of a file, which a training does not know.
    case .jumped, .saved: nil
    case .failed: .progressEnded(summary: nil)
    case .ended(let outcome): .progressEnded(summary: outcome.text)
    }
  }

  private static func states(_ steps: [Int]) -> String {
    let noun = steps.count == 1 ? "the state of step" : "the states of steps"
    return noun + " " + steps.map(String.init).joined(separator: ", ")
      + (steps.count == 1 ? " is" : " are")
  }
}

extension TrainingOutline {
  fileprivate var text: String {
    let what =
      switch plan.method {
      case .full: "all weights"
      case .lowRank(let settings): "\(settings.kindName) rank \(settings.rank)"
      }
    let length =
      end.condition.map { "until \($0.text), steps of " }
      ?? "\(Wording.count(stepCount, "step")) of "
    return length
      + "\(Wording.count(plan.batchSize, "row")), \(what) "
      + "(\(Quantity(Double(parameterCount), .magnitude).text) numbers), lr "
      + "\(Wording.digits(plan.learningRate)), memory "
      + "\(Quantity(Double(memory.total), .bytes).text)"
      + (plan.recomputes ? ", recomputing blocks" : "")
      + (plan.sharesPrefixes ? ", alike beginnings once" : "")
      + (plan.precision == .exact ? "" : ", products in \(plan.precision.rawValue)")
  }
}

extension SessionEvent.Progress {
  fileprivate init(_ training: TrainingProgress) {
    let report = training.report
    let epochs = (report.stepCount - 1) / training.stepsPerEpoch + 1
    let epoch = (report.step - 1) / training.stepsPerEpoch + 1
    self.init(
      label: training.isOpen ? "epoch \(epoch)" : "epoch \(epoch)/\(epochs)",
      fraction: training.fraction)
    step = report.step
    stepCount = report.stepCount
    self.epoch = report.epoch
    loss = training.smoothedLoss
    stepLoss = report.loss
    stepAccuracy = report.accuracy
    recentLosses = training.curve
    devLoss = training.devLoss
    learningRate = report.learningRate
    tokens = training.tokenCount
    tokensPerSecond = Double(training.tokenCount) / max(training.seconds, 1e-9)
    secondsLeft = training.secondsLeft
  }
}

extension TrainingOutcome {
  fileprivate var text: String {
    let isDone = summary.ending == .finished || summary.ending == .condition
    let steps = Wording.count(summary.stepCount, "step")
    let verb = isDone ? "trained" : summary.ending == .paused ? "paused at" : "stopped at"
    var parts = ["\(verb) \(steps)\(reason)"]
    parts.append("loss \(Quantity(loss, .loss).text)")
    if let restored {
      let loss = Quantity(Double(restored.loss), .loss).text
      parts.append("kept the weights of step \(restored.step), dev \(loss)")
    } else if let dev = summary.evaluations.last {
      parts.append("dev \(Quantity(Double(dev.loss), .loss).text)")
    }
    let speed = Quantity(Double(summary.tokenCount) / max(ownSeconds, 1e-9), .tokensPerSecond)
    if summary.tokenCount > 0 { parts.append(speed.text) }
    parts.append(Quantity(ownSeconds, .seconds).text)
    return parts.joined(separator: " · ")
  }

  /// Why it ended, after the number of steps; nothing when that is plain.
  private var reason: String {
    switch summary.ending {
    case nil, .finished, .stopped, .paused, .failed: ""
    case .condition:
      switch condition {
      case nil: ""
      case .stalls(let metric, let checks):
        ": \(metric.rawValue) is no better in \(Wording.count(checks, "measurement"))"
      case let condition?: ": \(condition.text)"
      }
    case .time: ": the time is up"
    case .limit: ": \(TrainingEnd.openEpochs) epochs, the most there may be"
    case .block: " by its block"
    }
  }
}
