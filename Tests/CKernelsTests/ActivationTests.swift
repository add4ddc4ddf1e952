import CKernels
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Kernels {
  @Suite struct ActivationTests {
    static func reference(_ gate: Double, _ up: Double) -> Double {
      gate / (1 + exp(-gate)) * up
    }

    static func forward(_ gate: [Float], _ up: [Float]) -> [Float] {
      var out = [Float](repeating: .nan, count: gate.count)
      ft_swiglu_forward(&out, gate, up, gate.count)
      return out
    }

    /// dgate, then dup.
    static func backward(_ dout: [Float], _ gate: [Float], _ up: [Float]) -> [Float] {
      var dgate = [Float](repeating: .nan, count: gate.count)
      var dup = dgate
      ft_swiglu_backward(&dgate, &dup, dout, gate, up, gate.count)
      return dgate + dup
    }

    /// A handful of roundings an element: 1e-6 is eight of them.
    @Test("SwiGLU is that of double", arguments: oddSizes)
    func swiglu(n: Int) {
      let (gate, up) = (numbers(n, seed: 1, size: 12), numbers(n, seed: 2))
      let out = sameOnEveryPath { Self.forward(gate, up) }
      expectClose(out, zip(wide(gate), wide(up)).map(Self.reference), within: 1e-6)
    }

    /// Central differences of the double function: their own error is about 1e-10.
    @Test("gradients are those of central differences", arguments: oddSizes)
    func gradient(n: Int) {
      let (gate, up) = (numbers(n, seed: 1, size: 6), numbers(n, seed: 2))
      let dout = numbers(n, seed: 3)
      let both = sameOnEveryPath { Self.backward(dout, gate, up) }
      let expected = (0..<2 * n).map { i -> Double in
        let (g, u, d) = (Double(gate[i % n]), Double(up[i % n]), Double(dout[i % n]))
        return i < n
          ? slopes(of: { d * Self.reference($0[0], u) }, at: [g])[0]
          : d * Self.reference(g, 1)
      }
      expectClose(both, expected, within: 2e-6)
    }

    @Test("far ends are finite, NaN stays NaN")
    func ends() {
      let gate: [Float] = [-1000, -100, -88, 0, 88, 1000, .nan, .infinity]
      let out = sameOnEveryPath { Self.forward(gate, [Float](repeating: 1, count: 8)).dropLast(2) }
      #expect(out[0] == 0 && abs(out[1]) < 1e-37 && out[3] == 0 && out[4] == 88 && out[5] == 1000)
      let ends = Self.forward(gate, [Float](repeating: 1, count: 8))
      #expect(ends[6].isNaN && ends[7] == .infinity)
    }
  }
}
