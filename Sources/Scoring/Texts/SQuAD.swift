/// How near an answer is to one of the right ones, as questions about a text are measured: small
/// letters, no punctuation of ASCII, no articles.
///
/// Source: Rajpurkar et al. 2016, arXiv:1606.05250, section 6.1; equal to the evaluation script of
/// SQuAD 2.0.
package enum SQuAD {
  /// Whether the answer is one of the references, 1 or 0.
  package static func exact(_ answer: String, _ references: [String]) -> Double {
    let words = words(of: answer)
    return references.contains { self.words(of: $0) == words } ? 1 : 0
  }

  /// The harmonic mean of how many of the answer's words are in a reference and the other way round,
  /// for the reference of the best one.
  package static func f1(_ answer: String, _ references: [String]) -> Double {
    let words = words(of: answer)
    return references.map { f1(words, self.words(of: $0)) }.max() ?? 0
  }

  private static func f1(_ one: [Scalars], _ other: [Scalars]) -> Double {
    guard !one.isEmpty, !other.isEmpty else { return one.isEmpty && other.isEmpty ? 1 : 0 }
    let shared = sharedCount(runCounts(of: one, length: 1), runCounts(of: other, length: 1))
    return 2 * Double(shared) / Double(one.count + other.count)
  }

  /// The words that count.
  private static func words(of text: String) -> [Scalars] {
    let kept = text.pythonLowercased.filter { !$0.isASCIIPunctuation }
    var result: Scalars = []
    var index = 0
    while index < kept.count {
      // An article is a stretch of word characters: what is beside it may be a sign that is not of
      // ASCII.
      let word = kept[index...].prefix(while: \.isPythonWord)
      if word.isEmpty {
        result.append(kept[index])
        index += 1
      } else {
        result += articles.contains(Array(word)) ? [" "] : Array(word)
        index = word.endIndex
      }
    }
    return result.pythonWords
  }

  private static let articles: [Scalars] = ["a", "an", "the"].map { Array($0.unicodeScalars) }
}
