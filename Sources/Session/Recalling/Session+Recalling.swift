import Training

/// Trainings that need not be run twice.
extension Session {
  /// Takes steps of a training; where the session recalls, takes what came of the same ones before.
  ///
  /// What is taken is the state that a checkpoint would have: weights, the optimizer's, losses, rows,
  /// measurements. Going back in it begins at its first step, from which all others can be had.
  func runOrRecall(
    _ training: LiveTraining, until pause: Int?, hook: TrainingHook?,
    tell: @escaping (VerbEvent) -> Void
  ) async throws -> TrainingResult {
    let surroundings = hook?.surroundings?()
    guard let recollection, hook == nil || surroundings != nil,
      let key = recollectionKey(
        of: training, until: pause, hook: hook.map { "\($0.interval ?? 0) \(surroundings ?? "")" })
    else { return try await run(training, until: pause, hook: hook, tell: tell) }
    let (isRecalling, start) = (recollection.isRecalling, training.trainer.finishedSteps)
    if !isRecalling { recollection.forget(key) }
    // Without room, or while another program has the folder, it is trained as if nothing was kept.
    let checkpoint = try? TrainingCheckpoint(
      folder: recollection.path(of: key), trainer: training.trainer,
      examples: training.trainer.examples, dev: training.dev,
      decisions: training.request.decisions(training.settings), keptCount: 1)
    training.remember(in: checkpoint)
    defer { training.remember(in: nil) }
    let result = try await run(training, until: pause, hook: hook) { event in
      switch event {
      case .training(.continued(let step, _)) where step > start: return
      case .training(.saved): return
      case .training(.began(let outline)) where isRecalling && outline.finishedSteps == start:
        recollection.noteMiss()
      default: break
      }
      tell(event)
    }
    if result.outcome.summary.ending == .stopped || hook?.surroundings?() != surroundings {
      recollection.forget(key)
    } else {
      recollection.noteUse(of: key)
      recollection.makeRoom()
    }
    return result
  }

  /// What steps of a training follow from; nil where that is a clock, or several processes.
  private func recollectionKey(
    of training: LiveTraining, until pause: Int?, hook: String?
  ) -> String? {
    let (request, trainer) = (training.request, training.trainer)
    guard let recollection, team == nil, request.folder == nil, request.limit == nil,
      request.end.condition?.isOfTime != true
    else { return nil }
    var facts = TrainingCheckpoint.identity(
      of: trainer, examples: trainer.examples, request.decisions(training.settings))
    facts["progress"] = TrainingCheckpoint.hash(ofProgress: trainer)
    facts["measured"] = "\(training.memory?.evaluations ?? [])"
    facts["changed"] = SteeringChange.text(trainer.steered.changes)
    facts["rows of dev"] = TrainingCheckpoint.hash(of: training.dev)
    facts["measured each"] = training.settings.run.evaluationInterval.map { "\($0)" }
    facts["pause"] = pause.map { "\($0)" }
    facts["hook"] = hook
    return recollection.key(facts)
  }
}
