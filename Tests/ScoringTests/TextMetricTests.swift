import Foundation
import Scoring
import Serialization
import Testing

/// Values from scripts/dev/fixtures/metrics.py: sacrebleu, rouge_score and SQuAD's rules.
@Suite("Measures of texts") struct TextMetricTests {
  private static let golden: JSONValue = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/texts.json"
    let bytes = FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
    return (try? JSONValue(parsing: bytes)) ?? .null
  }()

  private static let answers = (golden["rows"]?.array ?? []).map { row in
    WrittenAnswer(
      row["answer"]?.string ?? "",
      references: (row["references"]?.array ?? []).compactMap(\.string))
  }

  /// The value of a measure of some answers.
  private func value(_ name: String, _ answers: [WrittenAnswer]) throws -> Double {
    let metric = try #require(TextMetric.named(name))
    let counts = metric.answerCounts(answers)
    return metric.score(sum(counts))
  }

  private func sum(_ rows: [[Double]]) -> [Double] {
    rows.dropFirst().reduce(rows[0]) { sums, row in zip(sums, row).map(+) }
  }

  @Test("of a row are those of rouge_score, SQuAD's script and json", arguments: answers.indices)
  func rows(index: Int) throws {
    let scores = try #require(Self.golden["rows"]?.array?[index]["scores"]?.object)
    for (name, score) in scores.entries {
      let value = try value(name, [Self.answers[index]])
      #expect(abs(value - (score.double ?? .nan)) < 1e-12, "\(name) of \(Self.answers[index])")
    }
    #expect(scores.entries.count == 12)
  }

  @Test("of a set of rows are those of sacrebleu") func corpora() throws {
    let corpora = try #require(Self.golden["corpora"]?.array)
    #expect(corpora.count > Self.answers.count)
    for corpus in corpora {
      let rows = (corpus["rows"]?.array ?? []).compactMap(\.int).map { Self.answers[$0] }
      for (name, score) in corpus["scores"]?.object?.entries ?? [] {
        let value = try value(name, rows)
        #expect(abs(value - (score.double ?? .nan)) < 1e-9, "\(name) of \(rows.map(\.text))")
      }
    }
  }

  @Test("divide texts as sacrebleu's tokenizers do", arguments: BLEUTokens.allCases)
  func words(tokens: BLEUTokens) throws {
    let rows = try #require(Self.golden["rows"]?.array)
    let texts =
      rows.compactMap { $0["answer"]?.string }
      + rows.compactMap { $0["references"]?.array?.first?.string }
    let wanted = try #require(Self.golden["words"]?[tokens.rawValue]?.array)
    #expect(wanted.count == texts.count)
    for (text, words) in zip(texts, wanted) {
      let known = (words.array ?? []).compactMap(\.string).map { Array($0.unicodeScalars) }
      #expect(tokens.words(of: text) == known, "\(text)")
    }
  }

  @Test("compare words by the stems of NLTK") func stems() throws {
    let stems = try #require(Self.golden["stems"]?.object)
    #expect(stems.entries.count > 900)
    for (word, stem) in stems.entries {
      #expect(PorterStemmer.stem(word) == stem.string)
    }
  }

  @Test("stop at a limit of tokens or by themselves") func stops() throws {
    let answers = [true, false, true, true].map {
      WrittenAnswer("x", references: ["y"], endedItself: $0)
    }
    #expect(try value("stops", answers) == 0.75)
  }

  @Test("of losses are of a token or of a byte") func losses() throws {
    let rows = [
      TextLoss(nats: 3, tokenCount: 2, correctCount: 1, byteCount: 9),
      TextLoss(nats: 1, tokenCount: 2, correctCount: 2, byteCount: 7),
    ]
    func value(_ name: String) throws -> Double {
      let metric = try #require(TextMetric.named(name))
      return metric.score(sum(metric.lossCounts(rows)))
    }
    #expect(try value("loss") == 1)
    #expect(abs(try value("perplexity") - 2.718_281_828_459_045) < 1e-15)
    #expect(try value("token_accuracy") == 0.75)
    #expect(abs(try value("bits_per_byte") - 4 / 0.693_147_180_559_945_3 / 16) < 1e-15)
  }

  @Test("have names of their own, which a command can take") func names() {
    let names = TextMetric.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(
      names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" } })
  }
}
