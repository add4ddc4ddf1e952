import CMathematics
import Mathematics
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct FunctionsTests {
  /// The library's functions are good to an ulp, 1.1e-16.
  @Test("functions of a double are within 1e-14")
  func doubles() {
    for i in 1..<20_000 {
      let x = Double(i) * 0.0371 - 360
      #expect(abs(ft_exp64(x) / exp(x) - 1) < 1e-14)
      let y = Double(i) * Double(i) * 0.37e-3
      #expect(abs(ft_log64(y) - log(y)) <= 1e-14 * abs(log(y)))
      let angle = Double(i) * 7.31
      #expect(abs(ft_cos64(angle) - cos(angle)) < 1e-15)
      #expect(abs(ft_sin64(-angle) - sin(-angle)) < 1e-15)
    }
  }

  @Test("functions of a double know their ends")
  func doubleEnds() {
    #expect(ft_exp64(0) == 1 && ft_exp64(-.infinity) == 0 && ft_exp64(.infinity) == .infinity)
    #expect(ft_exp64(710) == .infinity && ft_exp64(-746) == 0 && ft_exp64(.nan).isNaN)
    #expect(ft_exp64(-740) > 0)
    #expect(ft_log64(1) == 0 && ft_log64(0) == -.infinity && ft_log64(-1).isNaN)
    #expect(ft_log64(.infinity) == .infinity && ft_log64(.nan).isNaN)
    #expect(abs(ft_log64(.leastNonzeroMagnitude) + 744.440_071_921_381_3) < 1e-12)
    #expect(ft_cos64(0) == 1 && ft_sin64(0) == 0)
    #expect(ft_cos64(.infinity).isNaN && ft_sin64(.nan).isNaN && ft_sin64(1e300).isNaN)
  }

  @Test("whole powers are products, others go through the logarithm")
  func powers() {
    #expect(power(0.5, 3) == 0.125 && power(1.5, 0) == 1)
    #expect(abs(power(2, 0.5) - 2.squareRoot()) < 1e-15)
    #expect(power(1, -0.8) == 1)
  }
}
