package import Tokenizers

/// What turns text into token ids; a tokenizer is one.
package protocol TextEncoder: Sendable {
  /// Returns the ids of `text`, in which special tokens may be spelled out.
  func encode(_ text: String, addingSpecialTokens: Bool) -> [Int32]
  /// Returns the same ids, none added, with the bytes of the text that each stands for.
  func encodeWithPlaces(_ text: String) -> PlacedTokens
  /// Tells whether an id stands for a special token.
  func isSpecial(_ id: Int32) -> Bool
  /// Tells whether a special token is spelled out in `text`.
  func spellsSpecialToken(_ text: String) -> Bool
}
