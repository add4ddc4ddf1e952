package import Reporting

/// What a session tells while it works; each front end shows it in its own way.
package enum SessionEvent: Sendable {
  /// Something to read, complete.
  case report(Report)
  /// Where long work stands; the next one replaces it.
  case progress(Progress)
  /// The loss on dev that a training measured after `step` steps, and the share of tokens that were the
  /// likeliest.
  case devMeasured(step: Int, loss: Double, accuracy: Double)
  /// The work that sent progress ended; `summary` stays on the screen.
  case progressEnded(summary: String?)
  /// A stretch of text that is being generated.
  case generated(String)

  /// How far long work is.
  package struct Progress: Hashable, Sendable {
    /// What is going on, such as `epoch 2/3`.
    package var label: String
    /// The share done, in `0...1`.
    package var fraction: Double
    /// The step done and the number of steps; 0 when work has no steps.
    package var step = 0
    /// Steps of the whole training.
    package var stepCount = 0
    /// Passes over the data so far.
    package var epoch = 0.0
    /// Nats per trained token, smoothed for reading.
    package var loss: Double?
    /// That of the step alone.
    package var stepLoss: Double?
    /// The share of its tokens that were held the likeliest.
    package var stepAccuracy: Double?
    /// The last losses, oldest first, for a sparkline.
    package var recentLosses: [Double] = []
    /// The last loss on dev, in nats a token.
    package var devLoss: Double?
    /// The rate of the last step.
    package var learningRate: Double?
    /// Tokens computed since the start.
    package var tokens = 0
    /// Tokens computed a second, lately.
    package var tokensPerSecond: Double?
    /// Until the end at this speed.
    package var secondsLeft: Double?

    package init(label: String, fraction: Double) {
      self.label = label
      self.fraction = fraction
    }
  }
}
