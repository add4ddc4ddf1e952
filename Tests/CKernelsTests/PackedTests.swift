import CKernels
import Testing

private let formats: [ft_weight_format] = [
  FT_WEIGHTS_F32, FT_WEIGHTS_BF16, FT_WEIGHTS_INT8, FT_WEIGHTS_Q4,
]

/// A packed matrix `[outputs, channels]` at an address that is a multiple of nothing.
struct Packed {
  let format: ft_weight_format
  let outputs: Int
  let channels: Int
  /// The packed bytes, after one byte that moves them off every alignment.
  let bytes: [UInt8]

  init?(_ w: [Float], _ format: ft_weight_format, outputs: Int, channels: Int) {
    (self.format, self.outputs, self.channels) = (format, outputs, channels)
    var bytes = [UInt8](repeating: 0xa5, count: ft_packed_size(format, outputs, channels) + 1)
    let isPacked = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { ft_pack($0 + 1, format, w, outputs, channels) } ?? false
    }
    guard isPacked else { return nil }
    self.bytes = bytes
  }

  /// Packs blocks of a GGUF file.
  init?(
    blocks: [UInt8], _ format: ft_weight_format, outputs: Int, channels: Int, order: [Int32]? = nil
  ) {
    (self.format, self.outputs, self.channels) = (format, outputs, channels)
    var bytes = [UInt8](repeating: 0xa5, count: ft_packed_size(format, outputs, channels) + 1)
    let isPacked = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map {
        ft_pack_blocks($0 + 1, format, blocks, order, outputs, channels)
      } ?? false
    }
    guard isPacked else { return nil }
    self.bytes = bytes
  }

  fileprivate func with<Result>(_ body: (UnsafePointer<ft_packed_matrix>) -> Result) -> Result {
    bytes.withUnsafeBytes { buffer in
      var matrix = ft_packed_matrix(
        data: buffer.baseAddress.map { $0 + 1 }, format: format, outputs: outputs,
        channels: channels)
      return body(&matrix)
    }
  }

  func rows(_ indices: [Int32]) -> [Float] {
    var out = [Float](repeating: .nan, count: indices.count * channels)
    with { ft_unpack_rows(&out, $0, indices, indices.count) }
    return out
  }

  /// What products see.
  var weights: [Float] { rows(Array(0..<Int32(outputs))) }

  /// a · Wᵀ or a · W, `m` rows; `extra` sentinels stand after each row of a and c.
  func product(_ a: [Float], turned: Bool, m: Int, before: [Float]?, extra: Int = 0) -> [Float] {
    let (n, k) = turned ? (channels, outputs) : (outputs, channels)
    var wideA = [Float](repeating: .nan, count: m * (k + extra) + 1)
    var wideC = [Float](repeating: .nan, count: m * (n + extra) + 1)
    for i in 0..<m {
      for j in 0..<k { wideA[1 + i * (k + extra) + j] = a[i * k + j] }
      for j in 0..<n { wideC[1 + i * (n + extra) + j] = before?[i * n + j] ?? 7 }
    }
    wideA.withUnsafeBufferPointer { a in
      wideC.withUnsafeMutableBufferPointer { c in
        // Safety: both have a float at the front, even when there are no rows.
        guard let a = a.baseAddress, let c = c.baseAddress else { return }
        with {
          var job = packedJob(c + 1, a + 1, $0.pointee, isTurned: turned, m: m, extra: extra)
          job.accumulate = before != nil
          ft_matmul(&job, 1)
        }
      }
    }
    for i in 0..<m {
      for j in 0..<extra { #expect(wideC[1 + i * (n + extra) + n + j].isNaN) }
    }
    return (0..<m).flatMap { i in (0..<n).map { wideC[1 + i * (n + extra) + $0] } }
  }
}

/// The product of packed weights; rows of a and c are `extra` floats further apart than they are long.
private func packedJob(
  _ c: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ w: ft_packed_matrix,
  isTurned: Bool, m: Int, extra: Int = 0
) -> ft_matmul_job {
  let (n, k) = isTurned ? (w.channels, w.outputs) : (w.outputs, w.channels)
  return ft_matmul_job(
    c: c, ldc: n + extra, a: ft_matmul_operand(start: a, stride: k + extra, k_is_rows: false),
    b: ft_matmul_operand(), packed: w, is_turned: isTurned, m: m, n: n, k: k, accumulate: false)
}

/// a · Wᵀ for each matrix, by one call.
private func products(_ a: [Float], m: Int, _ packed: [Packed]) -> [[Float]] {
  let starts = packed.indices.map { m * packed[..<$0].reduce(0) { $0 + $1.outputs } }
  // The results lie one after the other.
  let c = onMemory(unwritten(m * packed.reduce(0) { $0 + $1.outputs }), a) { pointers in
    withMatrices(packed[...]) { matrices in
      let jobs = zip(starts, matrices).map {
        packedJob(pointers[0] + $0, pointers[1], $1, isTurned: false, m: m)
      }
      ft_matmul(jobs, jobs.count)
    }
  }[0]
  return zip(starts, packed).map { Array(c[$0..<$0 + m * $1.outputs]) }
}

