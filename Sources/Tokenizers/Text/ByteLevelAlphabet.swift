/// The one-to-one map between the 256 bytes and 256 printable characters of byte-level tokenizers.
///
/// A token of such a vocabulary is written with these characters, so that a file shows `Ġthe` for
/// a space and `the`. Printable bytes stand for themselves; the other 68 take U+0100 onwards.
///
/// Source: Radford et al. 2019, section 2.2 (GPT-2).
enum ByteLevelAlphabet {
  /// The character of each byte.
  static let characters: [Unicode.Scalar] = {
    var shifted: UInt32 = 0x100
    return (0..<256).map { byte in
      if isPrintable(byte) { return Unicode.Scalar(UInt8(byte)) }
      defer { shifted += 1 }
      return Unicode.Scalar(shifted) ?? " "
    }
  }()

  /// The byte of each character up to U+0143, or -1.
  private static let bytes: [Int16] = {
    var table = [Int16](repeating: -1, count: 0x144)
    for (byte, character) in characters.enumerated() { table[Int(character.value)] = Int16(byte) }
    return table
  }()

  /// Returns the text that stands for `bytes` in a vocabulary.
  static func text(of bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(characters[Int(byte)]) }
    return String(text)
  }

  /// Returns the bytes that `token` (UTF-8) stands for, or nil when a character has none.
  static func bytes(of token: some Sequence<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var lead: UInt8?
    for unit in token {
      let scalar: Int
      if unit < 0x80 {
        scalar = Int(unit)
      } else if let first = lead {
        scalar = Int(first & 0x1F) << 6 | Int(unit & 0x3F)
        lead = nil
      } else {
        // The alphabet ends at U+0143: a lead byte above 0xC5 is none of it.
        guard unit <= 0xC5 else { return nil }
        lead = unit
        continue
      }
      guard scalar < bytes.count, bytes[scalar] >= 0 else { return nil }
      result.append(UInt8(bytes[scalar]))
    }
    return result
  }

  private static func isPrintable(_ byte: Int) -> Bool {
    (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
  }
}
