import Mathematics
package import Tensors

/// Chooses tokens: filters in the order temperature, top-k, top-p, min-p, then a draw.
///
/// The order is that of Hugging Face transformers. The draw for token i of answer n is element i
/// of the stream (seed, sampling, n): the same prompt, settings and seed give the same text, alone
/// or in a batch. Among equals the lower token is the likelier.
package struct Sampler: Sendable {
  /// The filters and the temperature.
  package let settings: SamplingSettings
  private let stream: RandomStream

  /// Makes the sampler of one answer; each answer to a prompt draws from a stream of its own.
  package init(_ settings: SamplingSettings, answer: Int = 0) {
    self.settings = settings
    stream = RandomStream(
      seed: settings.seed, purpose: .sampling, step: UInt32(truncatingIfNeeded: answer))
  }

  /// Returns the token chosen for place `index` of the answer from a row of logits; `largest` is
  /// where the largest logit is.
  func choose(
    from logits: Tensor, row: Int, largest: Int32, index: Int, _ likelihoods: TokenLikelihoods
  ) -> Int32 {
    guard settings.temperature > 0 else { return largest }
    likelihoods.read(
      logits, row: row, largest: Int(largest), temperature: Float(settings.temperature))
    return LikelyTokens(likelihoods, settings).token(at: stream.uniform(at: index)) ?? largest
  }

  /// Returns the token chosen for place `index` of an answer from its logits, `[1, V]`.
  package func choose(from logits: Tensor, index: Int) -> Int32 {
    choose(
      from: logits, row: 0, largest: logits.largestPlaces[0], index: index,
      TokenLikelihoods(count: logits.columns))
  }

  /// Returns the tokens that may be chosen from logits, `[1, V]`, with their probabilities, the
  /// likeliest first.
  package func distribution(of logits: Tensor) -> [(token: Int32, probability: Double)] {
    let largest = logits.largestPlaces[0]
    guard settings.temperature > 0 else { return [(largest, 1)] }
    let likelihoods = TokenLikelihoods(count: logits.columns)
    likelihoods.read(
      logits, row: 0, largest: Int(largest), temperature: Float(settings.temperature))
    let candidates = LikelyTokens(likelihoods, settings).candidates
    let total = candidates.reduce(0) { $0 + $1.weight }
    return candidates.map { ($0.token, $0.weight / total) }
  }
}
