import Checkpoints

/// The hidden states of one text among those of others.
struct TokenRows {
  let numbers: [Float]
  let width: Int
  /// The row of its first token.
  let first: Int
  /// Tokens that are left out at its beginning.
  let skipped: Int
  /// Its tokens.
  let count: Int

  /// One vector of all tokens' vectors; sums are in double, in the order of the tokens.
  func pooled(_ pooling: SentencePlan.Pooling) -> [Float] {
    let kept = count - skipped
    return switch pooling {
    case .first: row(skipped)
    case .last: row(count - 1)
    case .largest: largest
    case .mean: sum { _ in 1 }.map { Float($0 / Double(kept)) }
    case .meanByRoot: sum { _ in 1 }.map { Float($0 / Double(kept).squareRoot()) }
    case .weightedMean: weightedMean
    }
  }

  private var largest: [Float] {
    (0..<width).map { channel in (skipped..<count).map { row($0, channel) }.max() ?? 0 }
  }

  private var weightedMean: [Float] {
    let weights = (skipped..<count).reduce(0.0) { $0 + Double($1 + 1) }
    return sum { Double($0 + 1) }.map { Float($0 / weights) }
  }

  private func sum(_ weight: (_ token: Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: width)
    for token in skipped..<count {
      for c in 0..<width { sums[c] += weight(token) * Double(row(token, c)) }
    }
    return sums
  }

  private func row(_ token: Int) -> [Float] { (0..<width).map { row(token, $0) } }

  private func row(_ token: Int, _ channel: Int) -> Float {
    numbers[(first + token) * width + channel]
  }
}
