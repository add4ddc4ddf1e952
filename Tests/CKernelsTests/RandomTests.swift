import CKernels
import CMathematics
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Kernels {
  @Suite struct RandomTests {
    static let seed: UInt64 = 0x1234_5678_9abc_def0

    /// Word `index` of the test stream.
    static func word(_ index: UInt64) -> UInt32 {
      var words = [UInt32](repeating: 0, count: 4)
      ft_philox(&words, seed, 7, 9, index / 4)
      return words[Int(index % 4)]
    }

    /// The stream that the tests draw from, from element `offset` on.
    static func stream(_ offset: UInt64) -> ft_stream {
      ft_stream(seed: seed, purpose: 7, step: 9, offset: offset)
    }

    static func uniform(offset: UInt64, count: Int) -> [Float] {
      var out = [Float](repeating: .nan, count: count)
      ft_random_uniform(&out, stream(offset), count)
      return out
    }

    static func normal(offset: UInt64, count: Int) -> [Float] {
      var out = [Float](repeating: .nan, count: count)
      ft_random_normal(&out, 1, stream(offset), count)
      return out
    }

    @Test(
      "uniform numbers are the upper 24 bits of the stream's words",
      arguments: oddSizes, [0, 1, 63, 64, 0x3_ffff_fff0, 0xffff_ffff_ffff_0000])
    func uniformWords(n: Int, offset: UInt64) {
      let out = sameOnEveryPath { Self.uniform(offset: offset, count: n) }
      let expected = (0..<n).map { Float(Self.word(offset + UInt64($0)) >> 8) * 0x1p-24 }
      #expect(out == expected)
    }

    @Test("a stretch is the same however it is cut", arguments: [0, 1, 5, 64, 100])
    func cuts(at cut: Int) {
      let rest = 300 - cut
      #expect(
        Self.uniform(offset: 3, count: 300)
          == Self.uniform(offset: 3, count: cut)
          + Self.uniform(offset: 3 + UInt64(cut), count: rest))
      #expect(
        Self.normal(offset: 3, count: 300)
          == Self.normal(offset: 3, count: cut)
          + Self.normal(offset: 3 + UInt64(cut), count: rest))
    }

    /// log, sqrt and the angle's sine each within 2 ulp, at a radius of up to 5.8: 3e-6.
    @Test("normal numbers are Box and Muller's of word pairs", arguments: oddSizes)
    func boxMuller(n: Int) {
      let offset: UInt64 = 11
      let out = sameOnEveryPath { Self.normal(offset: offset, count: n) }
      let expected = (0..<n).map { i -> Double in
        let element = offset + UInt64(i)
        let chance = (Double(Self.word(element & ~1) >> 8) + 1) * 0x1p-24
        let angle = 2 * Double.pi * Double(Self.word(element | 1) >> 8) * 0x1p-24
        return sqrt(-2 * log(chance)) * (element % 2 == 0 ? cos(angle) : sin(angle))
      }
      expectClose(out, expected, within: 3e-6)
    }

    /// 200,000 draws: a mean off by 0.01 would be 4.5 standard errors.
    @Test("normal numbers have mean 0 and deviation 1")
    func moments() {
      let x = wide(Self.normal(offset: 0, count: 200_000))
      let mean = x.reduce(0, +) / 200_000
      let square = x.reduce(0) { $0 + $1 * $1 } / 200_000
      #expect(abs(mean) < 0.01 && abs(square - 1) < 0.015)
      let beyond = x.count { abs($0) > 1.96 }
      #expect((9500...10500).contains(beyond))
    }

    @Test("dropout keeps what the uniform number allows", arguments: oddSizes, [0, 0.1, 0.5])
    func dropout(n: Int, p: Float) {
      let x = numbers(n, seed: 5)
      let out = sameOnEveryPath {
        var out = [Float](repeating: .nan, count: n)
        ft_dropout(&out, x, p, Self.stream(21), n)
        return out
      }
      let uniform = Self.uniform(offset: 21, count: n)
      #expect(out == zip(x, uniform).map { $1 < p ? $0 * 0 : $0 * (1 / (1 - p)) })
    }

    @Test("dropout works in place, from any offset")
    func dropoutInPlace() {
      let x = numbers(200, seed: 5)
      var whole = x
      whole.withUnsafeMutableBufferPointer {
        ft_dropout($0.baseAddress, $0.baseAddress, 0.3, Self.stream(0), 200)
      }
      var part = [Float](repeating: 0, count: 130)
      ft_dropout(&part, Array(x[70...]), 0.3, Self.stream(70), 130)
      #expect(Array(whole[70...]) == part)
      #expect(Set(whole.map { $0 == 0 }).count == 2)
    }
  }
}
