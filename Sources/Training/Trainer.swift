package import Autograd
package import Datasets
import Evaluation
package import Models
package import Tensors

/// One training run: steps of forward, backward and update over the examples of a plan.
///
/// Step s of epoch e takes its examples by the order that (seed, e) draws, so a run's position is
/// one number and a stopped run goes on exactly where it was.
package final class Trainer {
  package let plan: TrainingPlan
  package let model: DecoderModel
  package let optimizer: Optimizer
  /// What the run takes at its peak.
  package let memory: MemoryPlan
  /// What is trained, in the model's order.
  package let parameters: [Parameter]
  /// The loss of each finished step.
  package private(set) var losses: [Float] = []
  private let schedule: StepSchedule
  private var batches: BatchSequence
  /// Where activations live; free between steps.
  package let arena: Arena
  /// Where the next steps tell the time of each operation; nil when nobody measures.
  package var profile: OperationProfile?

  /// Prepares a run; `parameters` are made trainable, all others frozen, and examples without a
  /// trained token are left out.
  ///
  /// - Throws: ``TrainingError/noExamples``.
  package init(
    model: DecoderModel, parameters: [Parameter], examples: [EncodedExample], plan: TrainingPlan
  ) throws(TrainingError) {
    schedule = try StepSchedule(examples, plan: plan)
    self.plan = plan
    self.model = model
    self.parameters = parameters
    batches = BatchSequence(schedule.sampler)
    arena = Arena(model.device)
    memory = MemoryPlan(model: model, plan: plan, microbatches: schedule.microbatchSizes)
    for parameter in model.parameters { parameter.isTrainable = false }
    for parameter in parameters { parameter.isTrainable = true }
    optimizer = Optimizer(parameters, plan: plan)
    arena.reserve(memory.arenaCount + memory.arenaCount / 8)
  }

  /// Where the run is computed.
  package var device: any Device { model.device }

  package var stepCount: Int { schedule.stepCount }
  package var stepsPerEpoch: Int { schedule.stepsPerEpoch }

  /// How many numbers are trained.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Steps finished.
  package var finishedSteps: Int { losses.count }

  /// Goes on behind the steps whose losses are given, as if this run had taken them.
  func goOn(behind losses: [Float]) {
    self.losses = losses
    optimizer.goOn(behind: losses.count)
    findPlace()
  }

  /// The examples of the first step, whose loss before the training is the first of ``losses``.
  package var firstExamples: [EncodedExample] {
    var first = BatchSequence(schedule.sampler)
    return first.next().map { schedule.examples[$0] }
  }

  /// Moves to the examples of the next step.
  private func findPlace() {
    batches = BatchSequence(
      schedule.sampler, from: schedule.sampler.position(afterSteps: finishedSteps))
  }

  /// Gives the memory of gradients back and freezes everything.
  package func finish() {
    for parameter in parameters {
      parameter.isTrainable = false
      parameter.releaseGradient()
    }
  }

  /// Takes one step.
  ///
  /// - Throws: ``TrainingError/diverged(step:recentLosses:learningRate:)``, with the run as it was
  ///   before the step.
  package func step() throws(TrainingError) -> StepReport {
    let index = finishedSteps
    let chosen = batches.next().map { schedule.examples[$0] }
    let trainedTokens = chosen.reduce(0) { $0 + $1.trainedCount }
    let tokens = chosen.reduce(0) { $0 + $1.ids.count - 1 }
    let total = lossAndGradients(of: chosen, trainedTokens: trainedTokens, step: index)
    let rate = plan.learningRate(step: index, of: stepCount)
    let norm = total.isFinite ? optimizer.step(learningRate: rate) : total
    profile?.ended(plan.optimizer.name, .update, optimizer.work)
    guard norm.isFinite else {
      for parameter in parameters { parameter.clearGradient() }
      findPlace()
      throw .diverged(
        step: index + 1, recentLosses: losses.suffix(3).map(Double.init), learningRate: rate)
    }
    let loss = total / Double(trainedTokens)
    losses.append(Float(loss))
    return StepReport(
      step: index + 1, stepCount: stepCount,
      epoch: Double(index + 1) / Double(stepsPerEpoch), loss: loss, gradientNorm: norm,
      learningRate: rate, tokenCount: tokens, trainedTokenCount: trainedTokens)
  }

  /// Adds up the gradients of the mean loss over all trained tokens of the step, whatever way it
  /// is cut into micro-batches; returns the sum of the losses.
  private func lossAndGradients(of chosen: [EncodedExample], trainedTokens: Int, step: Int)
    -> Double
  {
    let lengths = chosen.map { $0.ids.count - 1 }
    let ranges = Shards.ranges(count: chosen.count, shards: plan.shards)
    var sums = ShardSums(parameters)
    var total = 0.0
    var firstRow = 0
    for shard in ranges {
      var shardTotal = 0.0
      for part in MicroBatches.ranges(lengths: Array(lengths[shard]), budget: plan.microbatchTokens)
      {
        let range = shard.lowerBound + part.lowerBound..<shard.lowerBound + part.upperBound
        let tape = Tape(arena: arena, isRecording: true, recomputes: plan.recomputes)
        tape.profile = profile
        let losses = model.losses(
          of: chosen[range], on: tape,
          dropout: DropoutStream(seed: plan.seed, step: UInt32(step), firstRow: firstRow),
          factor: 1 / Float(trainedTokens))
        // One chain over the shard's tokens in order: the same however it is cut.
        for loss in losses.losses { shardTotal += Double(loss) }
        tape.backward()
        firstRow += lengths[range].reduce(0, +)
      }
      total += shardTotal
      if ranges.count > 1 { sums.takeGradients() }
    }
    if ranges.count > 1 { sums.giveBack() }
    return total
  }
}
