/// Counts the distinct words of texts as a tokenizer cuts them.
struct WordCounter {
  private let tokenizer: Tokenizer

  init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  /// Returns how often each word stands in `texts`; one longer than `wordLimit` bytes counts as
  /// several.
  func count(_ texts: some Sequence<String>, wordLimit: Int) -> [[UInt8]: Int] {
    var counts: [[UInt8]: Int] = [:]
    for text in texts {
      tokenizer.forEachSegment(of: Array(text.utf8)) { segment in
        guard case .words(let words) = segment else { return }
        for word in words.ranges {
          for start in stride(from: word.lowerBound, to: word.upperBound, by: wordLimit) {
            let end = min(start + wordLimit, word.upperBound)
            counts[Array(words.text.bytes[start..<end]), default: 0] += 1
          }
        }
      }
    }
    return counts
  }
}
