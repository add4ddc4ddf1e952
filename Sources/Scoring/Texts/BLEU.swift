import Mathematics

/// BLEU of a set of answers: how many of their runs of one to four words are in the references, times
/// a penalty for answers that are too short.
///
/// An order of which no run matches counts as half a match, the next such one as a quarter, and so on.
///
/// Source: Papineni et al. 2002; smoothing "exp" of Chen and Cherry 2014; equal to sacrebleu's
/// `corpus_bleu`.
package enum BLEU {
  private static let order = 4

  /// What one answer adds to the counts: its words, those of the reference next in length, then for
  /// each order the runs that match, and for each order all runs.
  package static func counts(
    _ answer: String, _ references: [String], by tokens: BLEUTokens = .standard
  ) -> [Double] {
    let words = tokens.words(of: answer)
    let others = references.map(tokens.words(of:))
    var (matches, totals): ([Double], [Double]) = ([], [])
    for length in 1...order {
      var most: [ArraySlice<Scalars>: Int] = [:]
      for other in others {
        most.merge(runCounts(of: other, length: length), uniquingKeysWith: max)
      }
      matches.append(Double(sharedCount(runCounts(of: words, length: length), most)))
      totals.append(Double(max(0, words.count - length + 1)))
    }
    // Of two as near the shorter one.
    let length = others.map(\.count).min {
      (abs($0 - words.count), $0) < (abs($1 - words.count), $1)
    }
    return [Double(words.count), Double(length ?? 0)] + matches + totals
  }

  /// The score of the counts' sums, in `0...100`.
  package static func score(_ sums: [Double]) -> Double {
    let (written, wanted) = (sums[0], sums[1])
    let (matches, totals) = (sums[2..<2 + order], sums[(2 + order)...])
    guard matches.contains(where: { $0 > 0 }) else { return 0 }
    var (logarithms, halves) = (0.0, 1.0)
    for (match, total) in zip(matches, totals) {
      // Without a run of this length there is no precision to take a mean of.
      guard total > 0 else { return 0 }
      if match == 0 { halves *= 2 }
      logarithms += logarithm(100 * (match > 0 ? match : 1 / halves) / total)
    }
    let penalty = written < wanted ? exponential(1 - wanted / written) : 1
    return penalty * exponential(logarithms / Double(order))
  }
}
