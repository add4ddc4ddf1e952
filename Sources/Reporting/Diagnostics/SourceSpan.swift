/// A piece of a source text: the bytes from `start` up to, not including, `end`.
package struct SourceSpan: Hashable, Sendable {
  /// Offset of the first byte, in the text's UTF-8.
  package let start: Int
  /// Offset after the last byte; never less than `start`.
  package let end: Int

  /// Makes a span; an `end` before `start` gives an empty span at `start`.
  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = max(start, end)
  }

  /// The smallest span that covers both.
  package func joined(with other: SourceSpan) -> SourceSpan {
    SourceSpan(min(start, other.start), max(end, other.end))
  }
}
