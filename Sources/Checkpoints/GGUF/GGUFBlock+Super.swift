/// Blocks of 256 numbers in parts of 16 or 32, whose scales are small integers with a scale of their
/// own.
///
/// Source: ggml, `ggml-common.h`, block_q2_K to block_q6_K and block_iq4_xs.
extension GGUFBlock {
  typealias Numbers = UnsafeMutableBufferPointer<Float>

  func readQ2K(into out: Numbers) {
    let (scale, minimum) = (half(at: 80), half(at: 82))
    for index in out.indices {
      let part = byte(index / 16)
      let (factor, least) = (scale * Float(part & 15), minimum * Float(part >> 4))
      let number = byte(16 + index / 128 * 32 + index % 32) >> (index / 32 % 4 * 2) & 3
      out[index] = factor * Float(number) - least
    }
  }

  func readQ3K(into out: Numbers) {
    let scale = half(at: 108)
    for index in out.indices {
      let part = index / 16
      let low = byte(96 + part % 8) >> (part / 8 * 4) & 15
      let high = byte(104 + part % 4) >> (part / 4 * 2) & 3
      let factor = scale * Float((low | high << 4) - 32)
      let number = byte(32 + index / 128 * 32 + index % 32) >> (index / 32 % 4 * 2) & 3
      // A bit that is set says that nothing is taken off.
      let isWhole = byte(index % 32) >> (index / 32) & 1 == 1
      out[index] = factor * Float(isWhole ? number : number - 4)
    }
  }

  func readQ4K(into out: Numbers) {
    readParts(of: out) { byte(16 + $0 / 64 * 32 + $0 % 32) >> ($0 / 32 % 2 * 4) & 15 }
  }

  func readQ5K(into out: Numbers) {
    readParts(of: out) { index in
      let low = byte(48 + index / 64 * 32 + index % 32) >> (index / 32 % 2 * 4) & 15
      return low | (byte(16 + index % 32) >> (index / 32) & 1) << 4
    }
  }

  /// Reads parts of 32 with a scale and a minimum of six bits each, in twelve bytes.
  private func readParts(of out: Numbers, number: (Int) -> Int) {
    let (scale, minimum) = (half(at: 0), half(at: 2))
    for part in 0..<8 {
      let (small, least) = smallScale(part)
      let (factor, offset) = (scale * Float(small), minimum * Float(least))
      for index in part * 32..<part * 32 + 32 {
        out[index] = factor * Float(number(index)) - offset
      }
    }
  }

  /// The scale and the minimum of a part: those of the last four have their upper two bits in the
  /// bytes of the first four.
  private func smallScale(_ part: Int) -> (scale: Int, minimum: Int) {
    let place = part % 4
    let (first, second, third) = (byte(4 + place), byte(8 + place), byte(12 + place))
    guard part >= 4 else { return (first & 63, second & 63) }
    return (third & 15 | first >> 2 & 48, third >> 4 | second >> 2 & 48)
  }

  func readQ6K(into out: Numbers) {
    let scale = half(at: 208)
    for index in out.indices {
      let (side, inside) = (index / 128, index % 128)
      let low = byte(side * 64 + inside % 64) >> (inside / 64 * 4) & 15
      let high = byte(128 + side * 32 + inside % 32) >> (inside / 32 * 2) & 3
      let factor = scale * Float(signed(192 + index / 16))
      out[index] = factor * Float((low | high << 4) - 32)
    }
  }

  func readIQ4XS(into out: Numbers) {
    let (scale, highs) = (half(at: 0), Int(word(at: 2)))
    for part in 0..<8 {
      let low = byte(4 + part / 2) >> (part % 2 * 4) & 15
      let factor = scale * Float((low | (highs >> (2 * part) & 3) << 4) - 32)
      let numbers = Numbers(rebasing: out[part * 32..<part * 32 + 32])
      readNibbles(from: 8 + part * 16, into: numbers, scale: factor) { Self.nonLinear[$0] }
    }
  }
}
