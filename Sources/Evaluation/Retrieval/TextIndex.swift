/// Texts to be found by their vectors.
package struct TextIndex: Sendable {
  /// The numbers of all vectors, each of length 1, one after the other.
  private let numbers: [Float]
  private let width: Int
  private let count: Int

  /// A text with the cosine of its vector and that of a query.
  package struct Hit: Hashable, Sendable {
    /// Its place among the texts.
    package let text: Int
    /// From -1 to 1.
    package let cosine: Double
  }

  /// Indexes texts by their vectors, which are equally wide.
  package init(_ vectors: [[Float]]) {
    numbers = vectors.flatMap(Self.unit)
    (width, count) = (vectors.first?.count ?? 0, vectors.count)
  }

  /// The texts that are nearest to a query, at most `limit`, the nearest first; of equals the first.
  package func hits(for query: [Float], limit: Int = .max) -> [Hit] {
    let query = Self.unit(query)
    let hits = (0..<count).map { text in
      var sum = 0.0
      for c in 0..<min(width, query.count) {
        sum += Double(query[c]) * Double(numbers[text * width + c])
      }
      return Hit(text: text, cosine: sum)
    }
    return Array(
      hits.sorted { ($1.cosine, $0.text) < ($0.cosine, $1.text) }.prefix(max(0, limit)))
  }

  private static func unit(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return vector.map { Float(Double($0) / max(length, 1e-12)) }
  }
}
