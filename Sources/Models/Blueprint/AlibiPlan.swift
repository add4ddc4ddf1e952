import Mathematics

/// Positions as a slope of the scores: those of head h with the key at place j get slope(h) · j.
///
/// The distance to the key would do as well, since what all scores of a row share changes nothing.
///
/// Source: Press et al. 2022, arXiv:2108.12409, section 3.
package struct AlibiPlan: Hashable, Sendable {
  /// Heads of queries, H.
  package let headCount: Int
  /// What slopes are multiplied by, beside their own steepness.
  package var scale: Float = 1
  /// The exponent, base 2, of the steepest of many heads' slopes to the flattest.
  package var maximumBias = 8.0
  /// Whether slopes, and what they give, are rounded to bfloat16, as some models were trained.
  package var isRounded = false

  /// A slope a head: powers of one base for the largest power of two among the heads, and every
  /// other power of its root for those that are left.
  var slopes: [Float] {
    var whole = 1
    while whole * 2 <= headCount { whole *= 2 }
    return (0..<headCount).map { head in
      head < whole
        ? power(head + 1, steps: whole) : power(2 * (head - whole) + 1, steps: 2 * whole)
    }
  }

  /// The power of 2^(−maximumBias / steps), the base rounded once.
  private func power(_ exponent: Int, steps: Int) -> Float {
    let base = Float(exponential(-maximumBias / Double(steps) * logarithm(2)))
    return Float(exponential(Double(exponent) * logarithm(Double(base))))
  }

  /// What the keys at places `0..<count` add, head after head, `[H, count]`.
  func scores(count: Int) -> [Float] {
    slopes.flatMap { slope in
      (0..<count).map { place in
        guard isRounded else { return scale * (slope * Float(place)) }
        return scale * rounded(rounded(slope) * rounded(Float(place)))
      }
    }
  }

  /// The nearest bfloat16, of two the even one.
  private func rounded(_ x: Float) -> Float {
    let bits = x.bitPattern
    return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
  }
}
