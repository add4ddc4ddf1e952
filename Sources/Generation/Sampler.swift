import Tensors

/// Chooses tokens: filters in the order temperature, top-k, top-p, min-p, then a draw.
///
/// The order is that of Hugging Face transformers. The draw for token i of answer n is element i
/// of the stream (seed, sampling, n): the same prompt, settings and seed give the same text, alone
/// or in a batch. Among equals the lower token is the likelier.
package struct Sampler: Sendable {
  package let settings: SamplingSettings
  private let stream: RandomStream

  package init(_ settings: SamplingSettings, answer: Int = 0) {
    self.settings = settings
    stream = RandomStream(
      seed: settings.seed, purpose: .sampling, step: UInt32(truncatingIfNeeded: answer))
  }

  /// Returns the token chosen for place `index` of the answer; `largest` is where the largest
  /// logit is.
  func choose(
    from logits: UnsafeBufferPointer<Float>, largest: Int32, index: Int,
    _ likelihoods: TokenLikelihoods
  ) -> Int32 {
    guard settings.temperature > 0 else { return largest }
    likelihoods.read(logits, largest: Int(largest), temperature: Float(settings.temperature))
    return LikelyTokens(likelihoods, settings).token(at: stream.uniform(at: index)) ?? largest
  }

  /// Returns the token chosen for place `index` of an answer from its logits.
  package func choose(from logits: [Float], index: Int) -> Int32 {
    let row = Tensor(logits, shape: [1, logits.count])
    let likelihoods = TokenLikelihoods(count: logits.count)
    return row.withRow(0) {
      choose(from: $0, largest: row.largestPlaces[0], index: index, likelihoods)
    }
  }

  /// Returns the tokens that may be chosen with their probabilities, likeliest first.
  package func distribution(of logits: [Float]) -> [(token: Int32, probability: Double)] {
    let row = Tensor(logits, shape: [1, logits.count])
    let largest = row.largestPlaces[0]
    guard settings.temperature > 0 else { return [(largest, 1)] }
    let likelihoods = TokenLikelihoods(count: logits.count)
    row.withRow(0) {
      likelihoods.read($0, largest: Int(largest), temperature: Float(settings.temperature))
    }
    let candidates = LikelyTokens(likelihoods, settings).candidates
    let total = candidates.reduce(0) { $0 + $1.weight }
    return candidates.map { ($0.token, $0.weight / total) }
  }
}
