import Datasets
import Evaluation
import Tensors

/// Taking up a state that was written before.
extension TrainingRun {
  /// Puts a trainer where its checkpoint stands; nil when there is no state.
  ///
  /// One of a state that is only remembered counts as none when it cannot be taken.
  ///
  /// - Throws: as ``TrainingCheckpoint/restore(_:allowsDifferences:watched:)``.
  static func restore(
    _ checkpoint: TrainingCheckpoint, into trainer: Trainer, _ options: Options,
    watched: ([(name: String, tensor: Tensor)], _ isSameDev: Bool) -> Void
  ) throws(TrainingError) -> TrainingCheckpoint.Restored? {
    do throws(TrainingError) {
      return try checkpoint.restore(
        trainer, allowsDifferences: options.allowsDifferences, watched: watched)
    } catch {
      guard options.isRemembered else { throw error }
      return nil
    }
  }

  /// Tells the steps that were taken before as if they were taken now: whoever draws a curve of a training
  /// draws the same.
  mutating func retell() {
    for (index, loss) in trainer.losses.enumerated() {
      smooth(Double(loss))
      let step = index + 1
      guard step > toldSteps else { continue }
      tell(
        .stepped(
          progress(
            StepReport(
              step: step, stepCount: trainer.stepCount,
              epoch: Double(step) / Double(trainer.stepsPerEpoch), loss: Double(loss),
              accuracy: .nan, gradientNorm: .nan,
              learningRate: trainer.learningRate(step: index), tokenCount: 0,
              trainedTokenCount: 0))))
      for evaluation in stopping.evaluations where evaluation.step == step {
        let report = LossReport(sums: [Double(evaluation.loss)], tokenCounts: [1])
        tell(.devMeasured(evaluation, report))
      }
    }
  }
}
