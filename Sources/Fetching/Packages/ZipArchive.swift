import Checkpoints
import Inflation

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
    let inflater = member.isDeflated ? Inflater(.bare) : nil
    guard inflater != nil || !member.isDeflated else { throw Self.damaged(file.path) }
    for offset in stride(from: 0, to: member.packedByteCount, by: 1 << 18) {
      let count = min(1 << 18, member.packedByteCount - offset)
      let piece = try Self.bytes(of: file, count, at: start + offset)
      if let inflater {
        try widen(piece, by: inflater, receive)
      } else {
        try piece.withUnsafeBufferPointer { (bytes) throws(FetchError) in
          try receive(UnsafeRawBufferPointer(bytes))
        }
      }
    }
  }

  private func widen(
    _ piece: [UInt8], by inflater: Inflater,
    _ receive: (UnsafeRawBufferPointer) throws(FetchError) -> Void
  ) throws(FetchError) {
    var start = 0
    while true {
      let made: [UInt8]
      do throws(InflationError) { made = try inflater.widen(piece, from: &start) } catch {
        throw Self.damaged(file.path)
      }
      guard !made.isEmpty else { return }
      try made.withUnsafeBufferPointer { (bytes) throws(FetchError) in
        try receive(UnsafeRawBufferPointer(bytes))
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
