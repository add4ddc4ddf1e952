import Foundation
import Scoring
import Serialization
import Testing

/// Measures of rankings, beside sentence-transformers': scripts/dev/fixtures/retrieve.py.
@Suite("Measures of rankings") struct QueryRankTests {
  private static let cases: [JSONValue] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/ranks.json")
    let bytes = (try? Data(contentsOf: path)).map([UInt8].init) ?? []
    return (try? JSONValue(parsing: bytes))?["cases"]?.array ?? []
  }()

  @Test("are those of sentence-transformers", arguments: cases.indices)
  func golden(place: Int) throws {
    let fields = Self.cases[place]
    let ranking = (fields["ranking"]?.array ?? []).compactMap(\.int)
    let ranks = QueryRanks(
      ranking, belonging: Set((fields["belonging"]?.array ?? []).compactMap(\.int)))
    let measured = [
      "ndcg_10": ranks.discountedGain(at: 10), "mrr_10": ranks.reciprocalRank(at: 10),
      "recall_1": ranks.recall(at: 1), "recall_10": ranks.recall(at: 10),
    ]
    for (name, value) in measured {
      #expect(abs(value - (try #require(fields[name]?.double))) < 1e-12, "\(name)")
    }
    // What stands after the tenth place is not looked at.
    let first = QueryRanks(
      Array(ranking.prefix(10)),
      belonging: Set((fields["belonging"]?.array ?? []).compactMap(\.int)))
    #expect(first.discountedGain(at: 10) == ranks.discountedGain(at: 10))
  }

  @Test("nothing that belongs is found in no text") func empty() {
    let ranks = QueryRanks([], belonging: [3])
    #expect(ranks.recall(at: 10) == 0 && ranks.reciprocalRank(at: 10) == 0)
    #expect(ranks.discountedGain(at: 10) == 0)
  }
}
