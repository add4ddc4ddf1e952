/// The tokens of a text, and what of it each of them stands for.
package struct PlacedTokens: Hashable, Sendable {
  /// The ids in order, without those that a post-processor puts around them.
  package var ids: [Int32]
  /// For each id, its place in the text's UTF-8.
  ///
  /// A character that one step writes in another way, such as a space as `▁`, is where the text has
  /// it; one that the text has not, such as the `▁` before a first word, is with the character after
  /// it. Tokens of single bytes of a character lie inside it.
  package var places: [Range<Int>]

  package init(ids: [Int32] = [], places: [Range<Int>] = []) {
    self.ids = ids
    self.places = places
  }
}

/// A text that was changed, with what of the source each of its bytes comes from.
struct SourcedText {
  var bytes: [UInt8]
  /// A place in the source for each byte; they never run backwards.
  var origins: [Range<Int>]

  /// The part of `source` in `range`, unchanged.
  init(_ source: [UInt8], _ range: Range<Int>) {
    bytes = Array(source[range])
    origins = range.map { $0..<$0 + 1 }
  }

  init(bytes: [UInt8] = [], origins: [Range<Int>] = []) {
    self.bytes = bytes
    self.origins = origins
  }

  /// Adds bytes that all come from one place.
  mutating func append(_ new: some Collection<UInt8>, from origin: Range<Int>) {
    bytes += new
    origins += repeatElement(origin, count: new.count)
  }

  /// Adds a part of another text.
  mutating func append(_ other: SourcedText, _ range: Range<Int>) {
    bytes += other.bytes[range]
    origins += other.origins[range]
  }

  /// Returns what of the source the bytes in `range` come from.
  func origin(of range: Range<Int>) -> Range<Int> { origins.joined(in: range) }
}

extension [Range<Int>] {
  /// What the origins in `range` come to; of an empty range, the empty place where it stands.
  func joined(in range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty, range.upperBound <= count else {
      let place =
        range.lowerBound < count ? self[range.lowerBound].lowerBound : last?.upperBound ?? 0
      return place..<place
    }
    let lower = self[range.lowerBound].lowerBound
    return lower..<Swift.max(lower, self[range.upperBound - 1].upperBound)
  }
}
