import CKernels
import Testing

private let formats = [
  FT_WEIGHTS_INT8, FT_WEIGHTS_Q4, FT_WEIGHTS_Q8_0, FT_WEIGHTS_Q4_0, FT_WEIGHTS_Q4_1,
]

/// The integers, scales and minima of packed weights, as their layout says.
private struct IntegerWeights {
  let packed: Packed
  private let isFour: Bool
  private let headBytes: Int

  init(_ packed: Packed) {
    self.packed = packed
    isFour =
      packed.format == FT_WEIGHTS_Q4 || packed.format == FT_WEIGHTS_Q4_0
      || packed.format == FT_WEIGHTS_Q4_1
    headBytes = packed.format == FT_WEIGHTS_Q4_1 ? 128 : 64
  }

  private var blocks: Int { (packed.channels + 31) / 32 }

  private func place(_ output: Int, _ block: Int) -> Int {
    1 + (output / 32 * blocks + block) * (headBytes + (isFour ? 512 : 1024))
  }

  private func head(_ output: Int, _ block: Int, at offset: Int) -> Float {
    let place = place(output, block) + offset + 4 * (output % 16) + output % 32 / 16 * 2
    let bits = UInt16(packed.bytes[place]) | UInt16(packed.bytes[place + 1]) << 8
    return packed.format == FT_WEIGHTS_INT8 || packed.format == FT_WEIGHTS_Q4
      ? Float(bitPattern: UInt32(bits) << 16) : Float(Float16(bitPattern: bits))
  }

  func scale(_ output: Int, _ block: Int) -> Float { head(output, block, at: 0) }

  func minimum(_ output: Int, _ block: Int) -> Float {
    packed.format == FT_WEIGHTS_Q4_1 ? head(output, block, at: 64) : 0
  }

  func integer(_ output: Int, _ channel: Int) -> Int {
    let (step, half) = (channel % 32, output % 32 / 16)
    let steps = isFour ? 4 : 2
    let word = place(output, channel / 32) + headBytes + step / steps * 64 + 4 * (output % 16)
    if isFour {
      let byte = Int(packed.bytes[word + step % 4])
      return (half == 0 ? byte & 15 : byte >> 4) - (packed.format == FT_WEIGHTS_Q4_1 ? 0 : 8)
    }
    return Int(packed.bytes[word + 2 * (step % 2) + half]) - 128
  }

  /// The product by the definition: integers in `Int`, one chain over blocks.
  func product(_ a: [Float], rows m: Int) -> [Float] {
    let (n, k) = (packed.outputs, packed.channels)
    var c = [Float](repeating: 0, count: m * n)
    for row in 0..<m {
      for block in 0..<blocks {
        let steps = block * 32..<min(block * 32 + 32, k)
        let numbers = steps.map { a[row * k + $0] }
        let largest = numbers.map(abs).max() ?? 0
        let counts = largest >= 0x1p-100 && numbers.allSatisfy(\.isFinite)
        let inverse = counts ? 127 / largest : 0
        let integers = numbers.map { counts ? Int(($0 * inverse).rounded(.toNearestOrEven)) : 0 }
        let scale = numbers.allSatisfy(\.isFinite) ? (counts ? largest / 127 : 0) : .nan
        let total = scale * Float(integers.reduce(0, +))
        for output in 0..<n {
          let dot = zip(steps, integers).reduce(0) { $0 + $1.1 * integer(output, $1.0) }
          var sum = c[row * n + output]
          sum.addProduct(Float(dot) * self.scale(output, block), scale)
          if packed.format == FT_WEIGHTS_Q4_1 { sum.addProduct(minimum(output, block), total) }
          c[row * n + output] = sum
        }
      }
    }
    return c
  }
}

/// Weights of a format: rounded to it, or made of bytes of a file.
private func made(
  _ format: ft_weight_format, outputs: Int, channels: Int, seed: UInt32, byte: UInt8? = nil
) -> Packed? {
  if format == FT_WEIGHTS_INT8 || format == FT_WEIGHTS_Q4 {
    return Packed(
      byte.map { _ in [Float](repeating: -1, count: outputs * channels) }
        ?? numbers(outputs * channels, seed: seed), format, outputs: outputs, channels: channels)
  }
  let (head, body) = format == FT_WEIGHTS_Q4_1 ? (4, 16) : (2, format == FT_WEIGHTS_Q8_0 ? 32 : 16)
  var state = seed
  var blocks: [UInt8] = []
  for _ in 0..<outputs * channels / 32 {
    for place in 0..<head + body {
      state = state &* 1_664_525 &+ 1_013_904_223
      let random = UInt8(truncatingIfNeeded: state >> 24)
      // Halves of ordinary size, of either sign.
      blocks.append(
        place < head ? (place % 2 == 1 ? random & 0x83 | 0x28 : random) : byte ?? random)
    }
  }
  return Packed(blocks: blocks, format, outputs: outputs, channels: channels)
}

