import Datasets
import Execution
import Models
import Objectives
import Training

/// A training that this session ran, with all it takes to go on with it, or back.
final class LiveTraining {
  /// What is trained.
  let model: LoadedModel
  /// What takes its steps.
  let trainer: Trainer
  /// The rows it learns from.
  let rows: [Example]
  /// What was found of them before its first step.
  let proof: DataProof
  /// What is measured on its way.
  let dev: [EncodedExample]
  /// What is taught.
  let kind: ObjectiveKind
  /// How the model is asked for labels after it; nil when its rows have none.
  let form: LabelForm?
  /// What was asked for.
  var request: TrainingRequest
  /// The settings that it began with.
  private let firstSettings: Settings
  /// Where its state is kept; nil when it is not.
  private(set) var checkpoint: TrainingCheckpoint?
  /// Whether its state is kept for the same training, asked for later, and not where the user asked for.
  private(set) var isRemembered = false
  /// States of it in memory.
  private(set) var moments: TrainingMoments
  /// What its last run knew; nil before the first.
  private(set) var memory: RunMemory?
  /// The last step that was taken, before it went back.
  private(set) var lastStep = 0
  /// What was measured on dev up to that step.
  private(set) var measured: [DevEvaluation] = []
  /// Whether the model has the weights of its last step, and not those of the best on dev.
  var isInPlace = true

  init(
    model: LoadedModel, trainer: Trainer, rows: [Example], proof: DataProof, dev: [EncodedExample],
    kind: ObjectiveKind, form: LabelForm?, request: TrainingRequest, settings: Settings,
    checkpoint: TrainingCheckpoint?, moments: TrainingMoments
  ) {
    (self.model, self.trainer, self.rows, self.dev) = (model, trainer, rows, dev)
    self.proof = proof
    (self.kind, self.form, self.request, firstSettings) = (kind, form, request, settings)
    (self.checkpoint, self.moments) = (checkpoint, moments)
  }

  /// Whether what it trains is what the model has now: not when another adapter is in force, or the
  /// model went back to base.
  var isCurrent: Bool {
    guard let mine = trainer.parameters.first else { return false }
    return model.trainedParameters.contains { $0 === mine }
  }

  /// Whether there are steps to go on with.
  var isPaused: Bool { memory != nil && trainer.finishedSteps < trainer.stepCount && isInPlace }

  /// The settings that its next step follows.
  var settings: Settings {
    firstSettings.steered(
      by: trainer.steered.changes.filter { $0.step <= trainer.finishedSteps })
  }

  /// The lines in the data's file of its rows with these numbers.
  func lines(of numbers: [Int]) -> [Int] {
    numbers.compactMap { rows.indices.contains($0) ? rows[$0].line : nil }
  }

  /// Keeps its state for the same training, asked for later, or no longer.
  func remember(in checkpoint: TrainingCheckpoint?) {
    (self.checkpoint, isRemembered) = (checkpoint, checkpoint != nil)
  }

  /// Takes over what a run knew that took steps of it.
  func goOn(after memory: RunMemory) {
    self.memory = memory
    (lastStep, measured) = (trainer.finishedSteps, memory.evaluations)
  }

  /// Changes settings from the next step on; the steps that were taken after it are no longer its own.
  func steer(_ changes: [SteeringChange]) {
    trainer.steer(changes)
    moments.forget(after: trainer.finishedSteps)
    lastStep = trainer.finishedSteps
    measured = memory?.evaluations ?? []
  }

  /// Goes to where it was after `step` steps, at most the last one that was taken.
  ///
  /// - Throws: ``TrainingError/noMoment(step:first:)``, ``TrainingError/inUse(path:)``.
  func rewind(to step: Int, stop: StopFlag) throws(TrainingError) {
    guard let memory, !isInPlace || step != trainer.finishedSteps else { return }
    try begin()
    defer { finish() }
    if isInPlace { moments.keep(trainer, memory) }
    self.memory = try moments.rewind(trainer, to: step, measured: measured, stop: stop)
    isInPlace = true
  }

  /// Makes ready for steps.
  ///
  /// - Throws: ``TrainingError/inUse(path:)``.
  func begin() throws(TrainingError) {
    try checkpoint?.hold()
    if case .full = trainer.plan.method { model.model.unpack() }
    trainer.begin()
  }

  /// Gives back what only steps need.
  func finish() {
    trainer.finish()
    model.pack()
    checkpoint?.release()
  }

  // MARK: Parting

  /// All of it but the weights, as it was at one moment.
  struct State {
    fileprivate let moment: TrainingMoment
    fileprivate let steered: SteeredPlan
    fileprivate let moments: TrainingMoments
    fileprivate let request: TrainingRequest
    fileprivate let checkpoint: TrainingCheckpoint?
    fileprivate let isInPlace: Bool
    fileprivate let lastStep: Int
    fileprivate let measured: [DevEvaluation]

    /// The steps taken by then.
    var step: Int { moment.step }
    /// The last measurement of dev by then.
    var evaluation: DevEvaluation? { moment.memory.evaluations.last }
  }

  /// What it is now, but for the weights; nil before its first step.
  var state: State? {
    guard let memory else { return nil }
    return State(
      moment: TrainingMoment(of: trainer, memory, withWeights: false), steered: trainer.steered,
      moments: moments, request: request, checkpoint: checkpoint, isInPlace: isInPlace,
      lastStep: lastStep, measured: measured)
  }

  /// Becomes what it was; the caller puts the weights back.
  func adopt(_ state: State) {
    state.moment.restore(trainer)
    trainer.steered = state.steered
    memory = state.moment.memory
    (moments, request) = (state.moments, state.request)
    (checkpoint, isInPlace) = (state.checkpoint, state.isInPlace)
    (lastStep, measured) = (state.lastStep, state.measured)
  }

  /// Parts from what it was so far: what comes is a run of its own, which keeps no state on disk.
  func part() {
    moments = moments.upTo(trainer.finishedSteps)
    checkpoint = nil
    request = request.parted
  }
}
