import Testing
import Training

@Suite("Automatic learning rates") struct AutomaticRateTests {
  @Test("of each optimizer, for adapters and for all weights, at the width of finch")
  func finch() {
    let rates = OptimizerKind.allCases.map { optimizer in
      [false, true].map { automaticRate(hiddenSize: 192, trainsAll: $0, optimizer: optimizer) }
    }
    #expect(rates == [[0.0031, 0.00031], [0.16, 0.062], [0.0016, 0.00016], [0.0031, 0.00031]])
  }

  @Test(
    "stay within their bounds, and fall with the width", arguments: [1, 192, 768, 4096, 65_536])
  func bounds(width: Int) {
    let rate = automaticRate(hiddenSize: width, trainsAll: false)
    #expect((1e-4...5e-3).contains(rate))
    #expect(rate >= automaticRate(hiddenSize: width * 2, trainsAll: false))
  }
}
