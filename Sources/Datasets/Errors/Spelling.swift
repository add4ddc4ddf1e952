/// Finds the word somebody meant.
enum Spelling {
  /// Returns the word nearest to `word`, if it is within a third of its length in slips.
  static func nearest(to word: String, among words: [String]) -> String? {
    guard word.count <= 40 else { return nil }
    let ranked = words.map { (word: $0, slips: slips(word.lowercased(), $0.lowercased())) }
    guard let best = ranked.min(by: { $0.slips < $1.slips }) else { return nil }
    return best.slips <= max(1, best.word.count / 3) ? best.word : nil
  }

  /// The number of letters to insert, delete or replace (Levenshtein).
  private static func slips(_ a: String, _ b: String) -> Int {
    let a = Array(a)
    let b = Array(b)
    var above = Array(0...b.count)
    for (row, letter) in a.enumerated() {
      var current = [row + 1]
      for (column, other) in b.enumerated() {
        let replaced = above[column] + (letter == other ? 0 : 1)
        current.append(min(replaced, above[column + 1] + 1, current[column] + 1))
      }
      above = current
    }
    return above[b.count]
  }
}
