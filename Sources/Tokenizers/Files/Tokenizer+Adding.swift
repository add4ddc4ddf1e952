import Serialization

/// More tokens than a tokenizer has.
extension Tokenizer {
  /// Returns this tokenizer with special tokens that are found in texts before anything else; those
  /// that it finds already change nothing.
  ///
  /// Ids are those that transformers' `add_special_tokens` gives: that of the vocabulary where it has
  /// the text, else the next after the last added token and after as many as the model has.
  ///
  /// - Throws: ``TokenizerError/duplicateIdentifier(id:tokens:)`` for a vocabulary with holes whose next
  ///   id is taken, and ``TokenizerError/addedTokenLength(token:bytes:limit:)``.
  package func adding(specialTokens: [String]) throws(TokenizerError) -> Tokenizer {
    let nothing = try FileSection(.object([:]), path: "tokenizer_config")
    let special = SpecialTokens(nothing, map: [:], addedTokens: [:])
    guard let root = try TokenizerFiles.parsed(fileContents).object,
      let completed = try special.completing(
        root, defaults: [:], added: specialTokens.map { (text: $0, isSpecial: true) })
    else { return self }
    return try Tokenizer(
      .object(completed), Array(JSONValue.object(completed).text.utf8), names: specialNames)
  }

  /// The ids of `other` that this has no token for, ascending; nil when the two disagree about an id
  /// of this one.
  package func idsAdded(by other: Tokenizer) -> [Int32]? {
    var added: [Int32] = []
    for id in 0..<Int32(max(vocabularySize, other.vocabularySize)) {
      let (own, theirs) = (token(of: id), other.token(of: id))
      guard own == nil || own == theirs else { return nil }
      if own == nil, theirs != nil { added.append(id) }
    }
    return added
  }
}
