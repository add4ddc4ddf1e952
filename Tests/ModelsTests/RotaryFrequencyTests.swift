import Autograd
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct RotaryFrequencyTests {
  @Test("frequencies are powers of theta", arguments: [2, 6, 32, 64, 256])
  func frequencies(width: Int) {
    let frequencies = RotaryTable.frequencies(theta: 500_000, width: width)
    #expect(frequencies.count == width / 2)
    for (i, frequency) in frequencies.enumerated() {
      let expected = pow(500_000, -Double(2 * i) / Double(width))
      #expect(abs(frequency / expected - 1) < 1e-14)
    }
  }
}
