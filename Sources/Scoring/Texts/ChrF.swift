/// chrF of a set of answers: how many of their runs of one to six characters are in the reference and
/// the other way round, recall counting twice as much; chrF++ has runs of one and two words as well.
///
/// White space does not count. Of several references each answer takes the one that it is nearest to.
///
/// Source: Popović 2015 and 2017; equal to sacrebleu's `corpus_chrf`, whose scores of orders are a mean
/// over those that both sides have.
package struct ChrF: Sendable {
  private static let characterOrder = 6
  /// The square of how much more recall counts than precision.
  private static let factor = 4.0
  /// Runs of up to this many words are counted beside those of characters.
  package let wordOrder: Int

  /// Declares chrF, or chrF++ with a word order of 2.
  package init(wordOrder: Int = 0) { self.wordOrder = wordOrder }

  /// What one answer adds to the counts: for each order the runs of the answer, those of the reference,
  /// and those in both.
  package func counts(_ answer: String, _ references: [String]) -> [Double] {
    let runs = Runs(answer, wordOrder)
    return references.map { runs.counts(beside: Runs($0, wordOrder)) }
      .max { score($0) < score($1) } ?? []
  }

  /// The score of the counts' sums, in `0...100`.
  package func score(_ sums: [Double]) -> Double {
    var (precision, recall, orders) = (0.0, 0.0, 0.0)
    for start in stride(from: 0, to: sums.count, by: 3) {
      let (written, wanted, match) = (sums[start], sums[start + 1], sums[start + 2])
      guard written > 0, wanted > 0 else { continue }
      precision += match / written
      recall += match / wanted
      orders += 1
    }
    guard precision + recall > 0 else { return 0 }
    (precision, recall) = (precision / orders, recall / orders)
    let factor = Self.factor
    return 100 * (1 + factor) * precision * recall / (factor * precision + recall)
  }

  /// The runs of a text, order by order.
  private struct Runs {
    let characters: [[ArraySlice<Unicode.Scalar>: Int]]
    let words: [[ArraySlice<Scalars>: Int]]

    init(_ text: String, _ wordOrder: Int) {
      let scalars = text.unicodeScalars.filter { !$0.isPythonSpace }.map(\.self)
      characters = (1...characterOrder).map { runCounts(of: scalars, length: $0) }
      let words = text.unicodeScalars.pythonWords.flatMap(Self.parts)
      self.words = (0..<wordOrder).map { runCounts(of: words, length: $0 + 1) }
    }

    func counts(beside other: Runs) -> [Double] {
      zip(characters, other.characters).flatMap(Self.counts)
        + zip(words, other.words).flatMap(Self.counts)
    }

    private static func counts<Run>(_ own: [Run: Int], _ others: [Run: Int]) -> [Double] {
      let count = own.values.reduce(0, +)
      // Runs of an order that the reference does not have are not held against the answer.
      return [others.isEmpty ? 0 : count, others.values.reduce(0, +), sharedCount(own, others)]
        .map(Double.init)
    }

    /// A word without the sign at its end or, without one there, at its start, and the sign.
    private static func parts(_ word: Scalars) -> [Scalars] {
      guard word.count > 1, let first = word.first, let last = word.last else { return [word] }
      if last.isASCIIPunctuation { return [word.dropLast().map(\.self), [last]] }
      if first.isASCIIPunctuation { return [[first], word.dropFirst().map(\.self)] }
      return [word]
    }
  }
}
