import Autograd
import Checkpoints

/// Whether the disk has room for a training's states, which is asked before its first step.
extension TrainingCheckpoint {
  /// Refuses a training whose states its folder has no room for.
  ///
  /// - Parameters:
  ///   - trainer: is about to take the steps.
  ///   - free: the bytes that may be written there; asked of the file system unless it is given.
  /// - Throws: ``TrainingError/noRoom(folder:needed:available:kept:)``.
  package func checkRoom(for trainer: Trainer, free: Int? = nil) throws(TrainingError) {
    guard isWritten, let free = free ?? freeRoom(at: states.path) else { return }
    let needed = stateByteCount(of: trainer) * stateCount(of: trainer) - states.byteCount
    guard needed > free else { return }
    throw .noRoom(folder: states.path, needed: needed, available: free, kept: keptCount)
  }

  /// How many states there are at a time at most: those that are kept, the best on dev, and the one
  /// that is being written.
  private func stateCount(of trainer: Trainer) -> Int {
    min(keptCount + 2, trainer.stepCount - trainer.finishedSteps + 1)
  }

  /// What one state takes, in bytes; its list and names, a few KiB, do not count.
  private func stateByteCount(of trainer: Trainer) -> Int {
    let weights = trainer.parameterCount
    let rule = trainer.plan.updateRule
    let optimizer = trainer.parameters.reduce(0) { sum, parameter in
      sum + rule.stateLayout(of: parameter.shape).reduce(0) { $0 + $1.shape.reduce(1, *) }
    }
    let best = decisions.byDev ? weights : 0
    return 4 * (weights + optimizer + best)
  }
}
