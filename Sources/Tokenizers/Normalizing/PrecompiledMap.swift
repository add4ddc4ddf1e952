/// The rules of SentencePiece as it keeps them: a table of texts and what they become.
///
/// Source: `precompiled_charsmap` of sentencepiece_model.proto; the table is a double array as in
/// Aoe 1989, laid out as Darts-clone does.
struct PrecompiledMap: Sendable {
  /// A character whose bytes are more is looked up scalar by scalar.
  private static let longestCharacter = 5

  /// The nodes of the tree of texts.
  private let nodes: [UInt32]
  /// What texts become, each ended by a zero byte.
  private let results: [UInt8]
  /// What each ASCII character becomes, or nil where it stays.
  private let ascii: [[UInt8]?]
  /// How many times longer a text can become.
  let growth: Int

  /// Reads the bytes of the file: the size of the table, the table, the texts.
  ///
  /// - Throws: ``TokenizerError/malformed(path:expected:)`` with `path`.
  init(_ bytes: [UInt8], path: String) throws(TokenizerError) {
    let malformed = TokenizerError.malformed(path: path, expected: "a table of texts")
    guard bytes.count >= 8 else { throw malformed }
    let size = Int(Self.number(in: bytes, at: 0))
    guard size % 4 == 0, size >= 4, size <= bytes.count - 4 else { throw malformed }
    let results = Array(bytes[(4 + size)...])
    guard String(validating: results, as: UTF8.self) != nil else { throw malformed }
    let nodes = stride(from: 4, to: 4 + size, by: 4).map { Self.number(in: bytes, at: $0) }
    self.nodes = nodes
    self.results = results
    growth = results.split(separator: 0).map(\.count).max() ?? 1
    ascii = (0..<128).map { Self.result(for: [UInt8($0)], nodes, results) }
  }

  private static func number(in bytes: [UInt8], at place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
  }

  /// Returns what the shortest known beginning of `text` becomes, which then stands for all of it.
  private static func result(
    for text: some Sequence<UInt8>, _ nodes: [UInt32], _ results: [UInt8]
  ) -> [UInt8]? {
    guard let root = nodes.first else { return nil }
    var place = offset(of: root)
    for byte in text {
      guard byte != 0 else { return nil }
      place ^= Int(byte)
      guard nodes.indices.contains(place) else { return nil }
      let node = nodes[place]
      guard node & 0x8000_00FF == UInt32(byte) else { return nil }
      place ^= offset(of: node)
      guard node >> 8 & 1 == 1 else { continue }
      guard nodes.indices.contains(place) else { return nil }
      let start = Int(nodes[place] & 0x7FFF_FFFF)
      guard results.indices.contains(start), !results[start].continuesCharacter else { return nil }
      return Array(results[start...].prefix { $0 != 0 })
    }
    return nil
  }

  private static func offset(of node: UInt32) -> Int {
    Int(node >> 10) << Int((node & 0x200) >> 6)
  }

  func normalize(_ text: SourcedText) -> SourcedText {
    var result = SourcedText(like: text)
    var isChanged = false
    var start = 0
    while start < text.bytes.count {
      let end = Self.end(ofStretchAt: start, in: text.bytes)
      if end == start + 1 {
        let new = ascii[Int(text.bytes[start] & 0x7F)]
        isChanged = append(new, for: start..<end, of: text, to: &result) || isChanged
      } else {
        isChanged = normalize(start..<end, of: text, into: &result) || isChanged
      }
      start = end
    }
    return isChanged ? result : text
  }

  /// Returns where the next two ASCII characters stand side by side, between which there is always
  /// a boundary of characters as people see them, but for a line end of two.
  private static func end(ofStretchAt start: Int, in text: [UInt8]) -> Int {
    var end = start + 1
    while end < text.count {
      let isBoundary = text[end - 1] < 0x80 && text[end] < 0x80
      if isBoundary, !(text[end - 1] == 0xD && text[end] == 0xA) { break }
      end += 1
    }
    return end
  }

  /// Appends what a stretch becomes, character by character as people see them; returns whether
  /// that is something else.
  private func normalize(
    _ range: Range<Int>, of text: SourcedText, into result: inout SourcedText
  ) -> Bool {
    var isChanged = false
    var place = range.lowerBound
    for character in String(decoding: text.bytes[range], as: UTF8.self) {
      let whole = place..<place + character.utf8.count
      place = whole.upperBound
      if whole.count <= Self.longestCharacter,
        let new = Self.result(for: text.bytes[whole], nodes, results)
      {
        isChanged = append(new, for: whole, of: text, to: &result) || isChanged
        continue
      }
      text.bytes.forEachScalar(in: whole) { _, part in
        let new = Self.result(for: text.bytes[part], nodes, results)
        isChanged = append(new, for: part, of: text, to: &result) || isChanged
      }
    }
    return isChanged
  }

  private func append(
    _ new: [UInt8]?, for range: Range<Int>, of text: SourcedText, to result: inout SourcedText
  ) -> Bool {
    guard let new else {
      result.append(range, of: text)
      return false
    }
    result.append(new, for: range, of: text)
    return true
  }
}
