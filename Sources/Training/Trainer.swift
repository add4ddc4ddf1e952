package import Autograd
package import Datasets
package import Models
package import Objectives
package import Tensors
package import Workers

/// One training run: steps of forward, backward and update over the examples of a plan.
///
/// Step s of epoch e takes its examples by the order that (seed, e) draws, so a run's position is
/// one number and a stopped run goes on exactly where it was.
package final class Trainer {
  /// What is done, with the weights' format as it is, and what was changed on the way.
  package var steered: SteeredPlan
  /// What is trained, or what the adapter that is trained belongs to.
  package let model: Transformer
  /// What turns gradients into updates.
  package let optimizer: Optimizer
  /// What the run takes at its peak.
  package let memory: MemoryPlan
  /// What is trained, in the model's order.
  package let parameters: [Parameter]
  /// The loss of each finished step.
  package private(set) var losses: [Float] = []
  /// What each example cost at each epoch.
  package private(set) var record: ExampleRecord
  /// The workers that train together; nil when this process does alone.
  package let team: Team?
  /// Who computes the gradients of a step.
  private let shards: any ShardRunner
  private let schedule: StepSchedule
  private var batches: BatchSequence
  /// Where activations live; free between steps.
  package let arena: Arena
  /// Where the next steps tell the time of each operation; nil when nobody measures.
  package var profile: OperationProfile?

  /// Prepares a run; `parameters` are made trainable, all others frozen, and examples that
  /// have no loss are left out.
  ///
  /// The workers of `team` take its steps together.
  ///
  /// - Throws: ``TrainingError/noExamples``, ``TrainingError/noPrecision(_:device:)``.
  package init(
    model: Transformer, parameters: [Parameter], examples: [EncodedExample], plan: TrainingPlan,
    objective: any Objective, shards: any ShardRunner = LocalShards(), team: Team? = nil
  ) throws(TrainingError) {
    schedule = try StepSchedule(examples, plan: plan, objective: objective)
    var plan = plan
    // Whatever was set when the model was loaded.
    plan.base = model.weightFormat
    steered = SteeredPlan(plan)
    self.model = model
    let partnership = team.map { Partnership($0, parameters, on: model.device) }
    self.team = team
    self.shards = partnership.map { SharedShards(partnership: $0) } ?? shards
    self.parameters = parameters
    batches = BatchSequence(schedule.sampler)
    record = ExampleRecord(count: schedule.examples.count)
    arena = Arena(try model.device.inTraining(at: plan.precision))
    memory = MemoryPlan(
      model: model, plan: plan, microbatches: schedule.microbatchSizes,
      scratch: model.device.scratchByteCount, workers: team?.count ?? 1)
    optimizer = Optimizer(parameters, plan: plan, partnership: partnership)
    begin()
  }

  /// Makes ready for steps: at first, and after ``finish()`` for more of them.
  package func begin() {
    for parameter in model.parameters { parameter.isTrainable = false }
    for parameter in parameters { parameter.isTrainable = true }
    arena.reserve(memory.arenaCount + memory.arenaCount / 8)
  }

  /// What the next step follows.
  package var plan: TrainingPlan { steered.plan(afterSteps: finishedSteps) }

  /// Where the run is computed.
  package var device: any Device { model.device }

  /// What is taught.
  package var objective: any Objective { schedule.objective }

  /// Steps of the whole run.
  package var stepCount: Int { schedule.stepCount }
  /// Steps of one pass over the examples.
  package var stepsPerEpoch: Int { schedule.stepsPerEpoch }

  /// How many numbers are trained.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Steps finished.
  package var finishedSteps: Int { losses.count }

  /// The examples that are trained on, in the order of ``record``.
  package var examples: [EncodedExample] { schedule.examples }

  /// Goes on with what an earlier process found of each example.
  package func goOn(with record: ExampleRecord) { self.record = record }

  /// Goes on after the steps whose losses are given, as if this run had taken them.
  func goOn(after losses: [Float]) {
    self.losses = losses
    optimizer.goOn(after: losses.count)
    findPlace()
  }

  /// The examples of the first step, whose loss before the training is the first of ``losses``.
  package var firstExamples: [EncodedExample] {
    var first = BatchSequence(schedule.sampler)
    return first.next().map { schedule.examples[$0] }
  }

  /// The examples of the last step, and the epoch in which it took them; there has to be one.
  var placesOfLastStep: (epoch: Int, places: [Int]) {
    let position = schedule.sampler.position(afterSteps: finishedSteps - 1)
    var last = BatchSequence(schedule.sampler, from: position)
    return (position.epoch, last.next())
  }

  /// Moves to the examples of the next step.
  private func findPlace() {
    batches = BatchSequence(
      schedule.sampler, from: schedule.sampler.position(afterSteps: finishedSteps))
  }

  /// The learning rate of step `step`, the first being 0.
  package func learningRate(step: Int) -> Double {
    steered.plan(afterSteps: step).learningRate(step: step, of: stepCount)
  }

  /// Changes settings from the next step on; what had been changed at later steps, before the training
  /// went back, is no longer to come.
  package func steer(_ changes: [SteeringChange]) {
    steered.take(changes, afterSteps: finishedSteps)
  }

  /// Gives the memory of gradients and activations back and freezes everything.
  package func finish() {
    for parameter in parameters {
      parameter.isTrainable = false
      parameter.releaseGradient()
    }
    arena.giveBack()
  }

  /// Takes one step.
  ///
  /// - Throws: ``TrainingError/diverged(step:loss:recentLosses:learningRate:)``, with the run as it was
  ///   before the step.
  package func step() throws(TrainingError) -> StepReport {
    let index = finishedSteps
    let plan = plan
    let epoch = batches.position.epoch
    let places = batches.next()
    let chosen = places.map { schedule.examples[$0] }
    let objective = objective.readied(
      for: chosen,
      by: Measuring(
        model, microbatchTokens: plan.microbatchTokens, shards: plan.shards, arena: arena,
        dropout: DropoutStream(seed: plan.seed, step: UInt32(index), firstRow: 0)))
    let lossCount = chosen.reduce(0) { $0 + objective.lossCount(of: $1) }
    let tokens = chosen.reduce(0) { $0 + $1.computedCount }
    let total = shards.run(
      StepWork(index: index, examples: chosen, lossCount: lossCount),
      in: StepContext(
        model: model, parameters: parameters, objective: objective, plan: plan, arena: arena,
        profile: profile))
    let rate = learningRate(step: index)
    optimizer.plan = plan
    let norm = total.sum.isFinite ? optimizer.step(learningRate: rate) : total.sum
    profile?.ended(plan.optimizer.name, .update, optimizer.work)
    guard norm.isFinite else {
      for parameter in parameters { parameter.clearGradient() }
      findPlace()
      throw .diverged(
        step: index + 1, loss: total.sum / Double(lossCount),
        recentLosses: losses.suffix(3).map(Double.init), learningRate: rate)
    }
    let loss = total.sum / Double(lossCount)
    losses.append(Float(loss))
    record.note(total.rows, of: places, epoch: epoch)
    return StepReport(
      step: index + 1, stepCount: stepCount,
      epoch: Double(index + 1) / Double(stepsPerEpoch), loss: loss,
      accuracy: Double(total.correctCount) / Double(lossCount), gradientNorm: norm,
      learningRate: rate, tokenCount: tokens, trainedTokenCount: lossCount)
  }
}
