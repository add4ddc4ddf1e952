import Evaluation
import Foundation
import Serialization
import Testing

/// Values from scripts/dev/fixtures/classifiers.py: scikit-learn's vectors and logistic regression.
@Suite("A classifier of words") struct ClassifierTests {
  private static let cases: [JSONValue] = {
    let path =
      URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/classifiers.json"
    let bytes = FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
    return (try? JSONValue(parsing: bytes))?["cases"]?.array ?? []
  }()

  private func rows(_ value: JSONValue?) -> [(text: String, label: String)] {
    (value?.array ?? []).compactMap { row in
      guard let pair = row.array, let text = pair[0].string, let label = pair[1].string else {
        return nil
      }
      return (text, label)
    }
  }

  @Test("gives the shares of scikit-learn", arguments: [0, 1])
  func shares(index: Int) throws {
    let golden = Self.cases[index]
    let labels = (golden["labels"]?.array ?? []).compactMap(\.string)
    let (train, test) = (rows(golden["train"]), rows(golden["test"]))
    let words = WordVectors(train.map(\.text))
    #expect(words.wordCount == golden["words"]?.int && test.count >= 20)
    let classifier = LogisticRegression(
      train.map { words.vector(of: $0.text) },
      labels: try train.map { try #require(labels.firstIndex(of: $0.label)) },
      labelCount: labels.count, wordCount: words.wordCount)
    for (row, (vector, shares)) in zip(
      test, zip(golden["vectors"]?.array ?? [], golden["shares"]?.array ?? []))
    {
      let own = words.vector(of: row.text)
      let known = (vector.array ?? []).compactMap(\.double)
      #expect(own.count == known.count)
      for (weight, value) in zip(own.map(\.weight), known) { #expect(abs(weight - value) < 1e-12) }
      for (share, value) in zip(
        classifier.shares(of: own), (shares.array ?? []).compactMap(\.double))
      {
        // scikit-learn stops within about this of the least value.
        #expect(abs(share - value) < 1e-4, "\(row.text)")
      }
    }
  }

  @Test("finds what a search would find") func search() {
    let texts = [
      "the red cup is red", "the blue plate", "an old lamp and the red cup of tea", "the",
    ]
    let search = BM25(texts)
    #expect(search.best(for: "Where has my lamp gone?") == 2)
    #expect(search.best(for: "a RED cup") == 0)
    #expect(search.best(for: "nothing of it") == 2)
    // By hand: `blue` is in one of four texts of 4.5 words in the mean, and this one has 3.
    let mean = (5.0 + 3 + 9 + 1) / 4
    let rarity = 1.203_972_804_325_936  // ln((4 - 1 + 0.5) / (1 + 0.5) + 1)
    let damping = 1.5 * (1 - 0.75 + 0.75 * 3 / mean)
    #expect(abs(search.scores("blue")[1] - rarity * 2.5 / (1 + damping)) < 1e-12)
    #expect(BM25([]).best(for: "x") == nil)
  }
}
