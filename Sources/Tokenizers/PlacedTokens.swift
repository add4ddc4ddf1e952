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

  /// Adds a token.
  mutating func append(_ id: Int32, at place: Range<Int>) {
    ids.append(id)
    places.append(place)
  }

  /// Takes away the last `count` tokens.
  mutating func removeLast(_ count: Int) {
    ids.removeLast(count)
    places.removeLast(count)
  }

  /// Takes away all tokens, and keeps the memory.
  mutating func removeAll() {
    ids.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }
}
