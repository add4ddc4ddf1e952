import CUDAEmulation
import Tensors
import Testing

extension EmulatedCard {
  @Test(arguments: [
    (1, 1, 1), (16, 16, 16), (17, 33, 15), (130, 20, 40), (3, 200, 70), (65, 129, 33),
    (300, 270, 5),
    (4, 5, 0),
  ])
  func products(_ m: Int, _ n: Int, _ k: Int) {
    for (isTransposed, other) in [(false, false), (false, true), (true, false), (true, true)] {
      expectSameBits("product \(m) \(n) \(k) \(isTransposed) \(other)") { numbers in
        let a = isTransposed ? numbers.normal(k, m) : numbers.normal(m, k)
        let b = other ? numbers.normal(n, k) : numbers.normal(k, n)
        for (c, accumulate) in [(numbers.empty(m, n), false), (numbers.normal(m, n), true)] {
          numbers.device.multiply(
            c, a, aIsTransposed: isTransposed, b, bIsTransposed: other, accumulate: accumulate)
        }
      }
    }
  }

  @Test(arguments: WeightFormat.allCases) func packedProducts(_ format: WeightFormat) throws {
    for (outputs, channels) in [(33, 40), (128, 64), (70, 97), (260, 32)] {
      expectSameBits("\(format) \(outputs) × \(channels)") { n in
        let w = n.normal(outputs, channels)
        guard let packed = PackedMatrix(w, as: format) else { return }
        multiplyAll(&n, packed)
      }
    }
  }

  @Test(arguments: [WeightFormat.q80, .q40, .q41])
  func productsByBlocks(_ format: WeightFormat) throws {
    let (outputs, channels) = (70, 96)
    let blockBytes = [.q80: 34, .q40: 18, .q41: 20][format] ?? 0
    let rowBytes = channels / 32 * blockBytes
    var bytes = (0..<outputs * rowBytes).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 / 7) }
    // Scales and minima are halves of ordinary size.
    for block in stride(from: 0, to: bytes.count, by: blockBytes) {
      bytes[block + 1] = bytes[block + 1] & 0x83 | 0x28
      if format == .q41 { bytes[block + 3] = bytes[block + 3] & 0x83 | 0x24 }
    }
    expectSameBits("\(format)") { n in
      let matrix = PackedMatrix(
        blocksOf: format, rows: outputs, columns: channels, on: n.device
      ) { Array(bytes[$0.lowerBound * rowBytes..<$0.upperBound * rowBytes]) }
      guard let matrix else { return }
      multiplyAll(&n, matrix)
      multiplyIntegers(&n, matrix)
    }
  }

  @Test(arguments: [WeightFormat.int8, .fourBit])
  func productsInIntegers(_ format: WeightFormat) throws {
    for (outputs, channels) in [(33, 40), (128, 64), (70, 97), (5, 1)] {
      expectSameBits("\(format) \(outputs) × \(channels)") { n in
        guard let packed = PackedMatrix(n.normal(outputs, channels), as: format) else { return }
        multiplyIntegers(&n, packed)
      }
    }
  }

  private func multiplyIntegers(_ n: inout Numbers, _ packed: PackedMatrix) {
    for rows in [1, 3, 20] {
      let a = n.normal(rows, packed.columns)
      let integers = n.empty(rows, packed.format.floatsOfIntegers(columns: packed.columns))
      n.device.round(integers, a, for: packed.format)
      n.device.multiplyIntegers([n.empty(rows, packed.rows)], integers, [packed])
    }
  }

  /// Products of a matrix with several counts of rows, both ways, and some of its rows.
  private func multiplyAll(_ n: inout Numbers, _ packed: PackedMatrix) {
    let (outputs, channels) = (packed.rows, packed.columns)
    for rows in [1, 3, 7, 20, 140] {
      let (a, turned) = (n.normal(rows, channels), n.normal(rows, outputs))
      for accumulate in [false, true] {
        n.device.multiply(
          accumulate ? n.normal(rows, outputs) : n.empty(rows, outputs), a, packed, isTurned: false,
          accumulate: accumulate)
        n.device.multiply(
          accumulate ? n.normal(rows, channels) : n.empty(rows, channels), turned, packed,
          isTurned: true, accumulate: accumulate)
      }
      n.device.multiply([n.empty(rows, outputs)], a, [packed])
    }
    packed.gather([0, 31, 32, 5].filter { $0 < outputs }, into: n.empty(4, channels))
  }
}

extension EmulatedCard {
  @Test func productsBeside() {
    _ = ft_emulated_take_meetings()
    expectSameBits("products beside others") { n in
      let (few, many) = (n.normal(4, 9), n.empty(300, 40))
      let (gradient, x, weight) = (n.normal(300, 4), n.normal(300, 9), n.normal(9, 40))
      n.device.beside(
        few: { multiply(into: few, gradient.transposed, x, accumulate: true) },
        many: { multiply(into: many, x, weight) })
      // What was read beside is written, and what was written is read.
      gradient.fill(0)
      few.scale(by: 2)
    }
    #expect(ft_emulated_take_meetings() == 2)
  }
}
