import CZlib
import Checkpoints

/// A zip file, of which one member is taken out.
///
/// Source: PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16; without zip64, encryption
/// or parts.
struct ZipArchive {
  private let file: OpenFile
  private let directory: [UInt8]

  /// Opens a file and reads its list of members.
  init(path: String) throws(FetchError) {
    file = try onFiles { () throws(CheckpointError) in try OpenFile(path: path) }
    // The list's place stands at the end, before a comment of at most 65,535 bytes.
    let tail = min(file.byteCount, 22 + 65_535)
    let end = try Self.bytes(of: file, tail, at: file.byteCount - tail)
    guard
      let start = stride(from: end.count - 22, through: 0, by: -1).first(where: {
        Self.number(end, $0, 4) == 0x0605_4b50
      }),
      let size = Self.number(end, start + 12, 4), let offset = Self.number(end, start + 16, 4),
      offset + size <= file.byteCount
    else { throw Self.damaged(path) }
    directory = try Self.bytes(of: file, size, at: offset)
  }

  /// Gives a member's bytes to `receive`, in pieces.
  func extract(
    _ name: String, receive: (UnsafeRawBufferPointer) throws(FetchError) -> Void
  ) throws(FetchError) {
    let member = try find(name)
    guard
      let header = try? Self.bytes(of: file, 30, at: member.offset),
      Self.number(header, 0, 4) == 0x0403_4b50,
      let nameLength = Self.number(header, 26, 2), let extraLength = Self.number(header, 28, 2)
    else { throw Self.damaged(file.path) }
    let start = member.offset + 30 + nameLength + extraLength
    guard start + member.packedByteCount <= file.byteCount else { throw Self.damaged(file.path) }
    let inflater = try member.isDeflated ? Inflater(file.path) : nil
    for offset in stride(from: 0, to: member.packedByteCount, by: 1 << 18) {
      let count = min(1 << 18, member.packedByteCount - offset)
      let piece = try Self.bytes(of: file, count, at: start + offset)
      if let inflater {
        try inflater.widen(piece, receive)
      } else {
        try piece.withUnsafeBufferPointer { (bytes) throws(FetchError) in
          try receive(UnsafeRawBufferPointer(bytes))
        }
      }
    }
  }

  private struct Member {
    let offset: Int
    let packedByteCount: Int
    let isDeflated: Bool
  }

  private func find(_ name: String) throws(FetchError) -> Member {
    var place = 0
    while let signature = Self.number(directory, place, 4), signature == 0x0201_4b50,
      let method = Self.number(directory, place + 10, 2),
      let packed = Self.number(directory, place + 20, 4),
      let nameLength = Self.number(directory, place + 28, 2),
      let extraLength = Self.number(directory, place + 30, 2),
      let commentLength = Self.number(directory, place + 32, 2),
      let offset = Self.number(directory, place + 42, 4),
      place + 46 + nameLength <= directory.count
    {
      if directory[place + 46..<place + 46 + nameLength].elementsEqual(name.utf8) {
        guard method == 0 || method == 8 else { throw Self.damaged(file.path) }
        return Member(offset: offset, packedByteCount: packed, isDeflated: method == 8)
      }
      place += 46 + nameLength + extraLength + commentLength
    }
    throw .file(.missingFile(name: name, folder: file.path))
  }

  /// A number of `count` bytes, the smallest first; nil beyond the end.
  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int? {
    guard offset >= 0, offset + count <= bytes.count else { return nil }
    return bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func bytes(
    of file: OpenFile, _ count: Int, at offset: Int
  ) throws(FetchError) -> [UInt8] {
    try onFiles { () throws(CheckpointError) in try file.bytes(count, at: offset) }
  }

  static func damaged(_ path: String) -> FetchError {
    .unreadable(address: path, detail: "it is no zip file that can be read")
  }
}

/// Widens deflated bytes that come in pieces.
private final class Inflater {
  private var stream = z_stream()
  private var isAtEnd = false
  private let path: String

  init(_ path: String) throws(FetchError) {
    self.path = path
    guard ft_inflate_begin(&stream) == Z_OK else { throw ZipArchive.damaged(path) }
  }

  deinit { inflateEnd(&stream) }

  func widen(
    _ piece: [UInt8], _ receive: (UnsafeRawBufferPointer) throws(FetchError) -> Void
  ) throws(FetchError) {
    var (piece, output) = (piece, [UInt8](repeating: 0, count: 1 << 18))
    var start = 0
    while !isAtEnd {
      var made = 0
      // Safety: zlib reads and writes inside the two arrays, whose sizes it is told.
      let code = piece.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
          stream.next_in = input.baseAddress.map { $0 + start }
          stream.avail_in = UInt32(input.count - start)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          let code = inflate(&stream, Z_NO_FLUSH)
          start = input.count - Int(stream.avail_in)
          made = output.count - Int(stream.avail_out)
          return code
        }
      }
      isAtEnd = code == Z_STREAM_END
      guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
        throw ZipArchive.damaged(path)
      }
      if made == 0 { return }
      try output[..<made].withUnsafeBufferPointer { (bytes) throws(FetchError) in
        try receive(UnsafeRawBufferPointer(bytes))
      }
    }
  }
}
