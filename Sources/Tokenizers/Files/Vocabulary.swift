import Serialization

/// The tokens of a tokenizer with their ids: texts compared byte by byte, ids with holes allowed.
package struct Vocabulary: Sendable {
  /// Ids are below this, so that an embedding table of that many rows is still thinkable.
  package static let identifierLimit = 1 << 24

  /// The texts of all tokens, each once.
  private var texts: ByteTable
  /// The id of each text, and the number of the text of each id, or -1.
  private var ids: [Int32] = []
  private var numbers: [Int32] = []
  private var decoded: [Int32: [UInt8]] = [:]

  /// Makes room for `count` tokens.
  init(capacity count: Int = 0) {
    texts = ByteTable(capacity: count)
    ids.reserveCapacity(count)
    numbers.reserveCapacity(count)
  }

  /// The largest id + 1, holes counted: the rows an embedding table needs.
  var size: Int { numbers.count }

  /// Returns the id of `token` (UTF-8), or nil.
  func id(of token: [UInt8]) -> Int32? { id(of: token.span) }

  /// Returns the id of `token` (UTF-8), or nil.
  func id(of token: Span<UInt8>) -> Int32? { texts.number(of: token).map { ids[$0] } }

  /// Returns the UTF-8 text of the token with `id`, or nil.
  func token(of id: Int32) -> [UInt8]? {
    guard id >= 0, Int(id) < numbers.count, numbers[Int(id)] >= 0 else { return nil }
    return Array(texts[Int(numbers[Int(id)])])
  }

  /// Takes `text` for what `id` stands for in a text that is decoded.
  mutating func setDecoded(_ text: [UInt8], for id: Int32) { decoded[id] = text }

  /// Returns what `id` is decoded from: its token, or what the text of an added one becomes when it
  /// is normalised.
  func decodedToken(of id: Int32) -> [UInt8]? { decoded[id] ?? token(of: id) }

  /// Calls `body` with every token, in the order of ids.
  func forEachToken(_ body: (Int32, ArraySlice<UInt8>) -> Void) {
    for (id, number) in numbers.enumerated() where number >= 0 {
      body(Int32(id), texts[Int(number)])
    }
  }

  /// All tokens by their bytes.
  var tree: ByteTree {
    var tree = ByteTree()
    for (number, id) in ids.enumerated() { tree.insert(texts[number], number: id) }
    return tree
  }

  /// The ids of `<0x00>` to `<0xFF>`, or -1 for those that are no token.
  var byteTokens: [Int32] {
    (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return id(of: Array("<0x\(digits.count < 2 ? "0" : "")\(digits)>".utf8)) ?? -1
    }
  }

  /// Returns the id of the token that `key` of a model names, which is `fallback` by default.
  ///
  /// - Throws: ``TokenizerError/unknownToken(path:token:)``.
  func id(
    ofRequired key: String, default fallback: String, in model: FileSection
  ) throws(TokenizerError) -> Int32 {
    let name = try model.optionalString(key) ?? fallback
    guard let id = id(of: Array(name.utf8)) else {
      throw .unknownToken(path: "\(model.path).\(key)", token: name)
    }
    return id
  }

  /// Adds `token` as the next id; of two ids for one text, the later is the text's.
  mutating func append(_ token: String) {
    let (number, isNew) = texts.insert(token.utf8.span)
    if isNew { ids.append(0) }
    ids[number] = Int32(numbers.count)
    numbers.append(Int32(number))
  }

  /// Adds `token`; the same pair a second time changes nothing.
  ///
  /// - Throws: ``TokenizerError/identifierOutOfRange(token:id:)``,
  ///   ``TokenizerError/duplicateToken(token:ids:)`` and
  ///   ``TokenizerError/duplicateIdentifier(id:tokens:)``.
  mutating func insert(_ token: String, id: Int) throws(TokenizerError) {
    guard (0..<Self.identifierLimit).contains(id) else {
      throw .identifierOutOfRange(token: token, id: id)
    }
    if let other = self.token(of: Int32(id)) {
      let known = self.id(of: token.utf8.span)
      if known == Int32(id) { return }
      if let known { throw .duplicateToken(token: token, ids: [Int(known), id]) }
      throw .duplicateIdentifier(id: id, tokens: [String(decoding: other, as: UTF8.self), token])
    }
    let (number, isNew) = texts.insert(token.utf8.span)
    guard isNew else { throw .duplicateToken(token: token, ids: [Int(ids[number]), id]) }
    ids.append(Int32(id))
    while numbers.count <= id { numbers.append(-1) }
    numbers[id] = Int32(number)
  }
}
