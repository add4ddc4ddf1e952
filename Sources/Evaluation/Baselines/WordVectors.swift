import Mathematics
import Scoring

/// Texts as weights of the words they have, each word weighted by how rare it is, each text of length 1.
///
/// A word is two letters, digits or underscores or more, in small letters. Its weight is how often the
/// text has it times `log((1 + N) / (1 + n)) + 1`, of N texts that were learned from n having it.
///
/// Source: Salton and Buckley 1988; equal to scikit-learn's `TfidfVectorizer` as it is.
package struct WordVectors: Sendable {
  /// A text: places of words among those that were learned, ascending, with their weights.
  package typealias Vector = [(word: Int, weight: Double)]

  private let places: [String: Int]
  private let rarity: [Double]

  /// How many words were learned.
  package var wordCount: Int { rarity.count }

  /// Learns the words of texts.
  package init(_ texts: [String]) {
    var textCounts: [String: Int] = [:]
    for text in texts { for word in Set(text.wordRuns) { textCounts[word, default: 0] += 1 } }
    let words = textCounts.keys.sorted()
    places = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
    rarity = words.map {
      logarithm(Double(1 + texts.count) / Double(1 + (textCounts[$0] ?? 0))) + 1
    }
  }

  /// The vector of a text, without words that were not learned.
  package func vector(of text: String) -> Vector {
    var counts: [Int: Int] = [:]
    for word in text.wordRuns { if let place = places[word] { counts[place, default: 0] += 1 } }
    let weights = counts.sorted { $0.key < $1.key }.map {
      ($0.key, Double($0.value) * rarity[$0.key])
    }
    let length = weights.reduce(0) { $0 + $1.1 * $1.1 }.squareRoot()
    return weights.map { (word: $0.0, weight: $0.1 / length) }
  }
}
