/// "Did you mean": the known word nearest to one that is not known.
package enum Suggestion {
  /// Returns the candidate a user most likely meant, or nil when none is near.
  ///
  /// Near is a Damerau distance of at most a third of the longer word's length, never less than 1;
  /// the first of equals wins. A slip seldom is in the first letter: words that begin with different
  /// ones are near only when they differ in nothing else, or by two letters swapped. A word of one
  /// letter is near to none. When nothing is near, a declared synonym that is the word itself gives
  /// its candidate (`fit` is `train`).
  ///
  /// - Parameters:
  ///   - word: what was typed.
  ///   - candidates: the words that are valid there, best first.
  ///   - synonyms: other words people use, with the candidate each stands for.
  /// - Returns: one of `candidates`, or a value of `synonyms`.
  package static func nearest(
    to word: String, among candidates: [String], synonyms: [String: String] = [:]
  ) -> String? {
    let lowered = word.lowercased()
    let count = lowered.count
    guard count > 1 else { return synonyms[lowered] }
    var best: (word: String, distance: Int)?
    for candidate in candidates where candidate != word {
      // A word of a file may be of any length: what is too long to be near is not compared.
      let longest = max(count, candidate.count, 3)
      guard abs(count - candidate.count) * 3 <= longest else { continue }
      let distance = distance(lowered, candidate.lowercased())
      guard distance * 3 <= longest else { continue }
      guard distance < 2 || lowered.first == candidate.lowercased().first else { continue }
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word ?? synonyms[lowered]
  }

  /// The least number of letters added, removed, replaced or swapped with a neighbour.
  ///
  /// The restricted form (optimal string alignment): no letter is changed twice.
  package static func distance(_ first: String, _ second: String) -> Int {
    let a = Array(first)
    let b = Array(second)
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + Array(repeating: 0, count: b.count)
      for j in 1...b.count {
        let replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        row[j] = min(last[j] + 1, row[j - 1] + 1, replaced)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }

  /// Words joined as in English: "`a`, `b` or `c`".
  package static func list(_ words: [String], joinedBy conjunction: String = "or") -> String {
    guard let final = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + final
  }
}
