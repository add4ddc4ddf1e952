import Foundation

/// A folder as one file, in the ustar form that every tar reads.
enum TarArchive {
  private static let blockLength = 512

  /// Writes the regular files of a folder, not those below it, into a file; each is called `name/…`.
  ///
  /// Times and owners are left at zero: the same files make the same bytes.
  static func write(_ folder: String, named name: String, to path: String) throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    try Data().write(to: URL(fileURLWithPath: path))
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? output.close() }
    for file in files {
      let source = folder + "/" + file
      let attributes = try FileManager.default.attributesOfItem(atPath: source)
      guard attributes[.type] as? FileAttributeType == .typeRegular,
        let size = attributes[.size] as? Int,
        let header = header("\(name)/\(file)", size: size)
      else { continue }
      try output.write(contentsOf: header)
      let input = try FileHandle(forReadingFrom: URL(fileURLWithPath: source))
      defer { try? input.close() }
      while let data = try input.read(upToCount: 1 << 20), !data.isEmpty {
        try output.write(contentsOf: data)
      }
      try output.write(contentsOf: Data(count: (blockLength - size % blockLength) % blockLength))
    }
    try output.write(contentsOf: Data(count: 2 * blockLength))
  }

  /// The block before a file; nil for a name that does not fit.
  private static func header(_ name: String, size: Int) -> Data? {
    guard name.utf8.count < 100 else { return nil }
    var block = [UInt8](repeating: 0, count: blockLength)
    let put = { (text: String, offset: Int) in
      for (place, byte) in text.utf8.enumerated() { block[offset + place] = byte }
    }
    put(name, 0)
    put("0000644\0", 100)
    put("0000000\0", 108)
    put("0000000\0", 116)
    if size < 1 << 33 {
      put(octal(size, digits: 11), 124)
    } else {
      // Larger than eleven octal digits: as a number of 95 bits, which newer programs read.
      block[124] = 0x80
      for place in 0..<8 {
        block[128 + place] = UInt8(truncatingIfNeeded: size >> (8 * (7 - place)))
      }
    }
    put("00000000000", 136)
    put("        ", 148)
    put("0", 156)
    put("ustar\u{0}00", 257)
    let sum = block.reduce(0) { $0 + Int($1) }
    put(octal(sum, digits: 6) + "\0 ", 148)
    return Data(block)
  }

  private static func octal(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
