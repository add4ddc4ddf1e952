import Datasets
import Evaluation
import Testing

/// Counting and looking up, by hand.
@Suite("Baselines") struct BaselineTests {
  /// Three trained tokens of a vocabulary of four: 1, 2, 1 after 0, 1, 2.
  private let train = [
    EncodedExample(ids: [0, 1, 2, 1], lossMask: [true, true, true, true], row: 0)
  ]

  @Test("the chance of a token is its share, with one more of each") func frequency() {
    let counts = TokenCounts(train, vocabularySize: 4)
    let row = EncodedExample(ids: [3, 1, 3], lossMask: [false, true, true], row: 0)
    let report = counts.report([row], withTokenBefore: false)
    // Token 1 has (2 + 1) / (3 + 4), token 3 has 1 / 7.
    #expect(abs(report.sums[0] - -(0.428_571_428_571_428_6.log + (1.0 / 7).log)) < 1e-12)
    #expect(report.correctCount == 1 && report.tokenCounts == [2])
  }

  @Test("with the token before, what follows it counts") func pairs() {
    let counts = TokenCounts(train, vocabularySize: 4)
    let row = EncodedExample(ids: [2, 1], lossMask: [false, true], row: 0)
    let report = counts.report([row], withTokenBefore: true)
    // (1 + 3 / 7) / (1 + 1).
    #expect(abs(report.sums[0] - -(1.428_571_428_571_428_6 / 2).log) < 1e-12)
    #expect(report.correctCount == 1)
  }

  @Test("the nearest row shares the rarest words") func nearest() {
    let rows = ["the red cup", "the blue plate", "the old lamp"].map {
      Example(.labelled(text: $0, label: $0), line: 1)
    }
    let index = NearestRows(rows)
    let found = index.nearest(
      to: Example(.labelled(text: "The lamp, the cup?", label: ""), line: 1))
    #expect(found?.target == "the red cup")
    let lamp = index.nearest(to: Example(.labelled(text: "My lamp!", label: ""), line: 1))
    #expect(lamp?.target == "the old lamp")
  }
}

extension Double {
  /// The natural logarithm, by the series of artanh: the tests' own.
  fileprivate var log: Double {
    let s = (self - 1) / (self + 1)
    return 2 * stride(from: 401.0, through: 1, by: -2).reduce(0) { ($0 * s * s + 1 / $1) } * s
  }
}
