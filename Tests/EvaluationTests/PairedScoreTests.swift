import Evaluation
import Scoring
import Testing

/// Two models on the same rows.
@Suite("Measures of two models") struct PairedScoreTests {
  private func answers(_ texts: [String]) -> [WrittenAnswer] {
    texts.map { WrittenAnswer($0, references: ["yes it is"]) }
  }

  private func pair(_ name: String, _ base: [String], _ tuned: [String]) throws -> PairedScore {
    PairedScore(
      try #require(TextMetric.named(name)), base: answers(base), tuned: answers(tuned))
  }

  @Test("rows are won, lost and tied") func tally() throws {
    let score = try pair(
      "exact", ["no", "no", "yes it is", "yes it is"], ["yes it is", "no", "no", "yes it is"])
    #expect(score.rows.wins == 1 && score.rows.losses == 1 && score.rows.ties == 2)
    #expect(score.difference.mean == 0 && !score.isBetter && !score.isWorse)
    #expect(score.base.mean == 0.5 && score.tuned.mean == 0.5)
  }

  @Test("a gain on all rows is better, a loss worse, whatever the measure prefers") func sides()
    throws
  {
    let (worse, better) = (
      Array(repeating: "no it was", count: 12), Array(repeating: "yes it is", count: 12)
    )
    for name in ["exact", "chrf", "rouge1"] {
      #expect(try pair(name, worse, better).isBetter)
      #expect(try pair(name, better, worse).isWorse)
    }
    let losses = [2.0, 3].map { nats in
      (0..<5).map { _ in TextLoss(nats: nats, tokenCount: 1, correctCount: 0, byteCount: 3) }
    }
    let score = PairedScore(TextMetric.loss, base: losses[1], tuned: losses[0])
    #expect(score.isBetter && score.rows.wins == 5 && score.difference.mean == -1)
  }

  @Test("one row tells nothing") func one() throws {
    let score = try pair("chrf", ["no"], ["yes it is"])
    #expect(!score.isBetter && !score.isWorse)
  }

  @Test("the rows that are needed follow from the width of the interval") func needed() {
    // 40 rows, a gain of 0.1 with a standard error of 0.075: (2.8016 · 0.75)² · 40 = 176.6.
    let half = 1.959_963_984_540_054 * 0.075
    #expect(Estimate(mean: 0.1, lower: 0.1 - half, upper: 0.1 + half).neededCount(from: 40) == 177)
    #expect(Estimate(mean: 0, lower: -1, upper: 1).neededCount(from: 40) == nil)
    #expect(Estimate(mean: 1, lower: 1, upper: 1).neededCount(from: 40) == nil)
  }
}
