import CKernels
import Testing

extension Kernels {
  @Suite struct OptimizerTests {
    static let settings = ft_adamw_settings(
      rate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0.1, correction1: 0.271,
      correction2: 0.029701, gradient_scale: 0.5)

    /// Weight, m and v after one step.
    static func step(_ weight: [Float], _ m: [Float], _ v: [Float], _ gradient: [Float]) -> [Float]
    {
      var (weight, m, v) = (weight, m, v)
      ft_adamw(&weight, &m, &v, gradient, settings, weight.count)
      return weight + m + v
    }

    /// `1 − beta2` of a float beta2 is 1e-5 off that of 0.99: the reference takes the floats.
    @Test("AdamW is that of double", arguments: oddSizes)
    func adamw(n: Int) {
      let (weight, m) = (numbers(n, seed: 1), numbers(n, seed: 2))
      let (v, gradient) = (numbers(n, seed: 3).map(abs), numbers(n, seed: 4))
      let all = sameOnEveryPath { Self.step(weight, m, v, gradient) }
      var (weights, ms, vs): ([Double], [Double], [Double]) = ([], [], [])
      let s = Self.settings
      for i in 0..<n {
        let g = Double(gradient[i]) * Double(s.gradient_scale)
        ms.append(Double(s.beta1) * Double(m[i]) + (1 - Double(s.beta1)) * g)
        vs.append(Double(s.beta2) * Double(v[i]) + (1 - Double(s.beta2)) * g * g)
        let root = (vs[i] / Double(s.correction2)).squareRoot() + Double(s.epsilon)
        weights.append(
          Double(weight[i]) * (1 - Double(s.rate) * Double(s.decay))
            - Double(s.rate) * ms[i] / Double(s.correction1) / root)
      }
      expectClose(all, weights + ms + vs, within: 1e-6)
    }

    @Test("a NaN gradient shows in its own element only")
    func nan() {
      let all = Self.step([1, 1], [0, 0], [0, 0], [.nan, 1])
      #expect(all[0].isNaN && all[1].isFinite)
    }

    /// Squares of floats are exact in double; the sum of 20,000 is good to 1e-12.
    @Test(
      "the sum of squares is that of double", arguments: oddSizes + [4095, 4096, 4097, 20_000])
    func squares(n: Int) {
      let x = numbers(n, seed: 1)
      let expected = wide(x).reduce(0) { $0 + $1 * $1 }
      let sums = machinePaths.flatMap { path in
        (1...3).map { onPath(path, threads: $0) { ft_sum_of_squares(x, n) } }
      }
      let same = sums.allSatisfy { $0 == sums[0] }
      #expect(same)
      #expect(abs(sums[0] - expected) <= 1e-12 * expected)
    }

    @Test("the sum of squares does not overflow, and joins more than one round of stretches")
    func rounds() {
      #expect(ft_sum_of_squares([3e38, 3e38], 2) > 1.7e77)
      #expect(ft_sum_of_squares([.nan, 1], 2).isNaN)
      let n = 4096 * 1025 + 3
      #expect(ft_sum_of_squares([Float](repeating: 1, count: n), n) == Double(n))
    }

    @Test("finds what is not finite, wherever it is", arguments: oddSizes.dropFirst())
    func finite(n: Int) {
      for path in machinePaths {
        for threads in 1...3 {
          onPath(path, threads: threads) {
            var x = numbers(n, seed: 1)
            #expect(ft_all_finite(x, n))
            for value in [Float.nan, .infinity, -.infinity] {
              for place in [0, n / 2, n - 1] {
                let kept = x[place]
                x[place] = value
                #expect(!ft_all_finite(x, n))
                x[place] = kept
              }
            }
          }
        }
      }
      #expect(ft_all_finite([], 0))
    }
  }
}
