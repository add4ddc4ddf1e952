/// The interval of a share that was counted.
///
/// Unlike the plain one it stays within 0 and 1, and is honest for few rows and extreme shares.
///
/// Source: Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference".
package enum WilsonInterval {
  /// The standard normal's quantile at 97.5 %.
  private static let z = 1.959_963_984_540_054

  /// Estimates the share of `count` in `total`, at least 1, with its 95 % interval.
  package static func share(_ count: Int, of total: Int) -> Estimate {
    precondition(total > 0 && (0...total).contains(count), "\(count) of \(total)")
    let (n, share) = (Double(total), Double(count) / Double(total))
    let middle = share + z * z / (2 * n)
    let half = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    let whole = 1 + z * z / n
    // The ends are 0 and 1 exactly where nothing, or everything, was counted.
    return Estimate(
      mean: share, lower: count == 0 ? 0 : (middle - half) / whole,
      upper: count == total ? 1 : (middle + half) / whole)
  }
}
