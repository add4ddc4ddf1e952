/// Words as the longest tokens that they begin with, one after the other.
///
/// Source: Wu et al. 2016, arXiv:1609.08144, section 4.1; Devlin et al. 2019, the released tokenizer.
struct WordPiece: Sendable {
  /// All tokens, by their bytes.
  private let tokens: ByteTree
  /// Where the tokens begin that go on with a word; nil when there are none.
  private let continuation: ByteTree.Node?
  /// The token of words that cannot be written with others.
  private let unknown: Int32
  /// Longer words, in characters, are unknown.
  private let maximumLength: Int

  init(_ section: FileSection, _ vocabulary: Vocabulary) throws(TokenizerError) {
    let prefix = try section.optionalString("continuing_subword_prefix") ?? "##"
    maximumLength = try section.integer("max_input_chars_per_word", default: 100)
    unknown = try vocabulary.id(ofRequired: "unk_token", default: "[UNK]", in: section)
    tokens = vocabulary.tree
    continuation = tokens.node(after: prefix.utf8)
  }

  /// Appends the tokens of one word.
  func append(_ word: Range<Int>, of text: [UInt8], to result: inout PlacedTokens) {
    let count = result.ids.count
    guard text.scalarCount(in: word) > maximumLength || !appendPieces(word, of: text, to: &result)
    else { return }
    result.removeLast(result.ids.count - count)
    result.append(unknown, at: word)
  }

  /// Returns false where no token goes on.
  private func appendPieces(
    _ word: Range<Int>, of text: [UInt8], to result: inout PlacedTokens
  ) -> Bool {
    var place = word.lowerBound
    while place < word.upperBound {
      let isFirst = place == word.lowerBound
      guard let node = isFirst ? ByteTree.root : continuation,
        let piece = tokens.longest(in: text, place..<word.upperBound, from: node)
      else { return false }
      result.append(piece.number, at: place..<piece.end)
      place = piece.end
    }
    return true
  }
}
