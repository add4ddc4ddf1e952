import Mathematics

/// At which places of a ranking the texts stand that belong to a query.
package struct QueryRanks: Hashable, Sendable {
  /// Places from 0, in rising order, of the texts that were found.
  private let places: [Int]
  /// How many texts belong to the query, found or not; at least 1.
  private let count: Int

  /// Looks for the texts that belong to a query in a ranking, best first.
  package init(_ ranking: [Int], belonging texts: Set<Int>) {
    places = ranking.indices.filter { texts.contains(ranking[$0]) }
    count = max(1, texts.count)
  }

  /// The share of what belongs to the query among the first `k` texts.
  package func recall(at k: Int) -> Double {
    Double(places.count { $0 < k }) / Double(count)
  }

  /// One over the place, from 1, of the first that belongs; 0 where none is among the first `k`.
  package func reciprocalRank(at k: Int) -> Double {
    guard let first = places.first, first < k else { return 0 }
    return 1 / Double(first + 1)
  }

  /// The normalised discounted cumulative gain: what belongs counts less the later it stands, beside the
  /// best order there is.
  ///
  /// Source: Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques".
  package func discountedGain(at k: Int) -> Double {
    let gain = places.prefix { $0 < k }.reduce(0) { $0 + Self.gain(at: $1) }
    return gain / (0..<min(k, count)).reduce(0) { $0 + Self.gain(at: $1) }
  }

  private static func gain(at place: Int) -> Double {
    logarithm(2) / logarithm(Double(place + 2))
  }
}
