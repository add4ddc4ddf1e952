package import Datasets
import Mathematics

/// A model of language that only counts: the simplest there is to compare a trained one with.
///
/// The chance of a token is its share among the trained tokens of the training rows, with one
/// occurrence more for each token of the vocabulary. With the token before it, that share is mixed
/// with the counts after that token: `(count(a b) + p(b)) / (count(a) + 1)`.
///
/// Source: Laplace's rule; MacKay and Peto 1995, "A hierarchical Dirichlet language model".
package struct TokenCounts {
  /// A token and the one before it.
  private struct Pair: Hashable {
    let before: Int32
    let token: Int32
  }

  private var counts: [Int]
  private var total = 0
  private var pairs: [Pair: Int] = [:]
  private var before: [Int32: Int] = [:]
  /// The most frequent token after each, and of all: the smallest of equal ones.
  private var likeliestAfter: [Int32: Int32] = [:]
  private var likeliest: Int32 = 0

  /// Counts the trained tokens of rows.
  package init(_ examples: [EncodedExample], vocabularySize: Int) {
    counts = [Int](repeating: 0, count: vocabularySize)
    for example in examples {
      for place in example.ids.indices.dropFirst() where example.lossMask[place] {
        let pair = Pair(before: example.ids[place - 1], token: example.ids[place])
        counts[Int(pair.token)] += 1
        total += 1
        pairs[pair, default: 0] += 1
        before[pair.before, default: 0] += 1
      }
    }
    likeliest = Int32(counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0)
    for (pair, count) in pairs {
      let best = likeliestAfter[pair.before].map { Pair(before: pair.before, token: $0) }
      let bestCount = best.flatMap { pairs[$0] } ?? 0
      if (count, -pair.token) > (bestCount, -(best?.token ?? .max)) {
        likeliestAfter[pair.before] = pair.token
      }
    }
  }

  /// The loss of rows under these counts, in nats, as an evaluation of a model gives it.
  package func report(_ examples: [EncodedExample], withTokenBefore: Bool) -> LossReport {
    var sums: [Double] = []
    var tokenCounts: [Int] = []
    var correctCounts: [Int] = []
    for example in examples {
      var (sum, correctCount) = (0.0, 0)
      for place in example.ids.indices.dropFirst() where example.lossMask[place] {
        let (previous, token) = (example.ids[place - 1], example.ids[place])
        sum -= logarithm(chance(of: token, after: withTokenBefore ? previous : nil))
        let guess = withTokenBefore ? likeliestAfter[previous] ?? likeliest : likeliest
        if guess == token { correctCount += 1 }
      }
      sums.append(sum)
      tokenCounts.append(example.trainedCount)
      correctCounts.append(correctCount)
    }
    return LossReport(sums: sums, tokenCounts: tokenCounts, correctCounts: correctCounts)
  }

  private func chance(of token: Int32, after previous: Int32?) -> Double {
    let alone = Double(counts[Int(token)] + 1) / Double(total + counts.count)
    guard let previous else { return alone }
    let together = pairs[Pair(before: previous, token: token)] ?? 0
    return (Double(together) + alone) / Double((before[previous] ?? 0) + 1)
  }
}
