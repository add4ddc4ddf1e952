import Generation
import Testing

/// Choices from logits made by hand.
@Suite("Sampling") struct SamplerTests {
  /// The logarithms of 0.5, 0.25, 0.125, 0.0625 and 0.0625, in another order.
  private let logits: [Float] = [-2.0794415, -0.6931472, -2.7725887, -1.3862944, -2.7725887]

  @Test("temperature 0 takes the largest, the first of equals") func greedy() {
    let settings = settings { $0.temperature = 0 }
    #expect(Sampler(settings).choose(from: logits, index: 0) == 1)
    #expect(Sampler(settings).choose(from: [1, 3, 3, 2], index: 0) == 1)
    #expect(Sampler(settings).choose(from: [-.infinity, -.infinity], index: 0) == 0)
  }

  /// 20,000 draws: a share of 0.5 has a deviation of 0.0035, of which 0.015 is four.
  @Test("temperature 1 draws from the model's own distribution") func distribution() {
    expectShares(settings(), [0.125, 0.5, 0.0625, 0.25, 0.0625])
  }

  @Test("temperature 1/2 squares the odds, 2 takes their root") func temperature() {
    // Squares of 2, 8, 1, 4, 1 and their sum, 86; roots likewise.
    expectShares(
      settings { $0.temperature = 0.5 }, [4, 64, 1, 16, 1].map { $0 / 86 })
    let roots = [2.0, 8, 1, 4, 1].map { $0.squareRoot() }
    expectShares(
      settings { $0.temperature = 2 }, roots.map { $0 / roots.reduce(0, +) })
  }

  @Test(
    "top-k keeps the k likeliest",
    arguments: [
      (1, [1]), (2, [1, 3]), (3, [0, 1, 3]), (4, [0, 1, 2, 3]), (5, [0, 1, 2, 3, 4]),
      (0, [0, 1, 2, 3, 4]), (100, [0, 1, 2, 3, 4]),
    ] as [(Int, Set<Int32>)])
  func topK(count: Int, kept: Set<Int32>) {
    #expect(chosen(settings { $0.topK = count }) == kept)
  }

  /// The sums, likeliest first, are 0.5, 0.75, 0.875, 0.9375, 1.
  @Test(
    "top-p keeps the fewest that reach p",
    arguments: [
      (0, [1]), (0.4, [1]), (0.6, [1, 3]), (0.8, [0, 1, 3]), (0.9, [0, 1, 2, 3]),
      (0.95, [0, 1, 2, 3, 4]), (1, [0, 1, 2, 3, 4]),
    ] as [(Double, Set<Int32>)])
  func topP(share: Double, kept: Set<Int32>) {
    #expect(chosen(settings { $0.topP = share }) == kept)
  }

  /// Against the likeliest the tokens have 1, 1/2, 1/4, 1/8 and 1/8.
  @Test(
    "min-p keeps what is likely enough beside the likeliest",
    arguments: [
      (1, [1]), (0.6, [1]), (0.4, [1, 3]), (0.2, [0, 1, 3]), (0.1, [0, 1, 2, 3, 4]),
      (0, [0, 1, 2, 3, 4]),
    ] as [(Double, Set<Int32>)])
  func minP(share: Double, kept: Set<Int32>) {
    #expect(chosen(settings { $0.minP = share }) == kept)
  }

  @Test("top-p is of what top-k left, and shares are of what is left") func together() {
    // Of the three likeliest, 0.5 and 0.25 of 0.875 reach 0.8; they are left with odds of 2 to 1.
    let both = settings {
      $0.topK = 3
      $0.topP = 0.8
    }
    expectShares(both, [0, 2.0 / 3, 0, 1.0 / 3, 0])
  }

  @Test("a draw is a function of seed, answer and place") func draws() {
    let (a, b) = (settings { $0.seed = 1 }, settings { $0.seed = 2 })
    #expect(sequence(Sampler(a)) == sequence(Sampler(a)))
    #expect(sequence(Sampler(a)) != sequence(Sampler(b)))
    #expect(sequence(Sampler(a)) != sequence(Sampler(a, answer: 1)))
    // Taken in any order.
    #expect(
      (0..<50).reversed().map { Sampler(a).choose(from: logits, index: $0) }.reversed()
        == sequence(Sampler(a)))
  }

  @Test("what has no chance is never chosen") func impossible() {
    let some: [Float] = [-.infinity, 0, -.infinity, 0]
    let sampler = Sampler(settings())
    #expect(Set((0..<100).map { sampler.choose(from: some, index: $0) }) == [1, 3])
  }

  @Test("a temperature near 0 is greedy, not a division by it", arguments: [1e-3, 1e-20, 1e-60])
  func tiny(temperature: Double) {
    #expect(chosen(settings { $0.temperature = temperature }) == [1])
  }

  private func settings(_ change: (inout SamplingSettings) -> Void = { _ in }) -> SamplingSettings {
    var settings = SamplingSettings()
    (settings.temperature, settings.topP) = (1, 1)
    change(&settings)
    return settings
  }

  private func sequence(_ sampler: Sampler) -> [Int32] {
    (0..<50).map { sampler.choose(from: logits, index: $0) }
  }

  private func chosen(_ settings: SamplingSettings) -> Set<Int32> {
    let sampler = Sampler(settings)
    return Set((0..<500).map { sampler.choose(from: logits, index: $0) })
  }

  private func expectShares(
    _ settings: SamplingSettings, _ expected: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let sampler = Sampler(settings)
    var counts = Array(repeating: 0.0, count: logits.count)
    for index in 0..<20_000 { counts[Int(sampler.choose(from: logits, index: index))] += 1 }
    let shares = counts.map { $0 / 20_000 }
    #expect(
      zip(shares, expected).allSatisfy { abs($0 - $1) < 0.015 }, "\(shares), not \(expected)",
      sourceLocation: sourceLocation)
  }
}
