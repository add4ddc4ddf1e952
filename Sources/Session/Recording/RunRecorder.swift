import Datasets
import Evaluation
import Runs
import SettingDeclarations
import Training

/// Writes what a training tells into the record of runs.
///
/// What goes wrong with the record is told once, and the training goes on without it.
final class RunRecorder {
  /// What is known of the training.
  private let start: RunStart
  private let store: RunStore
  private let trainer: Trainer
  /// What was found of its rows.
  private let proof: DataProof
  private let complain: (RunStoreError) -> Void
  private var log: RunLog?
  private var hasFailed = false

  /// - Parameters:
  ///   - start: what is known of the training.
  ///   - trainer: takes its steps.
  ///   - proof: what was found of its rows.
  ///   - store: where it is recorded.
  ///   - complain: told when that cannot be.
  init(
    _ start: RunStart, of trainer: Trainer, proof: DataProof, in store: RunStore,
    complain: @escaping (RunStoreError) -> Void
  ) {
    (self.start, self.trainer, self.store) = (start, trainer, store)
    self.proof = proof
    self.complain = complain
  }

  /// The number of the run; nil while, or when, it is not recorded.
  var number: Int? { log?.number }

  /// Records what a training tells.
  func note(_ event: TrainingEvent) {
    attempt { () throws(RunStoreError) in
      if case .began(let outline) = event { try begin(outline) }
      guard let log else { return }
      switch event {
      case .skippedStates, .changed, .continued, .hadBeenEnded: break
      case .steered(let changes):
        for change in changes {
          try log.note(event: "set", "\(change.name) \(change.value.text)", step: change.step)
        }
      case .began:
        try log.note(event: "began", "", step: trainer.finishedSteps)
        try log.note(event: RunLog.provedEvent, proof.summary, step: trainer.finishedSteps)
      case .stepped(let progress): try step(progress, log)
      case .devMeasured(let evaluation, let report):
        try log.note(
          RunLog.Evaluation(
            step: evaluation.step, loss: report.loss, accuracy: report.accuracy, sums: report.sums,
            counts: report.tokenCounts))
      case .jumped(let jump):
        try log.note(
          event: "jumped", "loss \(Float(jump.loss)), usual \(Float(jump.usual))", step: jump.step)
      case .saved(let step): try log.note(event: "saved", start.folder ?? "", step: step)
      case .failed(let summary, let error):
        if case TrainingError.diverged(let step, let loss, _, _) = error {
          try log.note(event: "diverged", "loss \(loss)", step: step)
        }
        try end(RunLog.End(summary), log)
      case .ended(let outcome): try end(RunLog.End(outcome), log)
      }
    }
  }

  /// Records what a model answered in the midst of its training.
  func note(answer: String, to prompt: String) {
    attempt { () throws(RunStoreError) in
      try log?.note(answer: answer, to: prompt, step: trainer.finishedSteps)
    }
  }

  private func attempt(_ body: () throws(RunStoreError) -> Void) {
    guard !hasFailed else { return }
    do throws(RunStoreError) { try body() } catch {
      hasFailed = true
      complain(error)
    }
  }

  private func begin(_ outline: TrainingOutline) throws(RunStoreError) {
    let log = try RunLog(
      start, stepCount: outline.stepCount, parameterCount: outline.parameterCount, in: store)
    // What a killed process had not written yet is in the checkpoint.
    for (index, loss) in trainer.losses.enumerated() {
      let rate = trainer.learningRate(step: index)
      try log.note(
        earlier: RunLog.Step(step: index + 1, loss: Double(loss), learningRate: rate))
    }
    self.log = log
  }

  private func step(_ progress: TrainingProgress, _ log: RunLog) throws(RunStoreError) {
    let report = progress.report
    var step = RunLog.Step(
      step: report.step, loss: report.loss, learningRate: report.learningRate)
    step.accuracy = report.accuracy
    step.gradientNorm = report.gradientNorm
    step.tokenCount = report.tokenCount
    step.seconds = progress.seconds
    try log.note(step)
    if report.step % progress.stepsPerEpoch == 0 {
      try noteExamples(epoch: report.step / progress.stepsPerEpoch - 1, log)
    }
  }

  private func noteExamples(epoch: Int, _ log: RunLog) throws(RunStoreError) {
    let record = trainer.record
    guard record.losses.indices.contains(epoch) else { return }
    try log.note(
      epoch: epoch, losses: record.losses[epoch], accuracies: record.accuracies[epoch])
  }

  private func end(_ end: RunLog.End, _ log: RunLog) throws(RunStoreError) {
    if trainer.finishedSteps % trainer.stepsPerEpoch != 0 {
      try noteExamples(epoch: trainer.record.losses.count - 1, log)
    }
    try log.note(event: end.ending, "", step: trainer.finishedSteps)
    try log.end(end)
  }
}

extension RunLog.End {
  fileprivate init(_ outcome: TrainingOutcome) {
    let kept = outcome.keptEvaluation
    self.init(
      ending: outcome.summary.endingWord, loss: outcome.loss,
      devLoss: kept.map { Double($0.loss) }, devAccuracy: kept.map { Double($0.accuracy) },
      keptStep: outcome.keptStep, seconds: outcome.seconds, tokenCount: outcome.tokenCount)
  }

  /// The end of a training that failed.
  fileprivate init(_ summary: RunSummary) {
    let last = summary.evaluations.last
    self.init(
      ending: summary.endingWord, loss: summary.losses.last.map(Double.init) ?? .nan,
      devLoss: last.map { Double($0.loss) }, devAccuracy: last.map { Double($0.accuracy) },
      keptStep: summary.stepCount, seconds: summary.seconds, tokenCount: summary.tokenCount)
  }
}
