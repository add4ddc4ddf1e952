extension TokenDecoder {
  /// Returns what a token adds to a text that has begun, byte by byte as it is put together; nil where
  /// that depends on the tokens around it.
  ///
  /// What is done to the text as a whole, such as taking the first space away, is not done.
  func written(_ token: [UInt8]) -> [UInt8]? {
    switch self {
    case .sequence(let steps):
      var (bytes, isText) = (token, false)
      for step in steps where !isText {
        // What follows in the list gets the text as a whole.
        if case .fuse = step { isText = true }
        guard let next = step.written(bytes) else { return nil }
        bytes = next
        if case .byteLevel = step { isText = true }
      }
      return bytes
    case .byteLevel: return ByteLevelAlphabet.bytes(of: token) ?? token
    case .byteFallback: return Self.byte(of: token).map { [$0] } ?? token
    case .fuse: return token
    case .replace, .strip: return decode([token]).first ?? token
    case .metaspace(let metaspace):
      return token.replacing(metaspace.replacement, with: [UInt8(ascii: " ")])
    case .wordPiece, .bytePairs: return writtenAsWord(token)
    case .alignment: return nil
    }
  }

  /// What a token writes between two others, of which nothing but spaces depends.
  private func writtenAsWord(_ token: [UInt8]) -> [UInt8] {
    let neighbour = Array("x".utf8)
    let pieces = decode([neighbour, token, neighbour])
    return pieces.count == 3 ? pieces[1] : token
  }
}
