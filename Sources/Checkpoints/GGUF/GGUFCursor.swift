/// Reads a GGUF file's header from its beginning, a piece of the file at a time.
///
/// Whatever a length in the file says, no more is read, and no more memory taken, than the file has.
struct GGUFCursor {
  /// The longest header that is read: a vocabulary of a quarter of a million tokens takes 20 MB.
  static let limit = 256 << 20
  private static let pieceCount = 1 << 20

  let file: OpenFile
  /// Where the next value begins.
  private(set) var offset = 0
  /// The beginning of the file, as far as it was read.
  private var bytes: [UInt8] = []

  init(_ file: OpenFile) { self.file = file }

  /// The bytes of the file from `offset` on.
  var remaining: Int { file.byteCount - offset }

  /// Takes the next number.
  mutating func number<Number: FixedWidthInteger>(
    _ type: Number.Type
  ) throws(CheckpointError) -> Number {
    let range = try take(MemoryLayout<Number>.size)
    return bytes[range].littleEndian(type, at: range.lowerBound)
  }

  /// Takes the next text, of at most `limit` bytes; `what` it is, for a message.
  mutating func text(
    _ what: @autoclosure () -> String, limit: Int = Self.limit
  ) throws(CheckpointError) -> String {
    let start = offset
    let range = try textBytes(what(), limit: limit)
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw bad("\(what()) is not UTF-8", at: start)
    }
    return text
  }

  /// Takes the next value of a type.
  mutating func value(_ kind: GGUFValue.Kind, key: String) throws(CheckpointError) -> GGUFValue {
    switch kind {
    case .text: return .text(try text("the value of `\(shown(key))`"))
    case .list: return .list(try list(key: key))
    default:
      let start = offset
      let range = try take(kind.byteCount)
      guard let value = bytes[range].value(kind, at: range.lowerBound) else {
        throw bad("the value of `\(shown(key))` is neither true nor false", at: start)
      }
      return value
    }
  }

  private mutating func list(key: String) throws(CheckpointError) -> GGUFList {
    let kind = try self.kind(key: key)
    guard kind != .list else { throw fault(.badSetting(key: key, reason: "is a list of lists")) }
    let count = try number(UInt64.self)
    guard count <= UInt64(remaining / kind.byteCount) else {
      throw fault(.count(of: "values of `\(shown(key))`", count))
    }
    let start = offset
    if kind == .text {
      for _ in 0..<count { _ = try textBytes("a text of `\(shown(key))`", limit: Self.limit) }
    } else {
      _ = try take(Int(count) * kind.byteCount)
    }
    return GGUFList(kind: kind, count: Int(count), bytes: bytes[start..<offset])
  }

  /// Takes the next type of a value.
  mutating func kind(key: String) throws(CheckpointError) -> GGUFValue.Kind {
    let number = try number(UInt32.self)
    guard let kind = GGUFValue.Kind(rawValue: number) else {
      throw fault(.badSetting(key: key, reason: "is of type \(number), which there is not"))
    }
    return kind
  }

  private mutating func textBytes(
    _ what: @autoclosure () -> String, limit: Int
  ) throws(CheckpointError) -> Range<Int> {
    let start = offset
    let length = try number(UInt64.self)
    guard length <= UInt64(limit) else {
      throw bad("\(what()) has \(length) bytes; at most \(limit) can be", at: start)
    }
    return try take(Int(length))
  }

  /// Moves on by `count` bytes, which are in `bytes` then.
  private mutating func take(_ count: Int) throws(CheckpointError) -> Range<Int> {
    guard count <= remaining else {
      throw .fileEnds(path: file.path, end: file.byteCount, needed: offset + count, tensor: nil)
    }
    let end = offset + count
    guard end <= Self.limit else { throw fault(.headerTooLong(limit: Self.limit)) }
    if end > bytes.count {
      // Twice as much each time, so that copying stays linear.
      let wanted = max(end - bytes.count, Self.pieceCount, bytes.count)
      bytes += try file.bytes(min(wanted, file.byteCount - bytes.count), at: bytes.count)
    }
    defer { offset = end }
    return offset..<end
  }

  /// The error for something at a place in the header.
  func bad(_ reason: String, at offset: Int) -> CheckpointError {
    fault(.badHeader(offset: offset, reason: reason))
  }

  func fault(_ fault: GGUFFault) -> CheckpointError { .gguf(path: file.path, fault) }
}
