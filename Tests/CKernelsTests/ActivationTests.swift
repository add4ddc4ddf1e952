import CKernels
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An activation, by the definition in double.
enum ReferenceActivation: CaseIterable, Sendable {
  case silu, gelu, geluTanh, geluQuick, relu, reluSquared, tanh, sigmoid

  /// Those that are x times a share from 0 to 1, with slope ½ at 0.
  static let soft: [ReferenceActivation] = [.silu, .gelu, .geluTanh, .geluQuick]

  var kind: ft_activation {
    switch self {
    case .silu: FT_SILU
    case .gelu: FT_GELU
    case .geluTanh: FT_GELU_TANH
    case .geluQuick: FT_GELU_QUICK
    case .relu: FT_RELU
    case .reluSquared: FT_RELU_SQUARED
    case .tanh: FT_TANH
    case .sigmoid: FT_SIGMOID
    }
  }

  func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .silu: x / (1 + exp(-x))
    case .gelu: x * erfc(-x / 2.0.squareRoot()) / 2
    case .geluTanh:
      x / 2 * (1 + Self.tangent((2 / Double.pi).squareRoot() * (x + 0.044_715 * x * x * x)))
    case .geluQuick: x / (1 + exp(-1.702 * x))
    case .relu: max(x, 0)
    case .reluSquared: max(x, 0) * max(x, 0)
    case .tanh: Self.tangent(x)
    case .sigmoid: 1 / (1 + exp(-x))
    }
  }

  private static func tangent(_ x: Double) -> Double { 2 / (1 + exp(-2 * x)) - 1 }
}

extension Kernels {
  @Suite struct ActivationTests {
    typealias Function = ReferenceActivation

    static func forward(_ function: Function, _ gate: [Float], _ up: [Float]?) -> [Float] {
      onMemory(unwritten(gate.count), gate, up ?? []) {
        var job = ft_activation_job(
          out: $0[0], dgate: nil, dup: nil, dout: nil, gate: $0[1], up: up == nil ? nil : $0[2],
          kind: function.kind, n: gate.count)
        ft_activation_forward(&job)
      }[0]
    }

    /// dgate, then dup where there is an `up`.
    static func backward(
      _ function: Function, _ dout: [Float], _ gate: [Float], _ up: [Float]?
    ) -> [Float] {
      let memory = onMemory(
        unwritten(gate.count), unwritten(up?.count ?? 0), dout, gate, up ?? []
      ) {
        var job = ft_activation_job(
          out: nil, dgate: $0[0], dup: up == nil ? nil : $0[1], dout: $0[2], gate: $0[3],
          up: up == nil ? nil : $0[4], kind: function.kind, n: gate.count)
        ft_activation_backward(&job)
      }
      return memory[0] + memory[1]
    }

    /// A handful of roundings an element: 1e-6 is eight of them.
    @Test("gates are those of double", arguments: oddSizes, Function.allCases)
    func gated(n: Int, function: Function) {
      let (gate, up) = (numbers(n, seed: 1, size: 12), numbers(n, seed: 2))
      let out = sameOnEveryPath { Self.forward(function, gate, up) }
      let expected = zip(wide(gate), wide(up)).map { function($0) * $1 }
      // A square is as large as the others squared.
      expectClose(out, expected, within: function == .reluSquared ? 5e-6 : 1e-6)
      let ones = [Float](repeating: 1, count: n)
      let single = sameOnEveryPath { Self.forward(function, gate, nil) }
      #expect(haveSameBits(single, Self.forward(function, gate, ones)))
    }

    /// Central differences of the double function: their own error is about 1e-10.
    @Test("gradients are those of central differences", arguments: oddSizes, Function.allCases)
    func gradient(n: Int, function: Function) {
      let (gate, up) = (numbers(n, seed: 1, size: 6), numbers(n, seed: 2))
      let dout = numbers(n, seed: 3)
      let both = sameOnEveryPath { Self.backward(function, dout, gate, up) }
      let expected = (0..<2 * n).map { i -> Double in
        let (g, u, d) = (Double(gate[i % n]), Double(up[i % n]), Double(dout[i % n]))
        return i < n
          ? slopes(of: { d * function($0[0]) * u }, at: [g])[0]
          : d * function(g)
      }
      expectClose(both, expected, within: function == .reluSquared ? 1e-5 : 2e-6)
      let single = sameOnEveryPath { Self.backward(function, dout, gate, nil) }
      let ones = [Float](repeating: 1, count: n)
      #expect(haveSameBits(single, Array(Self.backward(function, dout, gate, ones).prefix(n))))
    }

