import Execution
import Models
import SettingDeclarations
package import Training

/// Going on with the last training, with settings changed, and going back in it.
extension Session {
  /// Gives a training the values that settings were given since `old`, from its next step on.
  func steer(_ training: LiveTraining, from old: Settings) {
    let step = training.trainer.finishedSteps
    let changes = SteeringChange.settings.compactMap { setting -> SteeringChange? in
      let (new, old) = (settings.training, old.training)
      guard setting.exactText(in: new) != setting.exactText(in: old) else { return nil }
      return SteeringChange(step: step, name: setting.name, value: setting.value(in: new))
    }
    if !changes.isEmpty { training.steer(changes) }
  }

  /// The last training, where it is.
  ///
  /// - Throws: ``SessionError/noTraining`` when nothing of it is kept, or the model is no longer what it
  ///   trained.
  func liveTraining() throws(SessionError) -> LiveTraining {
    guard let live, live.memory != nil, live.isCurrent else { throw .noTraining }
    return live
  }

  /// Whether a training of this session can go on where it is.
  package var isTrainingPaused: Bool { (try? liveTraining())?.isPaused ?? false }

  /// Whether there is a training of this session to go on with or back in, at its end perhaps.
  package var hasTraining: Bool { (try? liveTraining()) != nil }

  /// Goes on with the training that was stopped or paused here, from its state in memory.
  ///
  /// What was set since and can be changed in the midst of a training counts from the next step on.
  ///
  /// - Parameters:
  ///   - count: the steps after which it pauses again; nil goes on to the end.
  ///   - hook: what the caller does in its midst.
  ///   - tell: told what happens.
  /// - Returns: as ``train(_:hook:tell:)``.
  /// - Throws: ``SessionError/noTraining``, ``SessionError/noStepLeft(stepCount:)``,
  ///   ``SessionError/notSteerable(_:)`` for what was set and
  ///   cannot be changed so, and as ``train(_:hook:tell:)``.
  package func goOn(
    for count: Int? = nil, hook: TrainingHook? = nil,
    tell: @escaping (VerbEvent) -> Void = { _ in }
  ) async throws -> TrainingResult {
    let training = try liveTraining()
    guard training.isPaused else { throw SessionError.noStepLeft(stepCount: training.lastStep) }
    let steerable = Set(SteeringChange.settings.map(\.name))
    let then = training.settings
    let fixed = settings.changes(since: then).filter { !steerable.contains($0.name) }
    guard fixed.isEmpty else {
      throw SessionError.notSteerable(settings.texts(of: fixed, since: then))
    }
    steer(training, from: then)
    return try await runOrRecall(
      training, until: count.map { training.trainer.finishedSteps + $0 }, hook: hook, tell: tell)
  }

  /// The step of the last training after which dev had the least loss, the first of equal ones.
  ///
  /// - Throws: ``SessionError/noTraining``, ``SessionError/neverMeasured``.
  package func bestStep() throws(SessionError) -> Int {
    guard let best = try liveTraining().measured.min(by: { $0.loss < $1.loss }) else {
      throw .neverMeasured
    }
    return best.step
  }

  /// Goes back, or after that forward again, to where the last training was after some of its steps.
  ///
  /// - Returns: where it is now, and the settings that are as they were then, as `set` takes them.
  /// - Throws: ``SessionError/noTraining``, ``SessionError/stepAhead(_:last:)``,
  ///   ``SessionError/training(_:)`` when no state so early is kept, ``SessionError/stopped``.
  package func rewind(
    to step: Int, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> Rewound {
    let training = try liveTraining()
    let trainer = training.trainer
    guard step <= training.lastStep else { throw .stepAhead(step, last: training.lastStep) }
    do throws(TrainingError) { try training.rewind(to: step, stop: stop) } catch {
      throw .training(error)
    }
    let (before, then) = (settings, training.settings)
    settings.takeSteerable(of: then)
    guard trainer.finishedSteps == step else { throw .stopped }
    return Rewound(
      step: step, stepCount: trainer.stepCount, lastStep: training.lastStep,
      loss: trainer.losses.last.map(Double.init), evaluation: training.memory?.evaluations.last,
      settings: settings.lines(since: before))
  }

  /// Lets a training go that is over and would take much of the memory that is left.
  func forgetIfLarge(_ training: LiveTraining) {
    // Workers have other memory each, and must keep alike.
    guard !training.isPaused, team == nil else { return }
    let room = AvailableMemory.byteCount(of: training.model.model.device)
    if TrainingMoments.byteCount(training.trainer) > room / 4 { live = nil }
  }
}

/// Where a training is that went back.
package struct Rewound: Sendable {
  /// The steps it has taken there.
  package let step: Int
  /// The steps of all of it.
  package let stepCount: Int
  /// The last step that was taken before it went back.
  package let lastStep: Int
  /// The loss of the step; nil before the first.
  package let loss: Double?
  /// The last measurement of dev by then.
  package let evaluation: DevEvaluation?
  /// The settings that became what they were then, as `set` takes them.
  package let settings: [String]
}
