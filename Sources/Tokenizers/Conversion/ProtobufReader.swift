/// Reads the fields of a message in the wire format of protocol buffers.
///
/// Source: the protocol buffers documentation, "Encoding".
struct ProtobufReader {
  /// What a field holds.
  enum Value {
    case number(UInt64)
    case bits(UInt32)
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  init(_ message: ArraySlice<UInt8>) { rest = message }

  /// Returns the next field and its number, or nil at the end.
  ///
  /// - Throws: ``TokenizerError/notSentencePiece(offset:)`` where the bytes are no message.
  mutating func next() throws(TokenizerError) -> (field: Int, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let key = try number()
    let field = Int(truncatingIfNeeded: key >> 3)
    switch key & 7 {
    case 0: return (field, .number(try number()))
    case 1:
      _ = try take(8)
      return try next()
    case 2:
      let count = try number()
      return (field, .bytes(try take(count)))
    case 5: return (field, .bits(try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }))
    default: throw fault
    }
  }

  private var fault: TokenizerError { .notSentencePiece(offset: rest.startIndex) }

  private mutating func number() throws(TokenizerError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { throw fault }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw fault
  }

  private mutating func take(_ count: UInt64) throws(TokenizerError) -> ArraySlice<UInt8> {
    guard count <= UInt64(rest.count) else { throw fault }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }
}