/// Calls `body` with all matrices while their bytes stay where they are.
func withMatrices(
  _ packed: ArraySlice<Packed>, _ matrices: [ft_packed_matrix] = [],
  _ body: ([ft_packed_matrix]) -> Void
) {
  guard let first = packed.first else { return body(matrices) }
  first.with { withMatrices(packed.dropFirst(), matrices + [$0.pointee], body) }
}

/// a · b by one chain of fused multiply-adds an element; b is read by its strides.
func chain(
  _ a: [Float], _ b: [Float], kStride: Int, nStride: Int, m: Int, n: Int, k: Int, before: [Float]?
) -> [Float] {
  var c = before ?? [Float](repeating: 0, count: m * n)
  unsafe c.withUnsafeMutableBufferPointer { c in
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        for i in 0..<m {
          for j in 0..<n {
            var sum = unsafe c[i &* n &+ j]
            for step in 0..<k {
              unsafe sum.addProduct(a[i &* k &+ step], b[step &* kStride &+ j &* nStride])
            }
            unsafe c[i &* n &+ j] = sum
          }
        }
      }
    }
  }
  return c
}

extension Kernels {
  @Suite struct PackedTests {
    @Test("products have the chain's bits on the widened weights, on every path")
    func chains() throws {
      let sizes = [(1, 1), (31, 33), (64, 100), (5, 130), (97, 32), (33, 417)]
      for format in formats {
        for (outputs, channels) in sizes {
          let w = numbers(outputs * channels, seed: 3)
          let packed = try #require(Packed(w, format, outputs: outputs, channels: channels))
          let wide = packed.weights
          for m in [0, 1, 3, 8, 9, 16, 31, 40] {
            for turned in [false, true] {
              let (n, k) = turned ? (channels, outputs) : (outputs, channels)
              let a = numbers(m * k, seed: 4)
              for before in [nil, numbers(m * n, seed: 5)] {
                let expected = chain(
                  a, wide, kStride: turned ? channels : 1, nStride: turned ? 1 : channels, m: m,
                  n: n, k: k, before: before)
                for path in machinePaths {
                  for threads in [1, 3] {
                    let c = onPath(path, threads: threads) {
                      packed.product(a, turned: turned, m: m, before: before)
                    }
                    #expect(
                      haveSameBits(c, expected),
                      "\(format), [\(outputs), \(channels)], \(m) rows, turned \(turned), \(path)")
                  }
                }
              }
            }
          }
        }
      }
    }

