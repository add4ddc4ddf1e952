import Tokenizers

extension FuzzTarget {
  /// A tokenizer.json; one that is read encodes a text and decodes its ids.
  static let tokenizer = FuzzTarget("tokenizer") { bytes in
    guard let tokenizer = try? Tokenizer(fileContents: Array(bytes)) else { return }
    let ids = tokenizer.encode(
      "One day, at 7:30 - Zoë’s\t\"x\"\n<|end|> 東京", addingSpecialTokens: true)
    _ = tokenizer.decode(ids, skippingSpecialTokens: false)
    _ = tokenizer.decode(Array(0..<40))
  }
}
