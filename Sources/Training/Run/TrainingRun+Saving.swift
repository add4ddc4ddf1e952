import Execution
import Workers

/// What a training keeps of itself, on disk and for a run that goes on, and the time it took.
extension TrainingRun {
  mutating func saveIfDue() throws(TrainingError) {
    let isBest = bestStep == trainer.finishedSteps
    let isTime = options.secondsBetweenCheckpoints.map { seconds - lastSave > $0 }
    guard !options.isRemembered, isBest || isTime ?? false else { return }
    try save()
    lastSave = seconds
  }

  func save(
    seconds: Double? = nil, hookEnding: RunRecord.HookEnding? = nil
  ) throws(TrainingError) {
    guard let checkpoint else { return }
    let record = record(seconds: seconds ?? self.seconds, hookEnding: hookEnding)
    let watched =
      record.tensors(with: stopping, on: trainer.device)
      + trainer.record.tensors(on: trainer.device)
    do throws(TrainingError) {
      try checkpoint.save(trainer, watched: watched, bestStep: bestStep)
    } catch {
      guard options.isRemembered else { throw error }
      return
    }
    tell(.saved(step: trainer.finishedSteps))
  }

  func record(seconds: Double, hookEnding: RunRecord.HookEnding? = nil) -> RunRecord {
    var record = earlier
    record.seconds += seconds
    record.tokenCount += tokenCount
    record.hookEnding = hookEnding
    record.isStepOpen = isStepOpen
    return record
  }

  /// What it knows beside its trainer, for a run that goes on after it.
  package var memory: RunMemory { RunMemory(record: record(seconds: seconds), stopping: stopping) }

  /// The seconds since this process began with it; several workers count the same.
  var seconds: Double { agreedSeconds ?? ownSeconds }

  /// The seconds by this process's own clock.
  var ownSeconds: Double { (clock.now - start).seconds }

  /// Meets the other workers, whose clocks and signals are not this one's: what follows, all decide
  /// alike.
  mutating func agree() throws(TrainingError) {
    guard let team = trainer.team else { return }
    agreedSeconds = try TrainingError.ofWorkers { () throws(WorkersError) in
      try team.agree(on: ownSeconds)
    }
  }
}
