/// A stop that is known beforehand: a notebook records the step at which Ctrl-C ended a training, and
/// what runs it again stops there too.
package struct PlannedStop: Sendable {
  /// How many trainings run to their end before the one that is stopped.
  package var trainingsBefore: Int
  /// The steps it had taken.
  package let step: Int
  /// Whether dev was measured after that step.
  package let isMeasured: Bool
  /// Does what Ctrl-C would.
  package let stop: @Sendable () -> Void

  package init(
    trainingsBefore: Int, step: Int, isMeasured: Bool, stop: @escaping @Sendable () -> Void
  ) {
    self.trainingsBefore = trainingsBefore
    self.step = step
    self.isMeasured = isMeasured
    self.stop = stop
  }
}

extension Session {
  /// Says where a training of the next cell is to be stopped; nil takes that back.
  package func plan(_ stop: PlannedStop?) { plannedStop = stop }

  /// The stop that the training that begins now comes to; nil when it has none.
  package func takePlannedStop() -> PlannedStop? {
    guard let stop = plannedStop else { return nil }
    plannedStop?.trainingsBefore -= 1
    guard stop.trainingsBefore == 0 else { return nil }
    plannedStop = nil
    return stop
  }
}
