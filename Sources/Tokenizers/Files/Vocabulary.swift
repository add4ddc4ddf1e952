/// The tokens of a tokenizer with their ids: texts compared byte by byte, ids with holes allowed.
package struct Vocabulary: Sendable {
  /// Ids are below this, so that an embedding table of that many rows is still thinkable.
  package static let identifierLimit = 1 << 24

  private var tokens: [Int32: [UInt8]] = [:]
  private var ids: [ByteText: Int32] = [:]
  private var decoded: [Int32: [UInt8]] = [:]
  /// The largest id + 1, holes counted: the rows an embedding table needs.
  private(set) var size = 0

  /// Makes room for `count` tokens.
  init(capacity count: Int = 0) {
    tokens.reserveCapacity(count)
    ids.reserveCapacity(count)
  }

  /// Returns the id of `token` (UTF-8), or nil.
  func id(of token: [UInt8]) -> Int32? { ids[ByteText(token)] }

  /// Returns the UTF-8 text of the token with `id`, or nil.
  func token(of id: Int32) -> [UInt8]? { tokens[id] }

  /// Takes `text` for what `id` stands for in a text that is decoded.
  mutating func setDecoded(_ text: [UInt8], for id: Int32) { decoded[id] = text }

  /// Returns what `id` is decoded from: its token, or what the text of an added one becomes when it
  /// is normalised.
  func decodedToken(of id: Int32) -> [UInt8]? { decoded[id] ?? tokens[id] }

  /// Calls `body` with every token, in no order.
  func forEachToken(_ body: (Int32, [UInt8]) -> Void) {
    for (id, token) in tokens { body(id, token) }
  }

  /// All tokens in the order of their ids.
  var entries: [(id: Int32, token: [UInt8])] {
    tokens.sorted { $0.key < $1.key }.map { (id: $0.key, token: $0.value) }
  }

  /// All tokens by their bytes.
  var tree: ByteTree {
    var tree = ByteTree()
    for (token, id) in ids { tree.insert(token.bytes, number: id) }
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
    let bytes = Array(token.utf8)
    tokens[Int32(size)] = bytes
    ids[ByteText(bytes)] = Int32(size)
    size += 1
  }

  /// Adds `token`; the same pair a second time changes nothing.
  ///
  /// - Throws: ``TokenizerError/identifierOutOfRange(token:id:)``,
  ///   ``TokenizerError/duplicateToken(token:ids:)`` and
  ///   ``TokenizerError/duplicateIdentifier(id:tokens:)``.
  mutating func insert(_ token: String, id: Int) throws(TokenizerError) {
    let bytes = Array(token.utf8)
    guard (0..<Self.identifierLimit).contains(id) else {
      throw .identifierOutOfRange(token: token, id: id)
    }
    if let known = ids.updateValue(Int32(id), forKey: ByteText(bytes)) {
      guard known == id else {
        ids[ByteText(bytes)] = known
        throw .duplicateToken(token: token, ids: [Int(known), id])
      }
      return
    }
    if let other = tokens.updateValue(bytes, forKey: Int32(id)) {
      tokens[Int32(id)] = other
      ids[ByteText(bytes)] = nil
      throw .duplicateIdentifier(id: id, tokens: [String(decoding: other, as: UTF8.self), token])
    }
    size = max(size, id + 1)
  }
}
