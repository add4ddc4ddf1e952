package import Scoring

/// How well texts were found, query by query.
package struct RetrievalReport: Sendable {
  /// Where the texts that belong to each query stand.
  package let ranks: [QueryRanks]

  package init(_ ranks: [QueryRanks]) { self.ranks = ranks }

  /// What is measured of each query, by the name of its field.
  package enum Measure: String, CaseIterable, Sendable {
    case discountedGain = "ndcg_10"
    case reciprocalRank = "mrr_10"
    case recallAt1 = "recall_1"
    case recallAt10 = "recall_10"

    /// What it is, in words.
    package var about: String {
      switch self {
      case .discountedGain: "nDCG@10: how early all that belongs stands"
      case .reciprocalRank: "MRR@10: one over the place of the first that belongs"
      case .recallAt1: "share of what belongs that is found first"
      case .recallAt10: "share of what belongs among the first ten"
      }
    }

    func value(_ ranks: QueryRanks) -> Double {
      switch self {
      case .discountedGain: ranks.discountedGain(at: 10)
      case .reciprocalRank: ranks.reciprocalRank(at: 10)
      case .recallAt1: ranks.recall(at: 1)
      case .recallAt10: ranks.recall(at: 10)
      }
    }
  }

  /// The mean of a measure over the queries, with its 95 % interval.
  package func estimate(_ measure: Measure) -> Estimate {
    BootstrapInterval.mean(of: ranks.map(measure.value), seed: 0)
  }
}

extension BM25 {
  /// The texts that have a word of the query, the best first; of equals the first.
  package func ranking(for query: String) -> [Int] {
    let scores = scores(query)
    return scores.indices.filter { scores[$0] > 0 }
      .sorted { (scores[$1], $0) < (scores[$0], $1) }
  }
}
