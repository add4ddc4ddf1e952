/// The tokens that filters leave, and the draw among them.
///
/// Each filter keeps a beginning of the order "likeliest first, equals by number": whole bins, and
/// the first tokens of one more. Only that one is ever sorted.
struct LikelyTokens {
  private let likelihoods: TokenLikelihoods
  // Held here: each look at what another object has would be checked for who else changes it.
  private let sums: [Double]
  private let counts: [Int]
  /// Bins above this one are kept whole; -1 keeps all.
  private var lastBin = -1
  /// What is kept of `lastBin`, likeliest first.
  private var rest: [Candidate] = []

  /// Filters by top-k, top-p and min-p, in this order, where they are in force.
  init(_ likelihoods: TokenLikelihoods, _ settings: SamplingSettings) {
    self.likelihoods = likelihoods
    (sums, counts) = (likelihoods.sums, likelihoods.counts)
    if settings.topK > 0 { keep(likeliest: settings.topK) }
    if settings.topP < 1 { keep(share: settings.topP) }
    if settings.minP > 0 { keep(atLeast: settings.minP) }
  }

  /// The bins that are kept whole, likeliest first.
  private var wholeBins: some Sequence<Int> {
    (lastBin + 1..<TokenLikelihoods.binCount).reversed().lazy.filter { [counts] in counts[$0] > 0 }
  }

  /// The sum of all weights kept.
  private var total: Double {
    rest.reduce(wholeBins.reduce(0) { $0 + sums[$1] }) { $0 + $1.weight }
  }

  /// All tokens kept, likeliest first.
  var candidates: [Candidate] {
    wholeBins.flatMap { likelihoods.sortedTokens(in: $0) } + rest
  }

  /// The token in whose stretch `share` of the whole falls; nil when none is likely at all.
  ///
  /// Stretches lie likeliest bin first, in a bin that is kept whole by number.
  func token(at share: Double) -> Int32? {
    var left = share * total
    var last: Int?
    for bin in wholeBins {
      if left < sums[bin] {
        return LikelyTokens.token(at: left, of: likelihoods.tokens(in: bin))
      }
      left -= sums[bin]
      last = bin
    }
    // Rounding may leave a crumb: the last token takes it.
    return LikelyTokens.token(at: left, of: rest)
      ?? last.flatMap { likelihoods.tokens(in: $0).last?.token }
  }

  private static func token(at place: Double, of candidates: [Candidate]) -> Int32? {
    var left = place
    for candidate in candidates {
      left -= candidate.weight
      if left < 0 { return candidate.token }
    }
    return candidates.last?.token
  }

  // MARK: Filters

  /// Keeps the `limit` likeliest.
  private mutating func keep(likeliest limit: Int) {
    var left = limit
    for bin in wholeBins {
      guard counts[bin] < left else {
        return cut(at: bin, Array(likelihoods.sortedTokens(in: bin).prefix(left)))
      }
      left -= counts[bin]
    }
  }

  /// Keeps the fewest that together reach `share` of the whole, at least one.
  private mutating func keep(share: Double) {
    let needed = share * total
    var reached = 0.0
    let beginning = { (candidates: [Candidate]) in
      let last = candidates.firstIndex { candidate in
        reached += candidate.weight
        return reached >= needed
      }
      return last.map { Array(candidates[...$0]) } ?? candidates
    }
    for bin in wholeBins {
      guard reached + sums[bin] < needed else {
        return cut(at: bin, beginning(likelihoods.sortedTokens(in: bin)))
      }
      reached += sums[bin]
    }
    rest = beginning(rest)
  }

  /// Keeps those at least this share as likely as the likeliest, whose weight is 1.
  private mutating func keep(atLeast least: Double) {
    let bin = TokenLikelihoods.bin(of: Float(least))
    guard bin >= lastBin else { return }
    let candidates = bin > lastBin ? likelihoods.sortedTokens(in: bin) : rest
    cut(at: bin, candidates.filter { $0.weight >= least })
  }

  private mutating func cut(at bin: Int, _ kept: [Candidate]) {
    lastBin = bin
    rest = kept
  }
}
