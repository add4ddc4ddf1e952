import Adapters
import Checkpoints
import Datasets
import Foundation
import Models
import Objectives
import SettingDeclarations
import Tensors
package import Training
import Workers

/// Training, and going on with one.
extension Session {
  /// Fine-tunes the model on rows of the data.
  ///
  /// - Parameters:
  ///   - request: how long, on what, and where its state is kept.
  ///   - hook: what the caller does in its midst; what would change the model then is refused.
  ///   - tell: told what happens.
  /// - Returns: how it ended, and whether it did harm.
  /// - Throws: ``SessionError``, and what the hook throws.
  package func train(
    _ request: TrainingRequest, hook: TrainingHook? = nil,
    tell: @escaping (VerbEvent) -> Void = { _ in }
  ) async throws -> TrainingResult {
    try await train(request, under: request.taught(settings), hook: hook, tell: tell)
  }

  /// Fine-tunes the model under settings that need not be the session's.
  func train(
    _ request: TrainingRequest, under settings: Settings, hook: TrainingHook?,
    tell: @escaping (VerbEvent) -> Void
  ) async throws -> TrainingResult {
    let training: LiveTraining
    do { training = try prepare(request, under: settings, tell: tell) } catch let error
      as TrainingError
    { throw SessionError.training(error) }
    live = training
    defer { forgetIfLarge(training) }
    return try await runOrRecall(training, until: request.pause, hook: hook, tell: tell)
  }

  /// Makes a training of a request; nothing of it has run.
  private func prepare(
    _ asked: TrainingRequest, under settings: Settings, tell: @escaping (VerbEvent) -> Void
  ) throws -> LiveTraining {
    var request = asked
    let name = request.dataName ?? "train"
    let rows = try rows(named: name)
    let (model, data) = (try teachableModel(under: settings), try loadedData())
    let dev = name == "dev" ? [] : data.dev
    if dev.isEmpty, let metric = request.end.condition?.metric, metric.isOfDev {
      throw SessionError.noDev(metric, file: data.dataset.file)
    }
    var taught = try taught(rows, named: name, of: model, under: settings, tell: tell)
    if taught.kind.isOfVectors, settings.training.method == .full,
      model.model.sentences?.hasWeights == true
    {
      throw SessionError.untrainedLayers(model: model.name)
    }
    let proof = try prove(taught, named: name, of: model, under: settings, tell: tell)
    // What an earlier training still holds is free for this one.
    live = nil
    let forecast = try forecast(request, on: taught, for: model, under: settings, tell: tell)
    try checkMemory(forecast, under: settings)
    // Dev is measured by what is taught, whatever its rows could teach.
    var same = settings
    same.training.objective.kind = taught.kind
    var taughtDev = taught
    taughtDev.examples =
      dev.isEmpty
      ? []
      : try self.taught(dev, named: "dev", of: model, under: same, tell: tell).examples
    try give(headFor: taught.labels, to: model, seed: settings.seed, tell: tell)
    try refer(&taught, &taughtDev, of: model, at: forecast.plan.precision, tell: tell)
    if let team, forecast.plan.shards < team.count {
      tell(.idleWorkers(shards: forecast.plan.shards, workers: team.count))
    }
    let trainer = try model.trainer(forecast.plan, taught.examples, taught.objective, team: team)
    if !request.isResumed, let known = try knownIdentity(inFolder: request.folder) {
      request.identity = known
    }
    try TrainingCheckpoint.checkWorkers(
      of: trainer, examples: forecast.examples, dev: taughtDev.examples,
      decisions: request.decisions(settings))
    let checkpoint = try checkpoint(
      of: trainer, request, forecast, dev: taughtDev.examples, under: settings)
    if let folder = request.folder { lastCheckpoint = folder }
    let all = dataAndPart(named: name)?.data.dataset.examples ?? rows
    return LiveTraining(
      model: model, trainer: trainer, rows: taught.rows, proof: proof, dev: taughtDev.examples,
      kind: taught.kind,
      form: taught.labels == nil
        ? LabelForm(of: all, template: model.labelForm?.template ?? .label) : nil,
      request: request,
      settings: settings, checkpoint: checkpoint,
      moments: moments(of: trainer, settings))
  }

