package import Execution
import Tensors

/// States of a training that are kept in memory on its way, for going back.
///
/// Any step can be gone back to: from the state before it the steps between are taken again, which
/// gives the same bits. So there need not be many, and when there are too many every second one goes.
package final class TrainingMoments {
  private let limit: Int
  private var moments: [TrainingMoment] = []
  private var lastNote: ContinuousClock.Instant?
  /// How long the last copy took, in seconds.
  private var copySeconds = 0.0
  private let clock = ContinuousClock()

  /// The time between two copies, in times of a copy: they take a fiftieth of a training, and what making
  /// room for them costs comes on top.
  private static let copiesApart = 50.0

  /// Keeps up to `count` states of `trainer`, or as many as `byteCount` bytes hold.
  package init(of trainer: Trainer, count: Int, byteCount: Int) {
    limit = min(count, byteCount / max(1, Self.byteCount(trainer)))
  }

  /// The bytes that the state of a training takes.
  package static func byteCount(_ trainer: Trainer) -> Int {
    let kept = trainer.optimizer.states.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
    return 4 * (trainer.parameterCount + kept)
  }

  private init(_ moments: [TrainingMoment], limit: Int) {
    (self.moments, self.limit) = (moments, limit)
  }

  /// The states up to a step, for a training that parts from this one there.
  package func upTo(_ step: Int) -> TrainingMoments {
    TrainingMoments(moments.filter { $0.step <= step }, limit: limit)
  }

  /// The steps of the states that are kept.
  package var steps: [Int] { moments.map(\.step) }

  /// Keeps the state of a training, unless one was kept so lately that copying would cost more than
  /// a fiftieth of the time.
  func note(_ trainer: Trainer, _ memory: @autoclosure () -> RunMemory) {
    if let lastNote, (clock.now - lastNote).seconds < Self.copiesApart * copySeconds { return }
    keep(trainer, memory())
  }

  /// Keeps the state of a training.
  package func keep(_ trainer: Trainer, _ memory: RunMemory) {
    guard limit > 0, !moments.contains(where: { $0.step == trainer.finishedSteps }) else { return }
    let start = clock.now
    let moment = TrainingMoment(of: trainer, memory)
    let place = moments.firstIndex { $0.step > moment.step } ?? moments.count
    moments.insert(moment, at: place)
    if moments.count > limit { thin(except: place) }
    lastNote = clock.now
    copySeconds = (clock.now - start).seconds
  }

  /// Lets every second state go, but for the first, from which all others can be had, and the one at
  /// `place`.
  private func thin(except place: Int) {
    moments = moments.enumerated().filter { $0.offset % 2 == 0 || $0.offset == place }
      .map(\.element)
    while moments.count > limit { moments.remove(at: limit == 1 ? 1 : moments.count - 2) }
  }

  /// Forgets the states after `step`, which is no longer followed by them.
  package func forget(after step: Int) { moments.removeAll { $0.step > step } }

  /// Puts a training where it was after `step` steps.
  ///
  /// - Parameters:
  ///   - trainer: the training.
  ///   - step: where to: not after the last step that it took.
  ///   - measured: what its run measured on dev, up to the last step that it took.
  ///   - stop: ends it on the way.
  ///   - tell: told each step that was taken again.
  /// - Returns: what its run knew then; after a stop the training is at an earlier step, and this is what
  ///   was known there.
  /// - Throws: ``TrainingError/noMoment(step:first:)`` when no state so early is kept.
  package func rewind(
    _ trainer: Trainer, to step: Int, measured: [DevEvaluation], stop: StopFlag,
    tell: (Int) -> Void = { _ in }
  ) throws(TrainingError) -> RunMemory {
    guard let moment = moments.last(where: { $0.step <= step }) else {
      throw .noMoment(step: step, first: moments.first?.step)
    }
    moment.restore(trainer)
    var now = moment.memory
    while trainer.finishedSteps < step, !stop.isRequested {
      now.record.tokenCount += try trainer.step().tokenCount
      let done = trainer.finishedSteps
      // What was measured then needs no measuring; its weights may be the best.
      if let evaluation = measured.first(where: { $0.step == done }) {
        now.stopping.add(evaluation, of: trainer)
      }
      tell(done)
    }
    now.record.isStepOpen = false
    return now
  }
}
