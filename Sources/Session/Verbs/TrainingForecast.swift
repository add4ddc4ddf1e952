import Adapters
import Checkpoints
import Datasets
import Models
import Objectives
package import Training
import Workers

/// What a training would take: its steps, plan and memory, with nothing begun.
package struct TrainingForecast {
  /// The model to be trained.
  package let model: LoadedModel
  /// What of it computes, with the head that the training would give it.
  let transformer: Transformer
  /// The rows as tokens.
  let examples: [EncodedExample]
  /// What teaches them.
  let objective: any Objective
  /// Which of them each step takes.
  package let schedule: StepSchedule
  /// The plan, and whether memory can hold it.
  package let memory: MemoryFit

  /// Every hyper-parameter.
  package var plan: TrainingPlan { memory.plan }

  /// The arithmetic of it.
  package var work: WorkEstimate {
    WorkEstimate(model: transformer, plan: plan, of: schedule.totals)
  }

  /// How fast this machine computes it, in floating-point operations a second: measured now.
  package func measureSpeed() -> Double {
    SpeedProbe.operationsPerSecond(of: transformer, schedule, plan: plan)
  }
}

extension Session {
  /// Looks at a training as a request and the settings have it; rows that are too long for one are
  /// left out and told.
  package func plan(
    _ request: TrainingRequest, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> TrainingForecast {
    let name = request.dataName ?? "train"
    let (rows, model) = (try rows(named: name), try teachableModel())
    let taught = try taught(rows, named: name, of: model, looks: true, tell: tell)
    return try forecast(request, on: taught, for: model, under: settings, tell: tell)
  }

  /// What training on rows would take, telling where a setting cannot be followed.
  func forecast(
    _ request: TrainingRequest, on rows: TaughtRows, for model: LoadedModel,
    under settings: Settings, tell: (VerbEvent) -> Void
  ) throws(SessionError) -> TrainingForecast {
    var plan = request.plan(
      settings, teaching: rows.kind, hiddenSize: model.model.config.hiddenSize)
    var schedule: StepSchedule
    do throws(TrainingError) {
      _ = try model.model.device.inTraining(at: plan.precision)
      schedule = try StepSchedule(rows.examples, plan: plan, objective: rows.objective)
    } catch { throw .training(error) }
    let (wanted, keepsKeys) = (settings.training.sharesPrefixes, model.model.blueprint.keepsKeys)
    // A layer that keeps no keys has nothing that a later row could see.
    schedule.sharePrefixes(keepsKeys ? wanted : false)
    plan.sharesPrefixes = schedule.sharesPrefixes
    if wanted == true, !plan.sharesPrefixes {
      tell(.unsharedBeginnings(rows.kind, keepsKeys: keepsKeys, model: model.name))
    }
    let transformer: Transformer
    do throws(ModelError) {
      transformer = try model.transformer(headedFor: rows.labels, seed: settings.seed)
    } catch { throw .model(error) }
    return TrainingForecast(
      model: model, transformer: transformer, examples: rows.examples, objective: rows.objective,
      schedule: schedule,
      memory: MemoryFit(
        transformer, schedule, plan: plan, limit: settings.memoryLimit(holding: model),
        mayRecompute: settings.training.recomputes == nil, workers: team?.count ?? 1))
  }

  /// Refuses a training that memory cannot hold.
  ///
  /// - Throws: ``SessionError/shortage(_:isSet:)``, with the changes that would make it fit.
  func checkMemory(
    _ forecast: TrainingForecast, under settings: Settings
  ) throws(SessionError) {
    let shortage = forecast.memory.shortage(adapter: settings.smallAdapter)
    if let shortage { throw .shortage(shortage, isSet: settings.training.memory != nil) }
  }
}

extension Settings {
  /// The adapter that could be trained instead of all weights where memory is short.
  fileprivate var smallAdapter: LowRankSettings {
    var adapter = training.lowRank
    (adapter.rank, adapter.isDecomposed) = (8, false)
    return adapter
  }

  /// The bytes a training may take: what was set, or what is free together with what the model
  /// takes already.
  fileprivate func memoryLimit(holding model: LoadedModel) -> Int {
    if let bytes = training.memory { return Int(bytes) }
    let adapter = 4 * (model.adapter?.parameterCount ?? 0)
    return AvailableMemory.byteCount(of: model.model.device)
      + model.model.blueprint.memoryByteCount(model.base) + adapter
  }
}
