import CKernels
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Kernels {
  @Suite struct MathematicsTests {
    static func exponentials(_ x: [Float]) -> [Float] {
      var out = [Float](repeating: .nan, count: x.count)
      ft_exp(&out, x, x.count)
      return out
    }

    /// 60,000 arguments from the smallest to the overflow, both signs.
    @Test("exp is within 2 units in the last place")
    func units() {
      let positive = stride(from: UInt32(0x2f00_0000), to: 0x42b1_7200, by: 5333).map {
        Float(bitPattern: $0)
      }
      let x = positive + positive.map { -$0 } + [-87.5, -90, -100, -103.9, 88.7]
      let out = sameOnEveryPath { Self.exponentials(x) }
      let worst =
        zip(x, out).map { x, y -> Double in
          let exact = exp(Double(x))
          return abs(Double(y) - exact) / Double(Float(exact).ulp)
        }.max() ?? .infinity
      #expect(worst <= 2)
    }

    @Test("exp's ends are those of IEEE")
    func ends() {
      let out = Self.exponentials([
        0, -0.0, .infinity, -.infinity, 89, 1e30, -104, -1e30, .nan, -.nan,
      ])
      #expect(Array(out.prefix(8)) == [1, 1, .infinity, 0, .infinity, .infinity, 0, 0])
      #expect(out[8].isNaN && out[9].isNaN)
    }

    // The cases below hide the library's names.
    static func libraryTanh(_ x: Double) -> Double { tanh(x) }
    static func libraryErf(_ x: Double) -> Double { erf(x) }

    /// A function of lanes, and that of the library.
    enum Function: CaseIterable, Sendable {
      case tanh, erf

      func callAsFunction(_ x: [Float]) -> [Float] {
        var out = [Float](repeating: .nan, count: x.count)
        switch self {
        case .tanh: ft_tanh(&out, x, x.count)
        case .erf: ft_erf(&out, x, x.count)
        }
        return out
      }

      func exactly(_ x: Double) -> Double {
        switch self {
        case .tanh: MathematicsTests.libraryTanh(x)
        case .erf: MathematicsTests.libraryErf(x)
        }
      }
    }

    /// 120,000 arguments from the smallest to where the function has reached 1, both signs.
    @Test("tanh and erf are within 3 units in the last place", arguments: Function.allCases)
    func sigmoidal(function: Function) {
      let positive = stride(from: UInt32(1), to: 0x4130_0000, by: 9109).map {
        Float(bitPattern: $0)
      }
      let x = positive + positive.map { -$0 }
      let out = sameOnEveryPath { function(x) }
      let worst =
        zip(x, out).map { x, y -> Double in
          let exact = function.exactly(Double(x))
          return abs(Double(y) - exact) / Double(Float(exact).ulp)
        }.max() ?? .infinity
      #expect(worst <= 3)
    }

    @Test("tanh and erf end at ±1, keep the sign of 0, and NaN", arguments: Function.allCases)
    func sigmoidalEnds(function: Function) {
      let out = function([0, -0.0, .infinity, -.infinity, 1e30, -50, .nan, -.nan])
      #expect(out[0].bitPattern == 0 && out[1].bitPattern == 0x8000_0000)
      #expect(Array(out[2..<6]) == [1, -1, 1, -1])
      #expect(out[6].isNaN && out[7].isNaN)
    }
  }
}
