import Adapters
package import Autograd
import Checkpoints
import Datasets
import Models
import Training

/// The speed of real training steps, and where their time went.
package struct TrainingBenchmark: Sendable {
  /// One timed step.
  package struct Step: Sendable {
    package let seconds: Double
    /// Tokens of the step's rows, trained or not; there is no padding.
    package let tokenCount: Int
    /// Tokens that carried loss.
    package let trainedTokenCount: Int
    /// The time of each operation; they add up to the step's.
    package let operations: [OperationProfile.Entry]

    package var tokensPerSecond: Double { Double(tokenCount) / seconds }
  }

  /// How many numbers were trained.
  package let trainedParameterCount: Int
  /// In the order of their speed.
  package let steps: [Step]
  /// The most memory the process had taken by the end, in bytes; 0 where that is not known.
  package let peakByteCount: Int

  /// The step in the middle; steps of rows differ in length, so speeds are what is compared.
  package var median: Step { steps[(steps.count - 1) / 2] }

  /// Trains `model` for a step that is not timed, and then the plan's.
  static func run(
    _ model: DecoderModel, _ plan: BenchmarkPlan
  ) throws(BenchmarkError) -> TrainingBenchmark {
    let trainer = try makeTrainer(model, plan)
    defer { trainer.finish() }
    _ = try step(trainer)
    var steps: [Step] = []
    for _ in 0..<plan.steps { steps.append(try step(trainer)) }
    return TrainingBenchmark(
      trainedParameterCount: trainer.parameterCount,
      steps: steps.sorted { $0.tokensPerSecond < $1.tokensPerSecond },
      peakByteCount: ProcessMemory.peakByteCount)
  }

  private static func step(_ trainer: Trainer) throws(BenchmarkError) -> Step {
    let profile = OperationProfile()
    trainer.profile = profile
    let report: StepReport
    do throws(TrainingError) { report = try trainer.step() } catch { throw .training(error) }
    return Step(
      seconds: profile.entries.reduce(0) { $0 + $1.duration.inSeconds },
      tokenCount: report.tokenCount, trainedTokenCount: report.trainedTokenCount,
      operations: profile.entries)
  }

  private static func makeTrainer(
    _ model: DecoderModel, _ plan: BenchmarkPlan
  ) throws(BenchmarkError) -> Trainer {
    var training = TrainingPlan()
    training.length = .steps(plan.steps + 1)
    training.batchSize = plan.batch
    // Random tokens teach nothing: a small rate keeps the weights what they were.
    training.learningRate = 1e-6
    var parameters = model.parameters
    if case .lowRank(let rank) = plan.method {
      let settings = LowRankSettings(rank: rank, alpha: 2 * Double(rank))
      training.method = .lowRank(settings)
      do throws(AdapterError) {
        let adapter = try LowRankAdapter(attachingTo: model, settings, seed: 0)
        parameters = adapter.parameters
      } catch { throw .adapter(error) }
    } else {
      training.method = .full
    }
    let examples =
      plan.rows
      ?? RandomTokens(vocabularySize: model.config.vocabularySize)
      .examples(plan.batch, length: plan.length)
    do throws(TrainingError) {
      return try Trainer(
        model: model, parameters: parameters, examples: examples, plan: training)
    } catch { throw .training(error) }
  }
}
