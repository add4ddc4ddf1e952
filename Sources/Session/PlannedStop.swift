import Training

/// A stop that is known beforehand: a notebook records the step at which Ctrl-C ended a training, and
/// what runs it again stops there too.
package struct PlannedStop: Sendable {
  /// How many trainings run to their end before the one that is stopped.
  fileprivate var trainingsBefore: Int
  /// The steps it had taken.
  private let step: Int
  /// Whether dev was measured after that step.
  private let isMeasured: Bool
  /// Does what Ctrl-C would.
  let stop: @Sendable () -> Void

  /// Plans a stop.
  ///
  /// - Parameters:
  ///   - trainingsBefore: how many trainings run to their end before.
  ///   - step: the steps that the one to stop takes.
  ///   - isMeasured: whether dev is measured after the last of them.
  ///   - stop: does what Ctrl-C would.
  package init(
    trainingsBefore: Int, step: Int, isMeasured: Bool, stop: @escaping @Sendable () -> Void
  ) {
    self.trainingsBefore = trainingsBefore
    self.step = step
    self.isMeasured = isMeasured
    self.stop = stop
  }

  /// Whether the training that tells this has come so far.
  func isDue(after event: TrainingEvent) -> Bool {
    switch event {
    case .began(let outline): outline.finishedSteps >= step
    case .stepped(let progress): progress.report.step == step && !isMeasured
    case .devMeasured(let evaluation, _): evaluation.step == step && isMeasured
    default: false
    }
  }
}

extension Session {
  /// Says where a training of the next cell is to be stopped; nil takes that back.
  package func plan(_ stop: PlannedStop?) { plannedStop = stop }

  /// The stop that the training that begins now comes to; nil when it has none.
  func takePlannedStop() -> PlannedStop? {
    guard let stop = plannedStop else { return nil }
    plannedStop?.trainingsBefore -= 1
    guard stop.trainingsBefore == 0 else { return nil }
    plannedStop = nil
    return stop
  }
}
