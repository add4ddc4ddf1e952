/// ROUGE of an answer: what it has in common with a reference, as an F-measure in `0...1`.
///
/// Words are runs of small letters and digits of ASCII, and anything else divides them. Of several
/// references the best counts.
///
/// Source: Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries"; equal to the package
/// rouge_score.
package struct ROUGE: Sendable {
  /// What is compared.
  package enum Kind: Sendable {
    /// Runs of this many words.
    case runs(Int)
    /// The longest sequence of words, with gaps, that both have.
    case sequence
    /// The same line by line, each line of the reference with all lines of the answer.
    case lines
  }

  /// What is compared.
  package let kind: Kind
  /// Whether words are compared by their stems.
  package let stems: Bool

  /// Declares a measure.
  package init(_ kind: Kind, stems: Bool = false) {
    self.kind = kind
    self.stems = stems
  }

  /// The F-measure of the best reference.
  package func score(_ answer: String, _ references: [String]) -> Double {
    references.map { score(answer, $0) }.max() ?? 0
  }

  private func score(_ answer: String, _ reference: String) -> Double {
    switch kind {
    case .runs(let length):
      let own = runCounts(of: words(of: answer), length: length)
      let wanted = runCounts(of: words(of: reference), length: length)
      return Self.f1(
        sharedCount(own, wanted), own.values.reduce(0, +), wanted.values.reduce(0, +))
    case .sequence:
      let (own, wanted) = (words(of: answer), words(of: reference))
      return Self.f1(CommonSequence(wanted, own).length, own.count, wanted.count)
    case .lines:
      let (own, wanted) = (lines(of: answer), lines(of: reference))
      return Self.f1(
        Self.linesShared(wanted, own), own.joined().count, wanted.joined().count)
    }
  }

  private static func f1(_ shared: Int, _ own: Int, _ wanted: Int) -> Double {
    guard shared > 0 else { return 0 }
    let (precision, recall) = (Double(shared) / Double(own), Double(shared) / Double(wanted))
    return 2 * precision * recall / (precision + recall)
  }

  /// Words of the reference that stand in a common sequence with some line of the answer, none more
  /// often than both texts have it.
  private static func linesShared(_ wanted: [[Word]], _ own: [[Word]]) -> Int {
    var left = [wanted, own].map { lines in
      Dictionary(lines.joined().map { ($0, 1) }, uniquingKeysWith: +)
    }
    var shared = 0
    for line in wanted {
      let places = Set(own.flatMap { CommonSequence(line, $0).places })
      for place in places.sorted() {
        let word = line[place]
        guard left.allSatisfy({ $0[word, default: 0] > 0 }) else { continue }
        shared += 1
        for side in left.indices { left[side][word, default: 0] -= 1 }
      }
    }
    return shared
  }

  // MARK: Words

  /// A word in ASCII.
  typealias Word = [UInt8]

  private func lines(of text: String) -> [[Word]] {
    text.unicodeScalars.split(separator: "\n").map { words(of: String($0)) }
  }

  private func words(of text: String) -> [Word] {
    let isKept = { (scalar: Unicode.Scalar) in
      scalar.isASCIIDigit || (0x61...0x7A).contains(scalar.value)
    }
    let words = text.pythonLowercased.split { !isKept($0) }
      .map { $0.map { UInt8(truncatingIfNeeded: $0.value) } }
    // Short words have no ending to take off.
    return stems ? words.map { $0.count > 3 ? PorterStemmer.stem($0) : $0 } : words
  }
}

/// The longest sequence of words, with gaps, that two lists have in common.
private struct CommonSequence {
  /// Places of its words in the first list, in order.
  let places: [Int]

  /// Its number of words.
  var length: Int { places.count }

  init(_ one: [ROUGE.Word], _ other: [ROUGE.Word]) {
    // `lengths[i][j]`: of the first i words of one and the first j of the other.
    var lengths = [[Int]](
      repeating: [Int](repeating: 0, count: other.count + 1), count: one.count + 1)
    for (i, word) in one.enumerated() {
      for (j, match) in other.enumerated() {
        lengths[i + 1][j + 1] =
          word == match ? lengths[i][j] + 1 : max(lengths[i][j + 1], lengths[i + 1][j])
      }
    }
    var (i, j, found): (Int, Int, [Int]) = (one.count, other.count, [])
    while i > 0, j > 0 {
      if one[i - 1] == other[j - 1] {
        found.append(i - 1)
        (i, j) = (i - 1, j - 1)
      } else if lengths[i][j - 1] > lengths[i - 1][j] {
        j -= 1
      } else {
        i -= 1
      }
    }
    places = found.reversed()
  }
}
