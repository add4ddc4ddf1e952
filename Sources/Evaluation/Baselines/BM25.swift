import Mathematics
import Scoring

/// Finds, for a text, the text of others that search engines would: words count by how rare they are,
/// less the more often a text has them, and less in long texts.
///
/// Source: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", with
/// k1 = 1.5 and b = 0.75, and Lucene's rarity, which is never below 0.
package struct BM25: Sendable {
  private static let (k1, b) = (1.5, 0.75)

  /// The texts each word is in, with what it counts there.
  private var postings: [String: [(text: Int, weight: Double)]] = [:]
  private let count: Int

  /// Indexes texts to search.
  package init(_ texts: [String]) {
    count = texts.count
    let bags = texts.map { Dictionary($0.wordRuns.map { ($0, 1) }, uniquingKeysWith: +) }
    let lengths = bags.map { Double($0.values.reduce(0, +)) }
    let mean = max(lengths.reduce(0, +) / Double(max(1, count)), 1)
    var places: [String: [(text: Int, count: Int)]] = [:]
    for (text, bag) in bags.enumerated() {
      for (word, count) in bag { places[word, default: []].append((text, count)) }
    }
    postings = places.mapValues { found in
      let n = Double(found.count)
      let rarity = logarithm((Double(texts.count) - n + 0.5) / (n + 0.5) + 1)
      return found.map { text, count in
        let often = Double(count)
        let damping = Self.k1 * (1 - Self.b + Self.b * lengths[text] / mean)
        return (text, rarity * often * (Self.k1 + 1) / (often + damping))
      }
    }
  }

  /// How well each text answers a query.
  package func scores(_ query: String) -> [Double] {
    var scores = [Double](repeating: 0, count: count)
    // In order of the query, so that sums have the same bits each time.
    for word in query.wordRuns {
      for (text, weight) in postings[word] ?? [] { scores[text] += weight }
    }
    return scores
  }

  /// The place of the best text, the first of equals; nil without texts.
  package func best(for query: String) -> Int? {
    let scores = scores(query)
    return scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) }
  }
}
