package import Datasets

/// Queries, texts to be found, and which of these belong to which.
package struct MatchedTexts: Hashable, Sendable {
  /// The queries to be measured, each once.
  package private(set) var queries: [String] = []
  /// All texts that can be found, each once.
  package private(set) var texts: [String] = []
  /// The texts that belong to each query, by their places.
  package private(set) var belonging: [Set<Int>] = []

  /// Takes queries from some rows, and the texts to be found from all there are, of which the others may
  /// have texts that belong to the same queries.
  package init(measuring rows: [Example], among all: [Example]) {
    var places: [String: Int] = [:]
    func place(_ text: String) -> Int {
      if let place = places[text] { return place }
      places[text] = texts.count
      texts.append(text)
      return texts.count - 1
    }
    var found: [String: Set<Int>] = [:]
    for case .match(let query, let positive, let negatives) in (all + rows).map(\.content) {
      found[query, default: []].insert(place(positive))
      for negative in negatives { _ = place(negative) }
    }
    var seen: Set<String> = []
    for case .match(let query, _, _) in rows.map(\.content) where seen.insert(query).inserted {
      queries.append(query)
      belonging.append(found[query] ?? [])
    }
  }
}
