package import Datasets
import Mathematics

/// Finds, for a row, the most similar row of others: what a look-up would answer.
///
/// Rows are bags of words, each word weighted by how rare it is, compared by the angle between
/// them.
///
/// Source: Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval".
package struct NearestRows {
  private let rows: [Example]
  /// The rows each word is in, with its share of the row's length.
  private var postings: [Substring: [(row: Int, weight: Double)]] = [:]
  private var rarity: [Substring: Double] = [:]

  /// Indexes the rows to look among; a word that all of them have weighs next to nothing.
  package init(_ rows: [Example]) {
    self.rows = rows
    let bags = rows.map(Self.bag)
    var rowCounts: [Substring: Int] = [:]
    for bag in bags { for (word, _) in bag { rowCounts[word, default: 0] += 1 } }
    rarity = rowCounts.mapValues { logarithm(Double(rows.count + 1) / Double($0)) }
    for (row, bag) in bags.enumerated() {
      let weights = bag.map { (word: $0.word, weight: Double($0.count) * (rarity[$0.word] ?? 0)) }
      let length = weights.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
      for (word, weight) in weights where length > 0 {
        postings[word, default: []].append((row, weight / length))
      }
    }
  }

  /// Returns the row nearest to `example`, the first of equal ones; the first row of all when no
  /// word is shared.
  package func nearest(to example: Example) -> Example? {
    var scores = [Double](repeating: 0, count: rows.count)
    for (word, count) in Self.bag(example) {
      let weight = Double(count) * (rarity[word] ?? 0)
      for posting in postings[word] ?? [] { scores[posting.row] += weight * posting.weight }
    }
    return scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) }.map { rows[$0] }
  }

  /// The words of a row's input and how often each is there, in order of first appearance.
  private static func bag(_ example: Example) -> [(word: Substring, count: Int)] {
    let words = TextFolding.fold(example.input).split(separator: " ")
    var places: [Substring: Int] = [:]
    var bag: [(word: Substring, count: Int)] = []
    for word in words {
      if let place = places[word] {
        bag[place].count += 1
      } else {
        places[word] = bag.count
        bag.append((word, 1))
      }
    }
    return bag
  }
}
