import Adapters
package import Autograd
import Checkpoints
import Datasets
import Execution
import Models
import Objectives
import Training

/// The speed of real training steps, and where their time went.
package struct TrainingBenchmark: Sendable {
  /// One timed step.
  package struct Step: Sendable {
    /// From the step's begin to the end of its update.
    package let seconds: Double
    /// Tokens of the step's rows, trained or not; there is no padding.
    package let tokenCount: Int
    /// Tokens that carried loss.
    package let trainedTokenCount: Int
    /// The time of each operation; they add up to the step's.
    package let operations: [OperationProfile.Entry]

    /// Of the step's tokens, trained or not.
    package var tokensPerSecond: Double { Double(tokenCount) / seconds }
  }

  /// How many numbers were trained.
  package let trainedParameterCount: Int
  /// In the order of their speed.
  package let steps: [Step]
  /// The most memory the process had taken by the end, in bytes; 0 where that is not known.
  package let peakByteCount: Int
  /// What the training takes at its peak by the sizes of all that it holds, wherever it lies.
  package let plannedByteCount: Int

  /// The step in the middle; steps of rows differ in length, so speeds are what is compared.
  package var median: Step { steps[(steps.count - 1) / 2] }

  /// Trains `model` for a step that is not timed, and then the plan's.
  static func run(
    _ model: Transformer, _ plan: BenchmarkPlan
  ) throws(BenchmarkError) -> TrainingBenchmark {
    let adapter = try attachAdapter(model, plan.method)
    let trainer = try makeTrainer(model, adapter, plan)
    defer {
      trainer.finish()
      adapter?.setAttached(false)
    }
    _ = try step(trainer)
    var steps: [Step] = []
    for _ in 0..<plan.steps { steps.append(try step(trainer)) }
    return TrainingBenchmark(
      trainedParameterCount: trainer.parameterCount,
      steps: steps.sorted { $0.tokensPerSecond < $1.tokensPerSecond },
      peakByteCount: ProcessMemory.peakByteCount, plannedByteCount: trainer.memory.total)
  }

  private static func step(_ trainer: Trainer) throws(BenchmarkError) -> Step {
    let profile = OperationProfile()
    trainer.profile = profile
    let report: StepReport
    do throws(TrainingError) { report = try trainer.step() } catch { throw .training(error) }
    return Step(
      seconds: profile.entries.reduce(0) { $0 + $1.duration.seconds },
      tokenCount: report.tokenCount, trainedTokenCount: report.trainedTokenCount,
      operations: profile.entries)
  }

  private static func attachAdapter(
    _ model: Transformer, _ method: BenchmarkPlan.Method
  ) throws(BenchmarkError) -> LowRankAdapter? {
    guard case .lowRank(let rank) = method else { return nil }
    let settings = LowRankSettings(rank: rank, alpha: 2 * Double(rank))
    do throws(AdapterError) {
      return try LowRankAdapter(attachingTo: model, settings, seed: 0)
    } catch { throw .adapter(error) }
  }

  private static func makeTrainer(
    _ model: Transformer, _ adapter: LowRankAdapter?, _ plan: BenchmarkPlan
  ) throws(BenchmarkError) -> Trainer {
    var training = TrainingPlan(
      TrainingSettings(), length: .steps(plan.steps + 1), hiddenSize: model.config.hiddenSize)
    training.method = adapter.map { .lowRank($0.settings) } ?? .full
    training.batchSize = plan.batch
    (training.precision, training.microbatchTokens) = (plan.precision, plan.microbatchTokens)
    // Random tokens teach nothing: a small rate keeps the weights what they were.
    training.learningRate = 1e-6
    let examples =
      plan.rows
      ?? RandomTokens(vocabularySize: model.config.vocabularySize)
      .examples(plan.batch, length: plan.length)
    do throws(TrainingError) {
      return try Trainer(
        model: model, parameters: adapter?.parameters ?? model.parameters, examples: examples,
        plan: training, objective: NextToken())
    } catch { throw .training(error) }
  }
}