  /// Where states of a training are kept in memory.
  ///
  /// Clocks and free memory differ between workers, who must go back alike: they keep the first state
  /// alone.
  private func moments(of trainer: Trainer, _ settings: Settings) -> TrainingMoments {
    let count = settings.run.snapshotCount
    guard team == nil else {
      return TrainingMoments(of: trainer, count: min(1, count), byteCount: .max)
    }
    return TrainingMoments(
      of: trainer, count: count, byteCount: AvailableMemory.byteCount(of: trainer.device) / 8)
  }

  /// Takes steps of a training, to its end, a stop or a pause.
  func run(
    _ training: LiveTraining, until pause: Int?, hook: TrainingHook?,
    tell: @escaping (VerbEvent) -> Void
  ) async throws -> TrainingResult {
    let (model, trainer) = (training.model, training.trainer)
    do throws(TrainingError) { try training.begin() } catch { throw SessionError.training(error) }
    defer { training.finish() }
    model.adopt(training.form)
    recorder = recorder(of: training, tell: tell)
    defer {
      lastRunNumber = recorder?.number
      recorder = nil
      lastExamples = TrainedExamples(
        training.rows, places: trainer.examples.map(\.row), trainer.record)
    }
    do {
      var options = options(training.request, training.settings)
      options.pause = pause
      options.isRemembered = training.isRemembered
      options.goesOnAfterHook = options.goesOnAfterHook || training.memory != nil
      var run = try TrainingRun(
        trainer, dev: training.dev, options, checkpoint: training.checkpoint,
        after: training.memory, moments: training.moments,
        hook: hook.map { guarded($0, of: training) }, stop: stop,
        tell: observer(of: training, tell))
      defer { training.goOn(after: run.memory) }
      let outcome = try await run.run()
      training.isInPlace = outcome.restored == nil
      var same = training.settings
      same.training.objective.kind = training.kind
      return TrainingResult(
        outcome: outcome,
        harm: harm(run, rate: trainer.plan.learningRate, to: model, under: same),
        isPaused: !outcome.isOver && trainer.finishedSteps < trainer.stepCount)
    } catch let error as TrainingError { throw SessionError.training(error) }
  }

  /// Gives rows to be trained on, and those of dev, what the model says of them before at the training's
  /// precision; what it says exactly is kept for measuring afterwards.
  private func refer(
    _ train: inout TaughtRows, _ dev: inout TaughtRows, of model: LoadedModel,
    at precision: Precision, tell: (VerbEvent) -> Void
  ) throws(SessionError) {
    guard train.objective.needsReference else { return }
    var exact = train
    exact.examples += dev.examples
    let unknown = exact.examples
    let isBase = model.state == .base
    try referToNow(&train, of: model, at: precision, tell: tell)
    try referToNow(&dev, of: model, at: precision, tell: tell)
    if precision == .exact {
      exact.examples = train.examples + dev.examples
    } else {
      try referToNow(&exact, of: model, tell: tell)
    }
    model.references = References(
      rows: Dictionary(
        zip(unknown, exact.examples), uniquingKeysWith: { first, _ in first }),
      areOfBase: isBase)
  }

  private func checkpoint(
    of trainer: Trainer, _ request: TrainingRequest, _ forecast: TrainingForecast,
    dev: [EncodedExample], under settings: Settings
  ) throws(TrainingError) -> TrainingCheckpoint? {
    guard let folder = request.folder else { return nil }
    var kept = request
    if !request.isResumed { kept.lines = provenance.lines }
    return try TrainingCheckpoint(
      folder: folder, trainer: trainer, examples: forecast.examples, dev: dev,
      decisions: request.decisions(settings), request: kept.text(settings),
      keptCount: settings.run.checkpointCount)
  }