    @Test("a row has the same bits among other rows, and alone")
    func rowsAreAlone() throws {
      let (outputs, channels, m) = (70, 200, 300)
      for format in formats {
        let packed = try #require(
          Packed(
            numbers(outputs * channels, seed: 6), format, outputs: outputs, channels: channels))
        let a = numbers(m * channels, seed: 7)
        let all = packed.product(a, turned: false, m: m, before: nil)
        for row in [0, 5, 299] {
          let own = Array(a[row * channels..<(row + 1) * channels])
          let alone = packed.product(own, turned: false, m: 1, before: nil)
          #expect(haveSameBits(alone, Array(all[row * outputs..<(row + 1) * outputs])))
        }
      }
    }

    @Test("several products of the same rows have the bits of each alone")
    func sideBySide() throws {
      let channels = 70
      let packed = try [(1, 0), (33, 3), (200, 1), (64, 2), (31, 3), (97, 0)].map {
        try #require(
          Packed(
            numbers($0 * channels, seed: UInt32($0)), formats[$1], outputs: $0, channels: channels))
      }
      for m in [0, 1, 3, 8, 13, 40] {
        let a = numbers(m * channels, seed: 12)
        let alone = packed.map { $0.product(a, turned: false, m: m, before: nil) }
        for path in machinePaths {
          for threads in [1, 3] {
            let together = onPath(path, threads: threads) { products(a, m: m, packed) }
            #expect(zip(together, alone).allSatisfy(haveSameBits), "\(m) rows, \(path)")
          }
        }
      }
    }

    @Test("rows may be stored further apart, and what lies between is left alone")
    func strides() throws {
      let packed = try #require(
        Packed(numbers(33 * 50, seed: 8), FT_WEIGHTS_Q4, outputs: 33, channels: 50))
      for m in [1, 3, 20] {
        for turned in [false, true] {
          let a = numbers(m * (turned ? 33 : 50), seed: 9)
          #expect(
            haveSameBits(
              packed.product(a, turned: turned, m: m, before: nil, extra: 5),
              packed.product(a, turned: turned, m: m, before: nil)))
        }
      }
    }

    @Test("f32 keeps every bit, of NaN, infinity and the smallest numbers too")
    func exact() throws {
      var w = numbers(40 * 37, seed: 10)
      w[3] = .nan
      w[40] = .infinity
      w[77] = .leastNonzeroMagnitude
      w[78] = -0.0
      let packed = try #require(Packed(w, FT_WEIGHTS_F32, outputs: 40, channels: 37))
      #expect(haveSameBits(packed.weights, w))
      #expect(
        haveSameBits(packed.rows([39, 0, 39]), [39, 0, 39].flatMap { w[$0 * 37..<$0 * 37 + 37] }))
    }

    @Test("bf16 rounds as the file format does")
    func rounding() throws {
      var w = numbers(40 * 37, seed: 11)
      w[3] = .nan
      w[40] = -.infinity
      w[77] = .leastNonzeroMagnitude
      w[78] = 3.4e38
      var halves = [UInt16](repeating: 0, count: w.count)
      ft_f32_to_bf16(&halves, w, w.count)
      var expected = [Float](repeating: 0, count: w.count)
      ft_bf16_to_f32(&expected, halves, w.count)
      let packed = try #require(Packed(w, FT_WEIGHTS_BF16, outputs: 40, channels: 37))
      #expect(haveSameBits(packed.weights, expected))
    }

    @Test("quantised weights are q · scale, and near what they were", arguments: [2, 3])
    func quantised(format: UInt32) throws {
      let format = ft_weight_format(format)
      let (outputs, channels) = (45, 77)
      let most = format == FT_WEIGHTS_Q4 ? 8.0 : 127.0
      let w = numbers(outputs * channels, seed: 12, size: 0.1)
      let wide = try #require(Packed(w, format, outputs: outputs, channels: channels)).weights
      for row in 0..<outputs {
        for first in stride(from: 0, to: channels, by: 32) {
          let range = row * channels + first..<row * channels + min(first + 32, channels)
          let largest = range.map { Double(abs(w[$0])) }.max() ?? 0
          let errors = range.map { Double(w[$0]) - Double(wide[$0]) }
          // Half a step when nothing is clipped; clipping is chosen only where it gains overall.
          let squares = errors.reduce(0) { $0 + $1 * $1 }
          let step = largest / (most - 1)
          #expect(squares <= Double(range.count) * step * step / 4)
          #expect(Set(range.map { wide[$0] }).count <= (format == FT_WEIGHTS_Q4 ? 16 : 255))
        }
      }
      let error = zip(w, wide).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
      let size = w.reduce(0) { $0 + Double($1) * Double($1) }
      // Of even numbers: a step of 2 / 255 (2 / 15.5) of the range, rounded evenly, is 0.0039
      // (0.065) of the deviation.
      #expect((error / size).squareRoot() < (format == FT_WEIGHTS_Q4 ? 0.065 : 0.0045))
    }

    @Test("packing is the same on every path, and packing again changes nothing")
    func repeatable() throws {
      let w = numbers(50 * 90, seed: 13)
      for format in formats {
        let wide = sameOnEveryPath {
          Packed(w, format, outputs: 50, channels: 90)?.weights ?? []
        }
        #expect(wide.count == w.count)
        guard format == FT_WEIGHTS_F32 || format == FT_WEIGHTS_BF16 else { continue }
        let again = try #require(Packed(wide, format, outputs: 50, channels: 90)).weights
        #expect(haveSameBits(again, wide))
      }
    }

    @Test("quantised formats refuse what is not finite or far too large, and zero what is tiny")
    func refusals() throws {
      for format in [FT_WEIGHTS_INT8, FT_WEIGHTS_Q4] {
        for bad in [Float.nan, .infinity, -.infinity, 0x1p100] {
          var w = numbers(40 * 70, seed: 14)
          w[39 * 70 + 69] = bad
          #expect(Packed(w, format, outputs: 40, channels: 70) == nil)
        }
        var w = numbers(40 * 70, seed: 14)
        for i in 0..<32 { w[i] = 0 }
        for i in 32..<64 { w[i] = .leastNormalMagnitude / 4 }
        for i in 70..<102 { w[i] = 1e30 }
        let wide = try #require(Packed(w, format, outputs: 40, channels: 70)).weights
        #expect(wide[0..<64].allSatisfy { $0 == 0 && $0.sign == .plus })
        #expect(wide[70..<102].allSatisfy { abs($0 - 1e30) < 1e28 })
        #expect(wide.allSatisfy { $0.isFinite })
      }
    }

    @Test("NaN and infinity of a reach the rows they belong to, and no others")
    func nonFinite() throws {
      for format in formats {
        let packed = try #require(
          Packed([Float](repeating: 1, count: 49 * 20), format, outputs: 49, channels: 20))
        for m in [3, 33] {
          var a = numbers(m * 20, seed: 15)
          a[0 * 20 + 3] = .nan
          a[2 * 20 + 4] = .infinity
          for path in machinePaths {
            let c = onPath(path, threads: 2) {
              packed.product(a, turned: false, m: m, before: nil)
            }
            for i in 0..<m {
              let row = c[i * 49..<i * 49 + 49]
              switch i {
              case 0: #expect(row.allSatisfy { $0.isNaN })
              case 2: #expect(row.allSatisfy { $0 == .infinity })
              default: #expect(row.allSatisfy { $0.isFinite })
              }
            }
          }
        }
      }
    }
  }
}
