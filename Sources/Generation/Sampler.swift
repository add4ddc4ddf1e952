import CKernels
import Tensors

/// Chooses tokens: filters in the order temperature, top-k, top-p, min-p, then a draw.
///
/// The draw for token i of answer n is element i of the stream (seed, sampling, n): the same
/// prompt, settings and seed give the same text, alone or in a batch.
package struct Sampler: Sendable {
  package let settings: SamplingSettings
  private let stream: RandomStream

  package init(_ settings: SamplingSettings, answer: Int = 0) {
    self.settings = settings
    stream = RandomStream(
      seed: settings.seed, purpose: .sampling, step: UInt32(truncatingIfNeeded: answer))
  }

  /// Returns the token chosen for place `index` of the answer.
  package func choose(from logits: [Float], index: Int) -> Int32 {
    guard settings.temperature > 0 else { return Int32(Sampler.largest(logits)) }
    let candidates = Sampler.candidates(logits, settings)
    let total = candidates.reduce(0) { $0 + $1.weight }
    var left = stream.uniform(at: index) * total
    for candidate in candidates {
      left -= candidate.weight
      if left < 0 { return candidate.token }
    }
    // Rounding may leave a crumb: the last candidate takes it.
    return candidates.last?.token ?? Int32(Sampler.largest(logits))
  }

  /// The place of the largest logit, the first of equals.
  static func largest(_ logits: [Float]) -> Int {
    var best = 0
    for index in logits.indices where logits[index] > logits[best] { best = index }
    return best
  }

  /// A token that may be chosen, and its probability up to a common factor.
  struct Candidate: Equatable {
    let token: Int32
    let weight: Double
  }

  /// Returns the tokens left after all filters, likeliest first, equals by number.
  static func candidates(_ logits: [Float], _ settings: SamplingSettings) -> [Candidate] {
    let best = logits[largest(logits)]
    var exponents = logits.map { ($0 - best) / Float(settings.temperature) }
    ft_exp(&exponents, exponents, exponents.count)
    var order = logits.indices.filter { exponents[$0] > 0 }
    order.sort { (logits[$0], $1) > (logits[$1], $0) }
    if settings.topK > 0 { order.removeLast(max(0, order.count - settings.topK)) }
    var candidates = order.map { Candidate(token: Int32($0), weight: Double(exponents[$0])) }
    if settings.topP < 1 {
      let total = candidates.reduce(0) { $0 + $1.weight }
      var reached = 0.0
      let needed = candidates.firstIndex { candidate in
        reached += candidate.weight
        return reached >= settings.topP * total
      }
      if let needed { candidates.removeSubrange((needed + 1)...) }
    }
    if settings.minP > 0 {
      // The likeliest has weight 1, so shares compare directly.
      candidates.removeAll { $0.weight < settings.minP }
    }
    return candidates
  }
}