  /// The identity of the training that kept its state in a folder; nil when there is none.
  private func knownIdentity(inFolder folder: String?) throws(TrainingError) -> String? {
    guard let folder, let text = try TrainingCheckpoint.request(inFolder: folder) else {
      return nil
    }
    return TrainingRequest.read(text)?.request.identity
  }

  private func options(_ request: TrainingRequest, _ settings: Settings) -> TrainingRun.Options {
    var options = TrainingRun.Options(request.end)
    options.limit = request.limit
    options.evaluationInterval = settings.run.evaluationInterval
    options.secondsBetweenCheckpoints = settings.run.checkpointInterval
    options.goesOnAfterHook = request.isResumed
    options.allowsDifferences = request.allowsDifferences
    return options
  }

  /// A hook during which the session knows that its model is in use; what it sets counts from the next
  /// step on.
  private func guarded(
    _ hook: TrainingHook, of training: LiveTraining
  ) -> TrainingHook {
    TrainingHook(every: hook.interval) { state in
      self.lastRun = state.summary
      self.isInTrainingHook = true
      defer { self.isInTrainingHook = false }
      let before = self.settings
      let verdict = try await hook.body(state)
      self.steer(training, from: before)
      return verdict
    }
  }

  /// Keeps what a training did, and stops it where that was planned.
  private func observer(
    of training: LiveTraining, _ tell: @escaping (VerbEvent) -> Void
  ) -> (TrainingEvent) -> Void {
    let planned = takePlannedStop()
    // A row that is never learned would else be told at each epoch; the record has all of them.
    var jumpsToTell = 3
    return { event in
      switch event {
      case .ended(let outcome): self.lastRun = outcome.summary
      case .failed(let summary, _): self.lastRun = summary
      // What its command set on the way is set after it, also where it goes on in another process.
      case .steered(let changes) where !training.request.isResumed:
        self.settings = self.settings.steered(by: changes)
      default: break
      }
      self.recorder?.note(event)
      if case .jumped(let jump) = event, jumpsToTell > 0 {
        jumpsToTell -= 1
        tell(.jumped(jump, lines: training.lines(of: jump.rows)))
      }
      tell(.training(event))
      if planned?.isDue(after: event) == true { planned?.stop() }
    }
  }

  private func harm(
    _ run: TrainingRun, rate: Double, to model: LoadedModel, under settings: Settings
  ) -> TrainingHarm? {
    guard model.isTrainedToNumbers else {
      return .notNumbers(NotNumbers(.everything, from: model))
    }
    return run.lossRise().map {
      .worse(
        $0, rate: rate, suitableRate: automaticRate(for: model, under: settings))
    }
  }

  /// The learning rate that is chosen for the model when none is set.
  private func automaticRate(for model: LoadedModel, under settings: Settings) -> Double {
    var automatic = settings.training
    automatic.learningRate = nil
    return TrainingPlan(
      automatic, length: .steps(1), hiddenSize: model.model.config.hiddenSize
    ).learningRate
  }
}

/// What came of a training.
package struct TrainingResult: Sendable {
  /// How it ended.
  package let outcome: TrainingOutcome
  /// What it did to the model when it made it worse; nil when it did not.
  package let harm: TrainingHarm?
  /// Whether it can go on where it is: it was stopped or paused before its last step.
  package let isPaused: Bool
}

/// What a training did to a model that is worse than before.
package enum TrainingHarm: Sendable {
  /// Weights of it are no numbers.
  case notNumbers(NotNumbers)
  /// Its first rows have a larger loss; `suitableRate` is the learning rate chosen for such a model
  /// when none is set.
  case worse(LossRise, rate: Double, suitableRate: Double)
}
