import Datasets
import Mathematics

/// How a query ranks the texts of a batch.
struct RankedRow: Hashable, Sendable {
  /// −log of the share that the query gives the text which belongs to it, in nats.
  var loss = 0.0
  /// Whether that text has the largest share.
  var isFirst = false
  /// The derivative of all losses of the batch by the vector of each of the row's texts; empty where
  /// nobody asked.
  var slopes: [[Float]] = []
}

/// The loss of a batch by which each query's own text is told from those of all rows: one over texts of
/// softmax(scale · cosine), as in sentence-transformers' MultipleNegativesRankingLoss.
///
/// Sums are chains in double on the host, in the order of the rows.
///
/// Source: Henderson et al. 2017, arXiv:1705.00652, section 4.4; the sum over several widths: Kusupati et
/// al. 2022, arXiv:2205.13147, equation 1.
struct Ranking: Hashable, Sendable {
  /// What cosines are multiplied by.
  let scale: Double
  /// The first numbers of a vector that are to do alone, each with a loss of its own; empty for all.
  let widths: [Int]

  /// Ranks the texts of a batch of rows, given the vectors of each row's texts in their order.
  func rows(
    _ examples: ArraySlice<EncodedExample>, _ vectors: [[[Float]]], withSlopes: Bool
  ) -> [RankedRow] {
    let candidates = Candidates(examples)
    let whole = vectors.first?.first?.count ?? 0
    var rows = [RankedRow](repeating: RankedRow(), count: vectors.count)
    var slopes = vectors.map { $0.map { [Double](repeating: 0, count: $0.count) } }
    // The widest first: it is the one that tells which text is first.
    let ordered = widths.isEmpty ? [whole] : widths.sorted(by: >)
    for (place, width) in ordered.map({ min($0, whole) }).enumerated() {
      let units = vectors.map { $0.map { UnitVector($0, width: width) } }
      let texts = candidates.places.map { units[$0.row][$0.text] }
      var gradients = texts.map { _ in [Double](repeating: 0, count: width) }
      for row in rows.indices {
        let query = units[row][0]
        let rivals = candidates.rivals(of: row)
        let scores = rivals.map { scale * query.cosine(with: texts[$0]) }
        let shares = LabelShares.ofOne(scores)
        let own = rivals.firstIndex(of: row) ?? 0
        rows[row].loss += LabelLoss.of(scores, .one(own)).loss
        if place == 0 { rows[row].isFirst = LabelShares.likeliest(scores) == own }
        guard withSlopes else { continue }
        var gradient = [Double](repeating: 0, count: width)
        for (index, (rival, share)) in zip(rivals, shares).enumerated() {
          let slope = scale * (share - (index == own ? 1 : 0))
          for c in 0..<width {
            gradient[c] += slope * texts[rival].numbers[c]
            gradients[rival][c] += slope * query.numbers[c]
          }
        }
        query.addSlopes(gradient, to: &slopes[row][0])
      }
      guard withSlopes else { continue }
      for (place, gradient) in zip(candidates.places, gradients) {
        units[place.row][place.text].addSlopes(gradient, to: &slopes[place.row][place.text])
      }
    }
    if withSlopes {
      for row in rows.indices { rows[row].slopes = slopes[row].map { $0.map(Float.init) } }
    }
    return rows
  }
}

/// The first numbers of a vector, divided by their length.
struct UnitVector {
  let numbers: [Double]
  private let length: Double

  init(_ vector: [Float], width: Int) {
    let numbers = vector.prefix(width).map(Double.init)
    let length = max(numbers.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
    (self.numbers, self.length) = (numbers.map { $0 / length }, length)
  }

  func cosine(with other: UnitVector) -> Double {
    var sum = 0.0
    for c in numbers.indices { sum += numbers[c] * other.numbers[c] }
    return sum
  }

  /// Adds the gradient of the vector, given that of its numbers here.
  func addSlopes(_ gradient: [Double], to slopes: inout [Double]) {
    var along = 0.0
    for c in numbers.indices { along += numbers[c] * gradient[c] }
    for c in numbers.indices { slopes[c] += (gradient[c] - along * numbers[c]) / length }
  }
}

/// The texts of a batch that queries are told from: first those that belong to the rows, in order, then
/// the rows' others.
private struct Candidates {
  /// A text of a row, by its place among the row's.
  typealias Place = (row: Int, text: Int)

  let places: [Place]
  /// The number of the text of each place; equal texts have one number.
  private let numbers: [Int]
  /// The number of each row's query.
  private let queries: [Int]
  /// Whether no place before has the same text.
  private let areNew: [Bool]
  /// The texts that belong to a query, in one row or in several.
  private var matches: [Int: Set<Int>] = [:]

  init(_ examples: ArraySlice<EncodedExample>) {
    let rows = examples.map { $0.texts ?? [] }
    var places: [Place] = []
    for text in 1..<max(2, rows.map(\.count).max() ?? 0) {
      for row in rows.indices where text < rows[row].count { places.append((row, text)) }
    }
    var known: [[Int32]: Int] = [:]
    func number(_ text: [Int32]) -> Int {
      if let number = known[text] { return number }
      known[text] = known.count
      return known.count - 1
    }
    self.places = places
    queries = rows.map { number($0.first ?? []) }
    numbers = places.map { number(rows[$0.row][$0.text]) }
    var seen: Set<Int> = []
    areNew = numbers.map { seen.insert($0).inserted }
    for row in rows.indices { matches[queries[row], default: []].insert(numbers[row]) }
  }

  /// The places, in order, that a row's query is told from, with that of its own text.
  ///
  /// A text counts once, however many rows have it; what belongs to the same query elsewhere, or is the
  /// query itself, is no example of what does not belong to it.
  func rivals(of row: Int) -> [Int] {
    let (query, own) = (queries[row], matches[queries[row]] ?? [])
    return places.indices.filter { place in
      place == row || areNew[place] && numbers[place] != query && !own.contains(numbers[place])
    }
  }
}
