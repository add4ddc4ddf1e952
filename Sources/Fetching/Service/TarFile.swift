/// What is wrong with an archive.
enum TarFault: Error, Hashable {
  case cut
  case unsafeName(String)
  case tooMany

  /// In words.
  var sentence: String {
    switch self {
    case .cut: "the archive is cut off, or none"
    case .unsafeName(let name): "the archive has a file called \(quoted(name))"
    case .tooMany: "the archive has more files than any model"
    }
  }
}

/// A file in a tar archive; of folders only what lies directly in the first one is read.
struct TarFile: Hashable {
  /// Its name without the folder before it.
  let name: String
  let bytes: ArraySlice<UInt8>

  private static let blockLength = 512
  private static let mostFiles = 64

  /// Reads the files of an archive whose names are `folder/name`.
  static func all(in archive: [UInt8]) throws(TarFault) -> [TarFile] {
    var (files, offset): ([TarFile], Int) = ([], 0)
    while offset + blockLength <= archive.count {
      let header = archive[offset..<offset + blockLength]
      if header.allSatisfy({ $0 == 0 }) { return files }
      guard let size = size(header), size >= 0, size <= archive.count - offset - blockLength else {
        throw .cut
      }
      let path = text(header, 0, 100)
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[1] != "..", !parts[1].hasPrefix("."), !parts[1].isEmpty,
        parts[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
      else { throw .unsafeName(path) }
      guard files.count < mostFiles else { throw .tooMany }
      let start = offset + blockLength
      files.append(TarFile(name: String(parts[1]), bytes: archive[start..<start + size]))
      offset = start + (size + blockLength - 1) / blockLength * blockLength
    }
    throw .cut
  }

  /// The size in eleven octal digits, or as a number of bytes.
  private static func size(_ header: ArraySlice<UInt8>) -> Int? {
    let field = header.dropFirst(124).prefix(12)
    if field.first == 0x80 {
      let number = field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return Int(exactly: number)
    }
    return Int(text(header, 124, 12), radix: 8)
  }

  private static func text(_ header: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> String {
    let field = header.dropFirst(offset).prefix(length).prefix { $0 != 0 && $0 != 0x20 }
    return String(decoding: field, as: UTF8.self)
  }
}
