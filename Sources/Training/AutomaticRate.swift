import Mathematics
package import Objectives

/// A learning rate for a model `hiddenSize` wide, rounded to two digits, so that it reads like a
/// number one would type.
///
/// AdamW and Adafactor on adapters: 5e-4 · (2000 / width)^0.78, within 1e-4 to 5e-3, as Thinking
/// Machines' formula for llama models: narrow models bear, and need, larger steps. All weights: a
/// tenth of it. Lion, whose every weight moves by all of the rate, gets half. SGD's steps shrink with
/// the gradient, whose norm is clipped to 1: 50 times as much, and 20 times for all weights. The
/// factors are those that did well in two epochs of the bundled rows on finch. Preferences are learned
/// by steps a twentieth as large, by which they are met and the better answers stay as likely.
package func automaticRate(
  hiddenSize: Int, trainsAll: Bool, optimizer: OptimizerKind = .adamw,
  objective: ObjectiveKind = .supervised
) -> Double {
  let exact = 5e-4 * power(2000 / Double(max(1, hiddenSize)), 0.781)
  let usual = min(max(exact, 1e-4), 5e-3)
  let rate = rounded(objective.isOfPreferences ? usual / 20 : usual)
  return switch optimizer {
  case .adamw, .adafactor: trainsAll ? rate / 10 : rate
  case .lion: rounded(trainsAll ? rate / 20 : rate / 2)
  case .sgd: rounded(rate * (trainsAll ? 20 : 50))
  }
}

/// Rounds a number below 1 to two digits.
private func rounded(_ rate: Double) -> Double {
  // Divided, not multiplied, by a power of ten: 31 / 10,000 is 0.0031 to the last bit.
  var parts = 1e6
  while rate * parts >= 100 { parts /= 10 }
  return (rate * parts).rounded() / parts
}