    @Test("relu is exact, and its slope at 0 is 0") func relu() {
      let gate: [Float] = [-1e30, -1, -0.0, 0, 0x1p-149, 3, 1e30, .infinity]
      let out = sameOnEveryPath { Self.forward(.relu, gate, nil) }
      #expect(haveSameBits(out, [0, 0, 0, 0, 0x1p-149, 3, 1e30, .infinity]))
      #expect(Self.forward(.relu, [.nan], nil)[0].isNaN)
      let ones = [Float](repeating: 1, count: gate.count)
      #expect(Self.backward(.relu, ones, gate, nil) == [0, 0, 0, 0, 1, 1, 1, 1])
    }

    @Test("tanh ends at 1, and its slope at 0") func tanhEnds() {
      let gate: [Float] = [-.infinity, -1e30, -30, 0, 30, .infinity]
      #expect(sameOnEveryPath { Self.forward(.tanh, gate, nil) } == [-1, -1, -1, 0, 1, 1])
      let ones = [Float](repeating: 1, count: gate.count)
      #expect(Self.backward(.tanh, ones, gate, nil) == [0, 0, 0, 1, 0, 0])
      #expect(Self.forward(.tanh, [.nan], nil)[0].isNaN)
    }

    @Test("far ends are finite, NaN stays NaN", arguments: Function.soft)
    func ends(function: Function) {
      let tiny = Float(bitPattern: 0x1000)  // far below the smallest normal number
      let gate: [Float] = [-1000, -100, -88, 0, 88, 1000, -1e30, 1e30, tiny, .nan, .infinity]
      let ones = [Float](repeating: 1, count: gate.count)
      let out = sameOnEveryPath { Self.forward(function, gate, ones).dropLast(2) }
      #expect(out[0] == 0 && abs(out[1]) < 1e-37 && out[3] == 0 && out[4] == 88 && out[5] == 1000)
      #expect(out[6] == 0 && out[7] == 1e30 && out[8].bitPattern == 0x800)
      let ends = Self.forward(function, gate, ones)
      #expect(ends[9].isNaN && ends[10] == .infinity)
      let slopes = sameOnEveryPath { Self.backward(function, ones, gate, nil).dropLast(2) }
      #expect(abs(slopes[0]) < 1e-30 && slopes[3] == 0.5 && slopes[5] == 1 && slopes[7] == 1)
      #expect(slopes[6] == 0 && slopes[8] == 0.5)
      #expect(Self.backward(function, ones, gate, nil)[9].isNaN)
    }

    @Test("what is cut off at zero is cut off there, and NaN stays NaN")
    func cut() {
      let gate: [Float] = [-.infinity, -2, -0.0, 0, 2, .infinity, .nan]
      let ones = [Float](repeating: 1, count: gate.count)
      let out = sameOnEveryPath { Self.forward(.relu, gate, nil).dropLast() }
      #expect(out == [0, 0, 0, 0, 2, .infinity])
      #expect(Self.forward(.reluSquared, gate, nil).dropLast() == [0, 0, 0, 0, 4, .infinity])
      #expect(Self.forward(.relu, gate, nil)[6].isNaN)
      #expect(Self.backward(.relu, ones, gate, nil).prefix(6) == [0, 0, 0, 0, 1, 1])
      #expect(Self.backward(.reluSquared, ones, gate, nil).prefix(5) == [0, 0, 0, 0, 4])
      #expect(Self.backward(.reluSquared, ones, gate, nil)[6].isNaN)
    }

    @Test("the soft cap is that of double, and so is its slope", arguments: oddSizes)
    func softCap(n: Int) {
      let (x, dy) = (numbers(n, seed: 1, size: 9), numbers(n, seed: 2))
      let y = sameOnEveryPath {
        var y = [Float](repeating: .nan, count: n)
        ft_soft_cap_forward(&y, x, 2.5, n)
        return y
      }
      expectClose(y, wide(x).map { 2.5 * tanh($0 / 2.5) }, within: 1e-6)
      let dx = sameOnEveryPath {
        var dx = dy
        ft_soft_cap_backward(&dx, y, 2.5, n)
        return dx
      }
      let expected = zip(wide(x), wide(dy)).map { $1 / pow(cosh($0 / 2.5), 2) }
      expectClose(dx, expected, within: 1e-6)
    }
  }
}
