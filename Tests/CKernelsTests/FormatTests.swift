import CKernels
import Testing

extension Kernels {
  @Suite struct FormatTests {
    static let patterns = (0...UInt16.max).map { $0 }

    /// Runs a conversion to halves on every path, expecting the same bits from all.
    static func halves(
      _ x: [Float], _ convert: (UnsafeMutableRawPointer, UnsafePointer<Float>, Int) -> Void
    ) -> [UInt16] {
      let all = machinePaths.flatMap { path in
        (1...2).map { threads in
          onPath(path, threads: threads) {
            var out = [UInt16](repeating: 0, count: x.count)
            out.withUnsafeMutableBytes { bytes in
              if let base = bytes.baseAddress { convert(base, x, x.count) }
            }
            return out
          }
        }
      }
      let same = all.allSatisfy { $0 == all[0] }
      #expect(same)
      return all[0]
    }

    /// Floats all over the range, and beside every boundary of rounding.
    static var floats: [Float] {
      var out: [Float] = []
      for pattern in stride(from: UInt32(0), through: 0x7f80_0000, by: 65_521) {
        out.append(Float(bitPattern: pattern))
        out.append(-Float(bitPattern: pattern))
      }
      for half in stride(from: UInt32(0), through: 0x7c00, by: 7) {
        let value = Float(Float16(bitPattern: UInt16(half)))
        out += [value, value.nextUp, value.nextDown]
        let middle = (value + Float(Float16(bitPattern: UInt16(half) + 1))) / 2
        out += [middle, middle.nextUp, middle.nextDown]
      }
      return out.filter { !$0.isNaN }
    }

    @Test("bfloat16 widens exactly and comes back, all 65,536 patterns")
    func bfloat16() {
      let wide = sameOnEveryPath {
        var out = [Float](repeating: 0, count: 65536)
        ft_bf16_to_f32(&out, Self.patterns, 65536)
        return out
      }
      #expect(wide.map(\.bitPattern) == Self.patterns.map { UInt32($0) << 16 })
      let back = Self.halves(wide) { ft_f32_to_bf16($0, $1, $2) }
      for (pattern, result) in zip(Self.patterns, back) {
        let isNaN = pattern & 0x7fff > 0x7f80
        guard result == (isNaN ? pattern | 0x40 : pattern) else {
          Issue.record("\(pattern) became \(result)")
          return
        }
      }
    }

    @Test("rounds to bfloat16's nearest, ties to even")
    func bfloat16Rounding() {
      let x: [Float] = [1 + 0x1p-8, 1 + 3 * 0x1p-8, (1 + 0x1p-8).nextUp, 3.4e38, 0x1p-140]
      let out = Self.halves(x) { ft_f32_to_bf16($0, $1, $2) }
      #expect(out == [0x3f80, 0x3f82, 0x3f81, 0x7f80, 0])
      let signalling = Self.halves([Float(bitPattern: 0x7f80_0001)]) { ft_f32_to_bf16($0, $1, $2) }
      #expect(signalling == [0x7fc0])
    }

    @Test("half widens as the language's own type does, all 65,536 patterns")
    func half() {
      let wide = sameOnEveryPath {
        var out = [Float](repeating: 0, count: 65536)
        ft_f16_to_f32(&out, Self.patterns, 65536)
        return out
      }
      let differing = zip(wide, Self.patterns).count { value, pattern in
        let expected = Float(Float16(bitPattern: pattern))
        return expected.isNaN ? !value.isNaN : value.bitPattern != expected.bitPattern
      }
      #expect(differing == 0)
      let back = Self.halves(wide) { ft_f32_to_f16($0, $1, $2) }
      let changed = zip(back, Self.patterns).count { result, pattern in
        pattern & 0x7fff > 0x7c00 ? result & 0x7fff <= 0x7c00 : result != pattern
      }
      #expect(changed == 0)
    }

    @Test("rounds to half as the language's own type does")
    func halfRounding() {
      let x = Self.floats
      let out = Self.halves(x) { ft_f32_to_f16($0, $1, $2) }
      let differing = zip(x, out).count { Float16($0).bitPattern != $1 }
      #expect(differing == 0)
      let ends = Self.halves([65519.996, 65520, -1e30, 0x1p-25, (0x1p-25 as Float).nextUp]) {
        ft_f32_to_f16($0, $1, $2)
      }
      #expect(ends == [0x7bff, 0x7c00, 0xfc00, 0, 1])
    }

    @Test("a few elements touch nothing beyond", arguments: [0, 1, 15, 16, 17])
    func bounds(n: Int) {
      var narrow = [UInt16](repeating: 0xabcd, count: n + 1)
      ft_f32_to_bf16(&narrow, [Float](repeating: 1, count: n), n)
      #expect(narrow == [UInt16](repeating: 0x3f80, count: n) + [0xabcd])
      var wide = [Float](repeating: 7, count: n + 1)
      ft_f16_to_f32(&wide, [UInt16](repeating: 0x3c00, count: n), n)
      #expect(wide == [Float](repeating: 1, count: n) + [7])
    }
  }
}