/// a · Wᵀ in integers, for several matrices of one format in one region.
private func products(_ a: [Float], rows m: Int, _ packed: [Packed], gap: Int = 0) -> [[Float]] {
  guard let first = packed.first else { return [] }
  let size = ft_integer_row_size(first.format, first.channels)
  var integers = [UInt32](repeating: 0x7fc0_0000, count: m * size / 4 + 1)
  let starts = packed.indices.map { m * packed[..<$0].reduce(0) { $0 + $1.outputs + gap } }
  let c = onMemory(unwritten(m * packed.reduce(0) { $0 + $1.outputs + gap }), a) { pointers in
    integers.withUnsafeMutableBufferPointer { integers in
      guard let rows = integers.baseAddress else { return }
      ft_round_rows(rows, pointers[1], m, first.channels, first.format)
      withMatrices(packed[...]) { matrices in
        let jobs = zip(starts, matrices).map {
          ft_integer_job(
            c: pointers[0] + $0, ldc: $1.outputs + gap, rows: rows, w: $1, m: m)
        }
        ft_multiply_integers(jobs, jobs.count)
      }
    }
  }[0]
  return zip(starts, packed).map { start, packed in
    (0..<m).flatMap { row in
      let first = start + row * (packed.outputs + gap)
      #expect(c[first + packed.outputs..<first + packed.outputs + gap].allSatisfy { $0.isNaN })
      return c[first..<first + packed.outputs]
    }
  }
}

extension Kernels {
  @Suite("Products in integers") struct IntegerTests {
    @Test("have the bits of their definition, on every path, with 1 to 3 threads")
    func exact() throws {
      for format in formats {
        let isOfFiles = format != FT_WEIGHTS_INT8 && format != FT_WEIGHTS_Q4
        for (outputs, channels) in isOfFiles
          ? [(1, 32), (33, 64), (97, 352)] : [(1, 1), (31, 31), (33, 33), (70, 97), (97, 352)]
        {
          let packed = try #require(
            made(format, outputs: outputs, channels: channels, seed: 3))
          for m in [1, 2, 3, 5, 9] {
            let a = numbers(m * channels, seed: 4)
            let found = sameOnEveryPath { products(a, rows: m, [packed])[0] }
            let expected = IntegerWeights(packed).product(a, rows: m)
            #expect(haveSameBits(found, expected), "\(format), \(outputs) × \(channels), \(m) rows")
          }
        }
      }
    }

    /// Each lane of a sum then has the largest size that there is: no instruction may saturate.
    @Test("of the largest integers of either sign are exact", arguments: [0x00, 0xff, 0x0f, 0xf0])
    func extremes(byte: UInt8) throws {
      for format in formats {
        let packed = try #require(
          made(format, outputs: 40, channels: 320, seed: 5, byte: byte))
        for sign in [Float(1), -1] {
          // One row all of the largest, one that alternates.
          let a = (0..<640).map { $0 < 320 || $0 % 2 == 0 ? sign : -sign }
          let found = sameOnEveryPath { products(a, rows: 2, [packed])[0] }
          #expect(haveSameBits(found, IntegerWeights(packed).product(a, rows: 2)))
        }
      }
    }

    @Test("a row has the same bits alone and among others, and so has a matrix")
    func alone() throws {
      for format in formats {
        let matrices = try [(40, 1), (33, 2), (64, 3), (1, 4), (100, 5)].map { outputs, seed in
          try #require(made(format, outputs: outputs, channels: 96, seed: seed))
        }
        let a = numbers(19 * 96, seed: 6)
        let together = products(a, rows: 19, matrices, gap: 3)
        for (matrix, all) in zip(matrices, together) {
          for row in [0, 7, 18] {
            let one = products(Array(a[row * 96..<row * 96 + 96]), rows: 1, [matrix])[0]
            #expect(
              haveSameBits(one, Array(all[row * matrix.outputs..<(row + 1) * matrix.outputs])))
          }
        }
      }
    }

    @Test("are near the products of the numbers themselves") func near() throws {
      for format in formats {
        let packed = try #require(made(format, outputs: 64, channels: 576, seed: 7))
        let (a, w) = (numbers(4 * 576, seed: 8), packed.weights)
        let found = products(a, rows: 4, [packed])[0]
        var (error, size) = (0.0, 0.0)
        for row in 0..<4 {
          for output in 0..<64 {
            let exact = (0..<576).reduce(0.0) {
              $0 + Double(a[row * 576 + $1]) * Double(w[output * 576 + $1])
            }
            let difference = Double(found[row * 64 + output]) - exact
            (error, size) = (error + difference * difference, size + exact * exact)
          }
        }
        // A step of 2 / 127 of even numbers, rounded, is 0.0039 of their deviation.
        #expect((error / size).squareRoot() < 0.006, "\(format)")
      }
    }

    @Test("what is not finite reaches its row, and no other; what is tiny becomes 0")
    func nonFinite() throws {
      for format in formats {
        let packed = try #require(made(format, outputs: 49, channels: 64, seed: 9))
        for bad in [Float.nan, .infinity, -.infinity] {
          var a = numbers(5 * 64, seed: 10)
          a[2 * 64 + 40] = bad
          for index in 4 * 64..<5 * 64 { a[index] = .leastNormalMagnitude }
          for path in machinePaths {
            let c = onPath(path, threads: 2) { products(a, rows: 5, [packed])[0] }
            for row in 0..<5 {
              let found = c[row * 49..<row * 49 + 49]
              switch row {
              case 2: #expect(found.allSatisfy { $0.isNaN })
              case 4: #expect(found.allSatisfy { $0 == 0 })
              default: #expect(found.allSatisfy { $0.isFinite })
              }
            }
          }
        }
      }
    }

    @Test("of no rows write nothing") func nothing() throws {
      let packed = try #require(made(FT_WEIGHTS_Q4, outputs: 40, channels: 64, seed: 11))
      #expect(products([], rows: 0, [packed])[0].isEmpty)
      #expect(ft_integer_row_size(FT_WEIGHTS_F32, 64) == 0)
      #expect(ft_integer_row_size(FT_WEIGHTS_BF16, 64) == 0)
    }
  }
}
