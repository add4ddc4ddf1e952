/// 256 values as integers of 4 bits: in eight parts of 32, a value is `d · s · q - e · m`.
///
/// `q` is a value's own, `s` and `m` of 6 bits are a part's, `d` and `e` the whole block's, float16.
///
/// Source: github.com/ggml-org/llama.cpp, ggml/src/ggml-common.h, `block_q4_K`, for the layout; how
/// scales and minima are found is our own.
struct ScaledMinimumBlock {
  /// What scales are multiples of, and what minima are.
  private let scaleUnit: Float
  private let minimumUnit: Float
  /// Of each part, 0 to 63.
  private var scales: [UInt8] = []
  private var minima: [UInt8] = []
  /// Of each value, 0 to 15.
  private var integers: [UInt8] = []

  private static let partSize = 32

  init(_ values: UnsafeBufferPointer<Float>) {
    let parts = stride(from: 0, to: values.count, by: Self.partSize).map {
      Array(values[$0..<$0 + Self.partSize])
    }
    let fits = parts.map(PartFit.init)
    scaleUnit = Self.unit(for: fits.map(\.scale))
    minimumUnit = Self.unit(for: fits.map(\.minimum))
    for (part, fit) in zip(parts, fits) {
      let minimum = Self.multiple(fit.minimum, of: minimumUnit)
      let offset = Float(minimum) * minimumUnit
      // With the minimum rounded another scale may be the better one: its neighbours are tried.
      let near = Self.multiple(fit.scale, of: scaleUnit)
      let candidates = (near > 0 ? near - 1 : 0)...min(63, near + 1)
      let importance = PartFit.importance(of: part)
      let best = candidates.map { scale in
        PartFit.rounded(
          part, importance, scale: Float(scale) * scaleUnit, minimum: offset, tag: scale)
      }.min { $0.error < $1.error }
      guard let best else { continue }
      scales.append(best.tag)
      minima.append(minimum)
      integers += best.integers
    }
  }

  /// A sixty-third of the largest, as float16 has it.
  private static func unit(for values: [Float]) -> Float {
    Float(Float16((values.max() ?? 0) / 63))
  }

  private static func multiple(_ value: Float, of unit: Float) -> UInt8 {
    guard unit > 0 else { return 0 }
    return UInt8(max(0, min(63, (value / unit).rounded())))
  }

  /// Appends the block's 144 bytes: both units, scales and minima, integers.
  func append(to bytes: inout [UInt8]) {
    BlockQuantizer.appendHalf(scaleUnit, to: &bytes)
    BlockQuantizer.appendHalf(minimumUnit, to: &bytes)
    // The upper two bits of the last four stand with the first four.
    for part in 0..<4 { bytes.append(scales[part] | (scales[part + 4] >> 4) << 6) }
    for part in 0..<4 { bytes.append(minima[part] | (minima[part + 4] >> 4) << 6) }
    for part in 4..<8 { bytes.append(scales[part] & 15 | minima[part] << 4) }
    for pair in stride(from: 0, to: integers.count, by: 2 * Self.partSize) {
      for index in pair..<pair + Self.partSize {
        bytes.append(integers[index] | integers[index + Self.partSize] << 4)
      }
    }
  }
}

/// The scale and the minimum with which integers of 4 bits come nearest to 32 values.
private struct PartFit {
  let scale: Float
  /// What is taken off: a value is `scale · q - minimum`, and it is not negative.
  let minimum: Float

  /// What rounding with a given scale and minimum gives.
  struct Rounded {
    let tag: UInt8
    let integers: [UInt8]
    /// The sum of squared differences, the larger values counting more.
    let error: Float
  }

  init(_ values: [Float]) {
    let low = min(0, values.min() ?? 0)
    let high = max(low, values.max() ?? 0)
    var best = (scale: (high - low) / 15, minimum: -low, error: Float.infinity)
    guard high > low else {
      (scale, minimum) = (0, -low)
      return
    }
    let importance = Self.importance(of: values)
    // A little less or more than the whole range, cutting the ends or leaving some unused.
    for step in -10...20 {
      let first = (high - low) / (15 + 0.1 * Float(step))
      let rounded = Self.rounded(values, importance, scale: first, minimum: -low)
      guard
        let (scale, minimum) = Self.line(
          through: values, importance, rounded.integers)
      else { continue }
      let error = Self.rounded(values, importance, scale: scale, minimum: minimum).error
      if error < best.error { best = (scale, minimum, error) }
    }
    (scale, minimum) = (best.scale, best.minimum)
  }

  /// Rounds values with a scale and a minimum.
  static func rounded(
    _ values: [Float], _ importance: [Float], scale: Float, minimum: Float, tag: UInt8 = 0
  ) -> Rounded {
    var integers: [UInt8] = []
    var error: Float = 0
    for (value, weight) in zip(values, importance) {
      let exact = scale > 0 ? (value + minimum) / scale : 0
      let integer = max(0, min(15, exact.rounded()))
      let difference = scale * integer - minimum - value
      error += weight * difference * difference
      integers.append(UInt8(integer))
    }
    return Rounded(tag: tag, integers: integers, error: error)
  }

  /// The scale and minimum, not negative, that suit given integers best: a weighted line.
  private static func line(
    through values: [Float], _ importance: [Float], _ integers: [UInt8]
  ) -> (scale: Float, minimum: Float)? {
    var (weights, x, y, xx, xy): (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
    for ((value, weight), integer) in zip(zip(values, importance), integers) {
      let q = Float(integer)
      weights += weight
      x += weight * q
      y += weight * value
      xx += weight * q * q
      xy += weight * q * value
    }
    let determinant = weights * xx - x * x
    guard determinant > 0 else { return nil }
    let scale = (weights * xy - x * y) / determinant
    let minimum = (x * xy - xx * y) / determinant
    guard minimum < 0 else { return scale > 0 ? (scale, minimum) : nil }
    // A line through zero, then.
    return xx > 0 && xy > 0 ? (xy / xx, 0) : nil
  }

  /// How much a difference at each value counts: large ones move the result more.
  static func importance(of values: [Float]) -> [Float] {
    let size = (values.reduce(0) { $0 + $1 * $1 } / Float(max(1, values.count))).squareRoot()
    return values.map { size + abs($0) }
  }
}
