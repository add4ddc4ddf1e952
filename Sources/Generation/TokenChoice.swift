import Mathematics
import Tensors

/// A token that was chosen, with how likely the model held it and others.
///
/// These are of the model's own distribution, before temperature, bias and constraint.
package struct TokenChoice: Hashable, Sendable {
  /// A token and ln p of it.
  package struct Likelihood: Hashable, Sendable {
    /// The token.
    package let token: Int32
    /// ln p of the token, given those before it.
    package let logProbability: Double
  }

  /// The token that was chosen.
  package let chosen: Likelihood
  /// The likeliest tokens, likeliest first, of equals the lower first.
  package let likeliest: [Likelihood]

  /// Looks a token up in its row of logits, of which the one at `largest` is the largest.
  init(
    _ token: Int32, in logits: Tensor, row: Int, largest: Int32, count: Int,
    _ likelihoods: TokenLikelihoods
  ) {
    likelihoods.read(logits, row: row, largest: Int(largest), temperature: 1)
    let values = logits.rows(row..<row + 1).values
    let most = Double(values[Int(largest)])
    let total = logarithm(likelihoods.sums.reduce(0, +))
    let likelihood = { (token: Int) in
      Likelihood(
        token: Int32(token), logProbability: Double(values[token]) - most - total)
    }
    chosen = likelihood(Int(token))
    likeliest = Self.largest(count, of: values).map(likelihood)
  }

  /// The places of the `count` largest values, the largest first, of equals the first.
  private static func largest(_ count: Int, of values: [Float]) -> [Int] {
    guard count > 0 else { return [] }
    var places: [Int] = []
    var least = -Float.infinity
    for (place, value) in values.enumerated() where places.count < count || value > least {
      let rank = places.firstIndex { values[$0] < value } ?? places.count
      places.insert(place, at: rank)
      if places.count > count { places.removeLast() }
      least = values[places[places.count - 1]]
    }
    return places
  }
}
