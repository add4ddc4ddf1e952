/// Rounds runs of float32 to blocks of small integers, as GGUF files keep them.
///
/// The formats of one scale a block have the bytes of gguf-py's `quantize`. All values are finite.
///
/// Source: github.com/ggml-org/llama.cpp, gguf-py/gguf/quants.py, for layout and rounding.
struct BlockQuantizer {
  /// How many values a block holds.
  let blockSize: Int
  /// How many bytes a block takes.
  let byteCount: Int
  /// Appends one block's bytes.
  private let append: @Sendable (UnsafeBufferPointer<Float>, inout [UInt8]) -> Void

  /// Appends the blocks of `values`, a whole number of them, to `bytes`.
  func append(_ values: UnsafeBufferPointer<Float>, to bytes: inout [UInt8]) {
    precondition(values.count % blockSize == 0, "\(values.count) values in blocks of \(blockSize)")
    bytes.reserveCapacity(bytes.count + values.count / blockSize * byteCount)
    for start in stride(from: 0, to: values.count, by: blockSize) {
      // Safety: the precondition makes the last block a whole one.
      append(UnsafeBufferPointer(rebasing: values[start..<start + blockSize]), &bytes)
    }
  }

  /// Integers of 8 bits times a scale: the largest becomes 127.
  static let q80 = BlockQuantizer(blockSize: 32, byteCount: 34) { block, bytes in
    var largest: Float = 0
    for value in block { largest = max(largest, abs(value)) }
    let scale = largest / 127
    let inverse = reciprocal(scale)
    appendHalf(scale, to: &bytes)
    for value in block {
      // Half goes away from zero; a scale that underflowed can leave more than 8 bits.
      let rounded = (value * inverse).rounded(.toNearestOrAwayFromZero)
      bytes.append(UInt8(bitPattern: Int8(max(-128, min(127, rounded)))))
    }
  }

  /// Integers of 4 bits, 8 less, times a scale: the value of the largest size becomes -8.
  static let q40 = BlockQuantizer(blockSize: 32, byteCount: 18) { block, bytes in
    let scale = signedLargest(block) / -8
    let inverse = reciprocal(scale)
    appendHalf(scale, to: &bytes)
    for index in 0..<16 {
      let low = integer(block[index], inverse, offset: 8, highest: 15)
      bytes.append(low | integer(block[index + 16], inverse, offset: 8, highest: 15) << 4)
    }
  }

  /// Integers of 5 bits, 16 less, times a scale: the fifth bits stand apart, before the others.
  static let q50 = BlockQuantizer(blockSize: 32, byteCount: 22) { block, bytes in
    let scale = signedLargest(block) / -16
    let inverse = reciprocal(scale)
    appendHalf(scale, to: &bytes)
    let integers = block.map { integer($0, inverse, offset: 16, highest: 31) }
    for group in 0..<4 {
      bytes.append((0..<8).reduce(0) { $0 | (integers[8 * group + $1] >> 4) << UInt8($1) })
    }
    for index in 0..<16 { bytes.append(integers[index] & 15 | integers[index + 16] << 4) }
  }

  /// Integers of 4 bits in blocks of 32 with a scale and a minimum of 6 bits each, and for eight of
  /// these blocks the scale of both.
  static let q4K = BlockQuantizer(blockSize: 256, byteCount: 144) { block, bytes in
    ScaledMinimumBlock(block).append(to: &bytes)
  }

  // MARK: What they share

  /// The first value of the largest size, with its sign.
  private static func signedLargest(_ block: UnsafeBufferPointer<Float>) -> Float {
    block.reduce(0) { abs($1) > abs($0) ? $1 : $0 }
  }

  /// One over a scale; 0 for one that is 0, or so small that there is no number for it.
  private static func reciprocal(_ scale: Float) -> Float {
    let inverse = 1 / scale
    return inverse.isFinite ? inverse : 0
  }

  /// The integer of a value, from 0: cut, not rounded, half having been added.
  private static func integer(
    _ value: Float, _ inverse: Float, offset: Float, highest: Float
  ) -> UInt8 {
    let shifted = (value * inverse + (offset + 0.5)).rounded(.towardZero)
    return UInt8(max(0, min(highest, shifted)))
  }

  static func appendHalf(_ value: Float, to bytes: inout [UInt8]) {
    let bits = Float16(value).bitPattern
    bytes.append(UInt8(truncatingIfNeeded: bits))
    bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
  }
}
