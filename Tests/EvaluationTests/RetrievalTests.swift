import Datasets
import Evaluation
import Testing

/// Finding texts by vectors and words.
@Suite("Retrieval") struct RetrievalTests {
  private func row(_ query: String, _ positive: String, _ negatives: [String] = []) -> Example {
    Example(.match(query: query, positive: positive, negatives: negatives), line: 1)
  }

  @Test("the nearest vectors come first, of equals the first text") func index() {
    let index = TextIndex([[0, 2], [3, 0], [1, 1], [9, 0], [0, 0]])
    let hits = index.hits(for: [5, 0])
    #expect(hits.map(\.text) == [1, 3, 2, 0, 4])
    #expect(hits.map { ($0.cosine * 1000).rounded() } == [1000, 1000, 707, 0, 0])
    #expect(index.hits(for: [5, 0], limit: 2).map(\.text) == [1, 3])
    #expect(TextIndex([]).hits(for: [1]).isEmpty)
  }

  @Test("queries and texts are there once, with all that belongs to a query in any row")
  func matches() {
    let dev = [row("a", "x", ["y"]), row("a", "z"), row("b", "x")]
    let texts = MatchedTexts(measuring: dev, among: [row("a", "w"), row("c", "v")] + dev)
    #expect(texts.queries == ["a", "b"])
    #expect(texts.texts == ["w", "v", "x", "y", "z"])
    #expect(texts.belonging == [[0, 2, 4], [2]])
  }

  @Test("words find the texts that have them, and no others") func words() {
    let index = BM25(["red apples", "green pears", "red pears and red plums", "blue"])
    #expect(index.ranking(for: "red plums") == [2, 0])
    #expect(index.ranking(for: "nothing").isEmpty)
  }
}
