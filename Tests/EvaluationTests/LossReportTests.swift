import Autograd
import Datasets
import Evaluation
import Execution
import Mathematics
import Models
import Objectives
import Tensors
import TestSupport
import Testing

@Suite("Measured losses") struct LossReportTests {
  @Test("the loss is that of transformers", arguments: GoldenModel.all)
  func golden(golden: GoldenModel) throws {
    let report = try report(golden.model(), golden.examples())
    // Float32 over two layers against float64.
    expectClose(report.loss, try golden.number("loss"), withinShare: 1e-5)
    #expect(report.tokenCounts == [9, 5] && report.sums.count == 2)
  }

  @Test(
    "each example's sum is its own, whatever it is computed with", arguments: [1, 50, 100, 4096])
  func microbatches(budget: Int) throws {
    let model = try TinyModel.make(isTied: false)
    let examples = TinyModel.examples(lengths: [12, 140, 2, 40, 77])
    let together = try report(model, examples, microbatchTokens: budget)
    let alone = try examples.map { try report(model, [$0]) }
    #expect(together.sums == alone.flatMap(\.sums))
    #expect(together.tokenCounts == alone.flatMap(\.tokenCounts))
    #expect(together.correctCount == alone.reduce(0) { $0 + $1.correctCount })
  }

  @Test("accuracy is the share of tokens whose logit is the largest") func accuracy() throws {
    let model = try TinyModel.make(isTied: true)
    let width = TinyModel.vocabularySize
    // A text that the model would have written itself, but for every third token.
    var ids: [Int32] = [3]
    var right = 0
    for place in 1..<30 {
      let row = Array(model.logits(ofAll: ids).values.suffix(width))
      let best = Int32(row.firstIndex(of: row.max() ?? 0) ?? 0)
      right += place % 3 == 0 ? 0 : 1
      ids.append(place % 3 == 0 ? (best + 1) % Int32(width) : best)
    }
    let text = EncodedExample(ids: ids, lossMask: ids.map { _ in true }, row: 0)
    let report = try report(model, [text])
    #expect(report.correctCount == right)
    expectClose(report.accuracy, Double(right) / 29, withinShare: 1e-15)
  }

  @Test("measuring changes nothing, and may be stopped") func unchanged() throws {
    let model = try TinyModel.make(isTied: true)
    let before = model.bits
    let examples = TinyModel.examples(lengths: [12, 40, 7])
    var shares: [Double] = []
    let whole = Evaluator.loss(
      of: model, on: examples, by: NextToken(), microbatchTokens: 1, progress: { shares.append($0) }
    )
    #expect(whole != nil && model.bits == before)
    #expect(shares == [1.0 / 3, 2.0 / 3, 1])
    let stop = StopFlag()
    let stopped = Evaluator.loss(
      of: model, on: examples, by: NextToken(), microbatchTokens: 1, stop: stop,
      progress: {
        shares.append($0)
        if shares.count == 5 { stop.request() }
      })
    #expect(stopped == nil && shares.count == 5)
  }

  // MARK: Intervals

  @Test("the interval holds the mean, and is one with its seed") func interval() throws {
    let model = try TinyModel.make(isTied: true)
    let report = try report(model, TinyModel.examples(lengths: Array(5...30)))
    let estimate = report.estimate(seed: 1)
    #expect(estimate.mean == report.loss)
    #expect(estimate.lower < estimate.mean && estimate.mean < estimate.upper)
    #expect(report.estimate(seed: 1) == estimate && report.estimate(seed: 2) != estimate)
  }

  @Test("the difference of a report from itself is exactly zero") func noDifference() throws {
    let model = try TinyModel.make(isTied: true)
    let examples = TinyModel.examples(lengths: Array(5...20))
    let (one, other) = (try report(model, examples), try report(model, examples))
    let difference = one.difference(from: other, seed: 3)
    #expect((difference.mean, difference.lower, difference.upper) == (0, 0, 0))
  }

  /// One model is worse on every example by about as much, so the pairs tell it, although examples
  /// differ far more among themselves.
  @Test("a difference in pairs is narrower than either loss") func pairs() throws {
    let examples = TinyModel.examples(lengths: Array(5...40))
    let model = try TinyModel.make(isTied: false)
    let before = try report(model, examples)
    let head = model.head.weight.value
    head.scale(by: 1.05)
    let difference = try report(model, examples).difference(from: before, seed: 3)
    let alone = before.estimate(seed: 3)
    #expect(difference.lower <= difference.mean && difference.mean <= difference.upper)
    #expect(difference.upper - difference.lower < (alone.upper - alone.lower) / 4)
  }

  /// With 400 examples of deviation 1 the mean's deviation is 1/20, and 95 % lie within 1.96 of it.
  @Test("the interval has the width that statistics gives it") func width() {
    let numbers = RandomStream(seed: 8, purpose: .initialization)
    let sums = (0..<400).map { (numbers.uniform(at: $0) - 0.5) * 12.0.squareRoot() }
    let estimate = BootstrapInterval.ratio(
      sums: sums, weights: sums.map { _ in 1 },
      stream: RandomStream(seed: 1, purpose: .resampling))
    // The ends of a thousand rounds are off by a few hundredths of the width.
    expectClose(estimate.upper - estimate.lower, 2 * 1.96 / 20, withinShare: 0.1)
  }

  @Test("one example has no interval") func one() {
    let estimate = BootstrapInterval.ratio(
      sums: [6], weights: [4], stream: RandomStream(seed: 1, purpose: .resampling))
    #expect((estimate.mean, estimate.lower, estimate.upper) == (1.5, 1.5, 1.5))
  }

  private func report(
    _ model: Transformer, _ examples: [EncodedExample], microbatchTokens: Int = 4096
  ) throws -> LossReport {
    try #require(
      Evaluator.loss(of: model, on: examples, by: NextToken(), microbatchTokens: microbatchTokens))
  }
}
