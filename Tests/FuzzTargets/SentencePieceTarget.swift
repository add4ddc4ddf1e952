import Tokenizers

extension FuzzTarget {
  /// A tokenizer.model of SentencePiece, or a file of ranks; one that is read encodes a text.
  static let sentencepiece = FuzzTarget("sentencepiece") { bytes in
    let files = TokenizerFiles(["tokenizer.model": Array(bytes)])
    guard let tokenizer = try? Tokenizer(files) else { return }
    let ids = tokenizer.encode("One day, at 7:30 - Zoë’s\t\"x\"\n東京", addingSpecialTokens: true)
    _ = tokenizer.decode(ids, skippingSpecialTokens: false)
  }
}
