/// Takes out the spaces that a tokenizer of words leaves before punctuation and contractions.
enum EnglishCleanup {
  private static let replacements: [(from: [UInt8], to: [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
    (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (Array($0.utf8), Array($1.utf8)) }

  /// Returns `text` without these spaces, one kind after the other.
  static func clean(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(UInt8(ascii: " ")) else { return text }
    return replacements.reduce(text) { $0.replacing($1.from, with: $1.to) }
  }
}

extension [UInt8] {
  /// Returns these bytes with `replacement` wherever `part` stands, from left to right.
  func replacing(_ part: [UInt8], with replacement: [UInt8]) -> [UInt8] {
    guard let first = part.first, count >= part.count else { return self }
    var result: [UInt8] = []
    var place = 0
    while place < count {
      if self[place] == first, self[place...].starts(with: part) {
        result += replacement
        place += part.count
      } else {
        result.append(self[place])
        place += 1
      }
    }
    return result
  }
}
