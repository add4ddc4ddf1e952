/// Words that are tokens as they stand, or unknown.
struct WordLevel: Sendable {
  private let vocabulary: Vocabulary
  private let unknown: Int32

  init(_ section: FileSection, _ vocabulary: Vocabulary) throws(TokenizerError) {
    unknown = try vocabulary.id(ofRequired: "unk_token", default: "<unk>", in: section)
    self.vocabulary = vocabulary
  }

  /// Appends the token of one word.
  func append(_ word: Range<Int>, of text: [UInt8], to result: inout PlacedTokens) {
    result.append(vocabulary.id(of: Array(text[word])) ?? unknown, at: word)
  }
}
