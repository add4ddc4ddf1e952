import Evaluation
import Mathematics
import Scoring
import Testing

/// Measures of texts with their intervals.
@Suite("Scores of texts") struct TextScoreTests {
  private func score(_ name: String, _ answers: [WrittenAnswer]) throws -> TextScore {
    TextScore(try #require(TextMetric.named(name)), answers: answers)
  }

  @Test("a share has Wilson's interval") func share() throws {
    let answers = ["yes", "yes", "no", "yes"].map { WrittenAnswer($0, references: ["yes"]) }
    let score = try score("exact", answers)
    #expect(score.estimate == WilsonInterval.share(3, of: 4) && score.count == 4)
  }

  @Test("a mean has that of its rows") func mean() throws {
    let answers = ["a b c", "a", "b", "x y"].map { WrittenAnswer($0, references: ["a b"]) }
    let values = [0.8, 2.0 / 3, 2.0 / 3, 0]
    let score = try score("rouge1", answers)
    let known = BootstrapInterval.mean(of: values, seed: 0)
    #expect(abs(score.estimate.mean - known.mean) < 1e-12)
    #expect(abs(score.estimate.lower - known.lower) < 1e-12)
    #expect(abs(score.estimate.upper - known.upper) < 1e-12)
  }

  @Test("a score of sums holds its value and narrows with more rows") func corpus() throws {
    let rows = (0..<40).map { row in
      WrittenAnswer(
        row % 3 == 0 ? "the parcel left on Monday morning" : "the parcel will leave us on Monday",
        references: ["the parcel left our house on Monday"])
    }
    let (few, many) = (try score("bleu", Array(rows.prefix(6))), try score("bleu", rows))
    for score in [few, many] {
      let estimate = score.estimate
      #expect(estimate.lower < estimate.mean && estimate.mean < estimate.upper)
    }
    #expect(
      many.estimate.upper - many.estimate.lower < few.estimate.upper - few.estimate.lower)
    // The same each time.
    #expect(try score("bleu", rows).estimate == many.estimate)
  }

  @Test("one row has no width") func one() throws {
    let estimate = try score("chrf", [WrittenAnswer("abc", references: ["abd"])]).estimate
    #expect(estimate.lower == estimate.mean && estimate.upper == estimate.mean)
  }

  @Test("a function of sums is estimated as the ratio it is") func ratio() {
    let (sums, weights) = ([3.0, 1, 4, 1, 5], [1.0, 2, 3, 1, 2])
    let stream = RandomStream(seed: 3, purpose: .resampling)
    let ratio = BootstrapInterval.ratio(sums: sums, weights: weights, stream: stream)
    let score = BootstrapInterval.score(of: zip(sums, weights).map { [$0, $1] }, stream: stream) {
      $0[0] / $0[1]
    }
    #expect(ratio == score)
  }
}
