/// The tokens of single characters, which some vocabularies spell in another way inside a word and at
/// its end.
struct CharacterSymbols: Sendable {
  /// What is written before a character that is not the first of a word.
  private let prefix: [UInt8]
  /// What is written after a character that is the last of a word.
  private let suffix: [UInt8]
  /// The ids by character: within a word with neither, with the suffix, the prefix, and both.
  private let tables: [[UInt32: Int32]]

  init(_ vocabulary: Vocabulary, prefix: [UInt8], suffix: [UInt8]) {
    self.prefix = prefix
    self.suffix = suffix
    var tables = [[UInt32: Int32]](repeating: [:], count: 4)
    let longest = 4 + prefix.count + suffix.count
    vocabulary.forEachToken { id, token in
      guard token.count <= longest else { return }
      for index in tables.indices {
        let (before, after) = (index & 2 > 0 ? prefix : [], index & 1 > 0 ? suffix : [])
        guard token.count > before.count + after.count, token.starts(with: before),
          token.suffix(after.count) == after[...]
        else { continue }
        let middle = Array(token.dropFirst(before.count).dropLast(after.count))
        let (scalar, width) = middle.scalar(at: 0)
        if width == middle.count { tables[index][scalar.value] = id }
      }
    }
    self.tables = tables
  }

  /// Returns the token of a character.
  func id(of scalar: Unicode.Scalar, isFirst: Bool, isLast: Bool) -> Int32? {
    tables[(isFirst ? 0 : 2) + (isLast ? 1 : 0)][scalar.value]
  }

  /// Returns the bytes that a character is written with.
  func spelling(of character: ArraySlice<UInt8>, _ isFirst: Bool, _ isLast: Bool) -> [UInt8] {
    (isFirst ? [] : prefix) + character + (isLast ? suffix : [])
  }
}
