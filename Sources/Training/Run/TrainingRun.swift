package import Datasets
import Evaluation
package import Execution
import Workers

/// One training from its first step to its end: steps, measurements of dev, the hook, checkpoints.
///
/// It shows nothing: what happens is told as ``TrainingEvent``, and how it ended is its result.
package struct TrainingRun {
  /// What happens on a training's way, beside its plan.
  package struct Options: Sendable {
    /// When it ends.
    package var end: TrainingEnd
    /// The longest time, in seconds; nil without a limit.
    package var limit: Double?
    /// Steps between measurements of dev; nil for each epoch.
    package var evaluationInterval: Int?
    /// The time between checkpoints, in seconds; nil writes none before the end.
    package var secondsBetweenCheckpoints: Double?
    /// Whether it goes on although its hook had ended it in an earlier process.
    package var goesOnAfterHook = false
    /// The steps after which it pauses; nil when it does not.
    package var pause: Int?
    /// Whether it goes on from a state of other settings or data, as a training of its own.
    package var allowsDifferences = false
    /// Whether its checkpoint is not the user's, but there for the same training, asked for later: a whole
    /// state is taken, one is written at the end, and what goes wrong with it stops nothing.
    package var isRemembered = false

    /// Options of a training that ends so; the others are as if nothing was asked for.
    package init(_ end: TrainingEnd) { self.end = end }
  }

  let trainer: Trainer
  private let dev: [EncodedExample]
  let options: Options
  let checkpoint: TrainingCheckpoint?
  private let hook: TrainingHook?
  private let moments: TrainingMoments?
  let stop: StopFlag
  let tell: (TrainingEvent) -> Void
  private(set) var stopping: EarlyStopping
  /// What earlier processes did of it.
  private(set) var earlier = RunRecord()
  private(set) var tokenCount = 0
  private(set) var smoothedLoss: Double?
  let firstStep: Int
  /// How many of its steps were told before it goes on.
  let toldSteps: Int
  let clock = ContinuousClock()
  let start: ContinuousClock.Instant
  /// The seconds at the last save.
  var lastSave = 0.0
  /// The seconds that the first of several workers told at their last meeting; nil without such.
  var agreedSeconds: Double?
  /// Whether the last step's measurement, or its hook, is still to come.
  private(set) var isStepOpen = false
  /// Whether its hook has it pause.
  private var isPausedByHook = false
  /// Whether an earlier process, or an earlier run in this one, took steps of it.
  private var isContinued = false

  /// Prepares a run, which goes on where `checkpoint` stands.
  ///
  /// - Parameters:
  ///   - trainer: takes the steps.
  ///   - dev: rows that are measured on the way; none measures nothing.
  ///   - options: when it ends, and what happens how often.
  ///   - checkpoint: where its state is kept; nil keeps none.
  ///   - memory: what a run knew that this one goes on after, in the same process, with the same
  ///     `trainer`; nil for one that begins, or goes on where the checkpoint stands.
  ///   - moments: where states are kept for going back; nil keeps none.
  ///   - hook: what the caller does in its midst.
  ///   - stop: asked after each step.
  ///   - tell: told what happens.
  /// - Throws: ``TrainingError/otherCheckpoint(path:differences:)``,
  ///   ``TrainingError/badCheckpoint(_:)`` and ``TrainingError/noRoom(folder:needed:available:kept:)``.
  package init(
    _ trainer: Trainer, dev: [EncodedExample] = [], _ options: Options,
    checkpoint: TrainingCheckpoint? = nil, after memory: RunMemory? = nil,
    moments: TrainingMoments? = nil, hook: TrainingHook? = nil, stop: StopFlag,
    tell: @escaping (TrainingEvent) -> Void
  ) throws(TrainingError) {
    self.trainer = trainer
    self.dev = dev
    self.options = options
    self.checkpoint = checkpoint
    self.hook = hook
    self.moments = moments
    self.stop = stop
    self.tell = tell
    start = clock.now
    var stopping = EarlyStopping(options.end.condition)
    var earlier = RunRecord()
    toldSteps = memory == nil ? 0 : trainer.finishedSteps
    // Those on the way are not on disk: going back goes by way of the first.
    if options.isRemembered {
      moments?.keep(trainer, memory ?? RunMemory(record: earlier, stopping: stopping))
    }
    var restored: TrainingCheckpoint.Restored?
    if let checkpoint, memory == nil || options.isRemembered {
      restored = try Self.restore(
        checkpoint, into: trainer, options,
        watched: {
          earlier = RunRecord($0, isSameDev: $1, into: &stopping)
          trainer.goOn(with: ExampleRecord(count: trainer.examples.count, $0))
        })
    }
    if let restored {
      isContinued = true
      if !restored.broken.isEmpty { tell(.skippedStates(ofSteps: restored.broken)) }
      if !restored.differences.isEmpty { tell(.changed(restored.differences)) }
      tell(.continued(step: trainer.finishedSteps, of: trainer.stepCount))
      let changes = trainer.steered.changes.filter { $0.step < trainer.finishedSteps }
      if !changes.isEmpty { tell(.steered(changes)) }
    } else if let memory {
      (earlier, stopping, isContinued) = (memory.record, memory.stopping, true)
      tell(.continued(step: trainer.finishedSteps, of: trainer.stepCount))
    }
    self.stopping = stopping
    self.earlier = earlier
    firstStep = trainer.finishedSteps
    if firstStep < trainer.stepCount, !options.isRemembered {
      try checkpoint?.checkRoom(for: trainer)
    }
  }

  /// Trains to the end, or to a stop.
  ///
  /// - Throws: `TrainingError`, and what the hook throws.
  package nonisolated(nonsending) mutating func run() async throws -> TrainingOutcome {
    tell(.began(outline))
    if options.isRemembered { retell() }
    isStepOpen = earlier.isStepOpen
    let isToEnd = isStepOpen
    if !isStepOpen { moments?.note(trainer, memory) }
    try agree()
    var ending: TrainingEnding? = stop.isRequested ? .stopped : nil
    if ending == nil, !isStepOpen { ending = endingNow ?? endingBefore }
    while ending == nil {
      do {
        try agree()
        if !isStepOpen { try step() }
        ending = try await endStep()
        if !isStepOpen { moments?.note(trainer, memory) }
        if ending == nil { try saveIfDue() }
      } catch {
        tell(.failed(summary(.failed), error))
        // A training that diverged has no state to go on from, nor one of which a worker failed.
        if !(error is TrainingError) { try save() }
        throw error
      }
    }
    try agree()
    let final = ending ?? .finished
    // A time that was up before dev was first measured would else tell nothing of it.
    let isUnmeasured = final == .time && stopping.evaluations.isEmpty
    if isUnmeasured
      || final == .finished && stopping.evaluations.last?.step != trainer.finishedSteps
    {
      measureDev()
    }
    // One that was over before took no time now, and its record is the first one's.
    let isOver = isContinued && trainer.finishedSteps == firstStep && !isToEnd
    let seconds = isOver ? 0 : self.seconds
    if !isOver { try save(seconds: seconds, hookEnding: hookEnding(final)) }
    // Going back is from the last step, whatever weights are put back now.
    if isLeaving(final), stopping.toRestore(in: trainer) != nil { moments?.keep(trainer, memory) }
    return finish(final, seconds: seconds)
  }

  private mutating func step() throws(TrainingError) {
    let changes = trainer.steered.changes.filter { $0.step == trainer.finishedSteps }
    if !changes.isEmpty { tell(.steered(changes)) }
    let report = try trainer.step()
    tokenCount += report.tokenCount
    smooth(report.loss)
    isStepOpen = true
    tell(.stepped(progress(report)))
    let jump = LossJump(lastOf: trainer.losses) { trainer.rowsOfLastStep }
    if let jump { tell(.jumped(jump)) }
  }

  /// Takes a step's loss into the one for reading.
  mutating func smooth(_ loss: Double) {
    smoothedLoss = smoothedLoss.map { 0.9 * $0 + 0.1 * loss } ?? loss
  }

  /// Measures dev and runs the hook where they are due after a step, and returns why the training ends
  /// here; nil when it goes on.
  ///
  /// A stop in their midst leaves the step open: a training that goes on does first what is missing.
  private nonisolated(nonsending) mutating func endStep() async throws -> TrainingEnding? {
    let step = trainer.finishedSteps
    let interval = options.evaluationInterval ?? trainer.stepsPerEpoch
    if step % interval == 0 || step == trainer.stepCount, stopping.evaluations.last?.step != step {
      measureDev()
      guard dev.isEmpty || stopping.evaluations.last?.step == step else {
        return endingNow ?? .stopped
      }
    }
    if let hook, hook.isDue(step: step, stepsPerEpoch: trainer.stepsPerEpoch) {
      guard !stop.isRequested else { return endingNow ?? .stopped }
      switch try await hook.body(state) {
      case .goesOn: break
      case .ends:
        isStepOpen = false
        return endingNow == .finished ? .finished : .block
      case .pauses:
        isStepOpen = false
        isPausedByHook = true
        return .paused
      case .interrupted: return .stopped
      }
    }
    isStepOpen = false
    return endingNow ?? (stop.isRequested ? .stopped : nil)
  }

  /// The step of the least loss on dev; nil before the first measurement.
  var bestStep: Int? { stopping.evaluations.min { $0.loss < $1.loss }?.step }

  private mutating func measureDev() {
    guard !dev.isEmpty else { return }
    let report = Evaluator.loss(
      of: trainer.model, on: dev, by: trainer.objective,
      microbatchTokens: trainer.plan.microbatchTokens, arena: trainer.arena, stop: stop,
      team: trainer.team)
    guard let report else { return }
    tell(.devMeasured(stopping.add(report, of: trainer), report))
  }

  // MARK: The end

  /// Why a training that is run once more has nothing to do: its hook had ended it.
  private var endingBefore: TrainingEnding? {
    guard let ending = earlier.hookEnding, hook != nil, !options.goesOnAfterHook else { return nil }
    tell(.hadBeenEnded)
    return ending == .pause ? .paused : .block
  }

  /// What a run that goes on is told of how this one ended.
  private func hookEnding(_ ending: TrainingEnding) -> RunRecord.HookEnding? {
    switch ending {
    case .block: .end
    case .paused where isPausedByHook || earlier.hookEnding == .pause: .pause
    default: nil
    }
  }

  /// Whether the best weights are put back at such an end: whoever asks for a stop or a pause gets those
  /// of that moment.
  private func isLeaving(_ ending: TrainingEnding) -> Bool {
    ending != .stopped && ending != .paused
  }

  /// Why there is nothing more to do; nil when there is.
  ///
  /// However short the time, one step is taken: a training that took none would tell nothing.
  private var endingNow: TrainingEnding? {
    let seconds = earlier.seconds + (trainer.finishedSteps == 0 ? 0 : seconds)
    if stopping.isMet(trainer, seconds: seconds) {
      return options.end.condition?.metric == nil ? .time : .condition
    }
    if let limit = options.limit, seconds >= limit { return .time }
    guard trainer.finishedSteps >= trainer.stepCount else {
      return options.pause.flatMap { trainer.finishedSteps >= $0 ? .paused : nil }
    }
    return options.end.condition == nil ? .finished : .limit
  }

  private func finish(_ ending: TrainingEnding, seconds: Double) -> TrainingOutcome {
    let summary = summary(ending)
    let outcome = TrainingOutcome(
      summary: summary, condition: options.end.condition, loss: meanLoss,
      tokenCount: earlier.tokenCount + tokenCount, seconds: earlier.seconds + seconds,
      ownSeconds: seconds,
      restored: isLeaving(ending) ? stopping.restoreBest(in: trainer) : nil)
    tell(.ended(outcome))
    return outcome
  }
}
