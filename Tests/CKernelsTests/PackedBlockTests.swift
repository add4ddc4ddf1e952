import CKernels
import Testing

/// Blocks of a GGUF file, made of random bits, and the numbers that they stand for.
private struct FileBlocks {
  let format: ft_weight_format
  let outputs: Int
  let channels: Int
  private(set) var bytes: [UInt8] = []
  private(set) var numbers: [Float] = []

  init(_ format: ft_weight_format, outputs: Int, channels: Int, seed: UInt32) {
    (self.format, self.outputs, self.channels) = (format, outputs, channels)
    var state = UInt64(seed) << 32 | 0x9e37
    func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    for _ in 0..<outputs * channels / 32 {
      // Of either sign, the smallest below the normal halves.
      let scale = Float16(bitPattern: UInt16(next(0x5000) | next(2) << 15))
      let minimum = Float16(bitPattern: UInt16(next(0x5000) | next(2) << 15))
      append(scale)
      if format == FT_WEIGHTS_Q4_1 { append(minimum) }
      let packed = (0..<(format == FT_WEIGHTS_Q8_0 ? 32 : 16)).map { _ in UInt8(next(256)) }
      bytes += packed
      let integers: [Float] =
        format == FT_WEIGHTS_Q8_0
        ? packed.map { Float(Int8(bitPattern: $0)) }
        : packed.map { Float($0 & 15) } + packed.map { Float($0 >> 4) }
      numbers += integers.map { q in
        switch format {
        case FT_WEIGHTS_Q8_0: q * Float(scale)
        case FT_WEIGHTS_Q4_0: (q - 8) * Float(scale)
        default: q * Float(scale) + Float(minimum)
        }
      }
    }
  }

  private mutating func append(_ half: Float16) {
    bytes += [UInt8(truncatingIfNeeded: half.bitPattern), UInt8(half.bitPattern >> 8)]
  }

  /// These with the half at the beginning of the last block changed to `bits`.
  func damaged(_ bits: UInt16, offset: Int = 0) -> [UInt8] {
    var damaged = bytes
    let place = bytes.count - bytes.count / (outputs * channels / 32) + offset
    damaged[place] = UInt8(truncatingIfNeeded: bits)
    damaged[place + 1] = UInt8(bits >> 8)
    return damaged
  }
}

extension Kernels {
  @Suite("Packed blocks of files") struct PackedBlockTests {
    private static let formats = [FT_WEIGHTS_Q8_0, FT_WEIGHTS_Q4_0, FT_WEIGHTS_Q4_1]

    @Test("are the numbers of the file, on every path")
    func exact() throws {
      for format in Self.formats {
        for (outputs, channels) in [(1, 32), (33, 64), (70, 352)] {
          let file = FileBlocks(format, outputs: outputs, channels: channels, seed: 3)
          let wide = sameOnEveryPath {
            Packed(blocks: file.bytes, format, outputs: outputs, channels: channels)?.weights ?? []
          }
          // Equal as numbers: a zero may have lost its sign.
          #expect(wide == file.numbers, "\(format), [\(outputs), \(channels)]")
        }
      }
    }

    @Test("may be taken in another order of rows")
    func order() throws {
      let (outputs, channels) = (70, 64)
      let order = (0..<outputs).map { Int32($0 * 27 % outputs) }
      for format in Self.formats {
        let file = FileBlocks(format, outputs: outputs, channels: channels, seed: 5)
        let packed = try #require(
          Packed(blocks: file.bytes, format, outputs: outputs, channels: channels, order: order))
        #expect(
          packed.weights
            == order.flatMap { file.numbers[Int($0) * channels..<(Int($0) + 1) * channels] })
      }
    }

    @Test("products have the chain's bits on these numbers, forward and turned, on every path")
    func products() throws {
      for format in Self.formats {
        for (outputs, channels) in [(5, 32), (97, 416)] {
          let file = FileBlocks(format, outputs: outputs, channels: channels, seed: 7)
          let packed = try #require(
            Packed(blocks: file.bytes, format, outputs: outputs, channels: channels))
          for m in [1, 3, 8, 40] {
            for turned in [false, true] {
              let (n, k) = turned ? (channels, outputs) : (outputs, channels)
              let a = numbers(m * k, seed: 4)
              let expected = chain(
                a, packed.weights, kStride: turned ? channels : 1, nStride: turned ? 1 : channels,
                m: m, n: n, k: k, before: nil)
              for path in machinePaths {
                let c = onPath(path, threads: 2) {
                  packed.product(a, turned: turned, m: m, before: nil)
                }
                #expect(haveSameBits(c, expected), "\(format), \(m) rows, \(turned), \(path)")
              }
            }
          }
        }
      }
    }

    @Test("a scale or minimum that is not finite is refused", arguments: [0x7c00, 0xfc00, 0x7e01])
    func refusals(bits: Int) {
      for format in Self.formats {
        let file = FileBlocks(format, outputs: 40, channels: 64, seed: 9)
        for offset in format == FT_WEIGHTS_Q4_1 ? [0, 2] : [0] {
          let damaged = file.damaged(UInt16(bits), offset: offset)
          #expect(Packed(blocks: damaged, format, outputs: 40, channels: 64) == nil)
        }
      }
    }
  }
}
