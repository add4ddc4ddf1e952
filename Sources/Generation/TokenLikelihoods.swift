import CKernels

/// The likelihoods of all tokens up to a common factor, of which the likeliest are found without
/// sorting all of them.
///
/// Tokens are counted in bins by the leading bits of their likelihood, eight bins to a factor of
/// two; then only the bins that matter are sorted. Its memory serves token after token.
final class TokenLikelihoods {
  /// A token that may be chosen, and its likelihood.
  struct Candidate: Equatable {
    let token: Int32
    let weight: Double
  }

  /// The likeliest has weight 1, those too unlikely for a float 0.
  private var weights: [Float]
  private var sums = [Double](repeating: 0, count: binCount)
  private var counts = [Int](repeating: 0, count: binCount)
  private var total = 0.0

  private static let binShift: UInt32 = 20
  /// The bin of weight 1 is the last.
  private static let binCount = Int(Float(1).bitPattern >> binShift) + 1

  /// Makes room for the likelihoods of `count` tokens.
  init(count: Int) { weights = [Float](repeating: 0, count: count) }

  /// Takes the distribution of `logits`, the largest of which is at `largest`, sharpened or
  /// flattened by `temperature`.
  func read(_ logits: UnsafeBufferPointer<Float>, largest: Int, temperature: Float) {
    precondition(logits.count == weights.count, "\(logits.count) logits, not \(weights.count)")
    ft_likelihoods(&weights, logits.baseAddress, logits[largest], temperature, weights.count)
    for bin in 0..<Self.binCount { (sums[bin], counts[bin]) = (0, 0) }
    weights.withUnsafeBufferPointer { weights in
      sums.withUnsafeMutableBufferPointer { sums in
        counts.withUnsafeMutableBufferPointer { counts in
          for weight in weights where weight > 0 {
            let bin = Self.bin(weight)
            sums[bin] += Double(weight)
            counts[bin] += 1
          }
        }
      }
    }
    total = sums.reduce(0, +)
  }

  /// The token in whose stretch `share` of the whole falls, likeliest first, with no filter; nil
  /// when no token has a likelihood.
  func token(at share: Double) -> Int32? {
    var left = share * total
    var bins = (0..<Self.binCount).reversed().filter { counts[$0] > 0 }[...]
    while bins.count > 1, let bin = bins.first, left >= sums[bin] {
      left -= sums[bin]
      bins.removeFirst()
    }
    guard let bin = bins.first else { return nil }
    let candidates = sorted(from: bin, to: bin)
    for candidate in candidates {
      left -= candidate.weight
      if left < 0 { return candidate.token }
    }
    // Rounding may leave a crumb: the last one takes it.
    return candidates.last?.token
  }

  /// Returns the tokens left after top-k, top-p and min-p, likeliest first, equals by number.
  ///
  /// Each filter keeps a beginning of that order, so the first to be satisfied says how far to
  /// sort.
  func candidates(_ settings: SamplingSettings) -> [Candidate] {
    let (topK, topP, minP) = (settings.topK, settings.topP, settings.minP)
    var (bin, count, sum) = (Self.binCount, 0, 0.0)
    while bin > 0 {
      if topK > 0 ? count >= topK : topP < 1 && sum >= topP * total && count > 0 { break }
      if topK == 0, minP > 0, Double(Self.lowest(bin)) <= minP { break }
      bin -= 1
      count += counts[bin]
      sum += sums[bin]
    }
    var candidates = sorted(from: bin, to: Self.binCount - 1)
    if topK > 0 { candidates.removeLast(max(0, candidates.count - topK)) }
    if topP < 1 {
      let needed = topP * (topK > 0 ? candidates.reduce(0) { $0 + $1.weight } : total)
      var reached = 0.0
      let last = candidates.firstIndex { candidate in
        reached += candidate.weight
        return reached >= needed
      }
      if let last { candidates.removeSubrange((last + 1)...) }
    }
    // The likeliest has weight 1, so shares compare directly.
    if minP > 0 { candidates.removeAll { $0.weight < minP } }
    return candidates
  }

  /// The tokens of some bins, likeliest first, equals by number.
  private func sorted(from first: Int, to last: Int) -> [Candidate] {
    var found: [Candidate] = []
    weights.withUnsafeBufferPointer { weights in
      for (token, weight) in weights.enumerated() where weight > 0 {
        guard (first...last).contains(Self.bin(weight)) else { continue }
        found.append(Candidate(token: Int32(token), weight: Double(weight)))
      }
    }
    found.sort { ($0.weight, $1.token) > ($1.weight, $0.token) }
    return found
  }

  private static func bin(_ weight: Float) -> Int {
    min(Int(weight.bitPattern >> binShift), binCount - 1)
  }

  /// The least weight of a bin.
  private static func lowest(_ bin: Int) -> Float { Float(bitPattern: UInt32(bin) << binShift) }
}
