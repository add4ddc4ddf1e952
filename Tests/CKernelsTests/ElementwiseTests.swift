import CKernels
import Testing

extension Kernels {
  /// Every operation is one IEEE operation an element, so the reference is exact.
  @Suite struct ElementwiseTests {
    @Test("fills, adds, scales and adds scaled", arguments: oddSizes)
    func elements(n: Int) {
      let (a, b) = (numbers(n, seed: 1), numbers(n, seed: 2))
      let filled = sameOnEveryPath {
        var out = b
        ft_fill(&out, 2.5, n)
        return out
      }
      #expect(filled == [Float](repeating: 2.5, count: n))
      let sum = sameOnEveryPath {
        var out = [Float](repeating: .nan, count: n)
        ft_add(&out, a, b, n)
        return out
      }
      #expect(sum == zip(a, b).map { $0 + $1 })
      let scaled = sameOnEveryPath {
        var out = [Float](repeating: .nan, count: n)
        ft_scale(&out, a, 0.3, n)
        return out
      }
      #expect(scaled == a.map { $0 * 0.3 })
    }

    @Test("adds onto one of the operands")
    func inPlace() {
      let (a, b) = (numbers(100, seed: 1), numbers(100, seed: 2))
      var out = a
      out.withUnsafeMutableBufferPointer { ft_add($0.baseAddress, $0.baseAddress, b, 100) }
      #expect(out == zip(a, b).map { $0 + $1 })
      out.withUnsafeMutableBufferPointer { ft_scale($0.baseAddress, $0.baseAddress, 2, 100) }
      #expect(out == zip(a, b).map { ($0 + $1) * 2 })
    }

    @Test("bias goes to every row, its gradient is the chain over rows", arguments: oddSizes)
    func bias(channels: Int) {
      let rows = 7
      let (x, bias) = (numbers(rows * channels, seed: 3), numbers(channels, seed: 4))
      let y = sameOnEveryPath {
        var out = x
        ft_add_bias(&out, bias, rows, channels)
        return out
      }
      #expect(y == x.indices.map { x[$0] + bias[$0 % channels] })
      let gradient = sameOnEveryPath {
        var out = bias
        ft_bias_backward(&out, x, rows, channels)
        return out
      }
      let expected = bias.indices.map { c in
        (0..<rows).reduce(bias[c]) { $0 + x[$1 * channels + c] }
      }
      #expect(gradient == expected)
    }
  }
}
