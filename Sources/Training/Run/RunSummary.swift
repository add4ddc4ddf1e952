/// What a training did, or did so far.
package struct RunSummary: Sendable {
  /// The mean loss of each step, in nats per trained token.
  package let losses: [Float]
  /// The learning rate of each step.
  package let learningRates: [Double]
  /// Each measurement of dev.
  package let evaluations: [DevEvaluation]
  /// The seconds that this process took for it.
  package let seconds: Double
  /// The tokens that this process computed.
  package let tokenCount: Int
  /// Why it ended; nil while it runs.
  package let ending: TrainingEnding?

  /// Why it ended, in one word; `running` while it runs.
  package var endingWord: String { ending?.rawValue ?? "running" }

  /// Steps taken, those of earlier processes among them.
  package var stepCount: Int { losses.count }
}

/// A measurement of dev on a training's way.
///
/// Kept as it is written into a checkpoint, in float32, so that a training that goes on decides as
/// one that was never stopped.
package struct DevEvaluation: Hashable, Sendable {
  /// Steps taken by then.
  package let step: Int
  /// The loss, in nats per trained token.
  package let loss: Float
  /// The share of tokens that were the likeliest; of preferences, those that are met.
  package let accuracy: Float
  /// How far better answers are ahead; nil where rows have no preferences.
  package var margin: Float?
}
