import Crypto

/// The SHA-256 of bytes that come in pieces.
package struct ContentHash {
  private var hash = SHA256()

  package init() {}

  /// Adds bytes.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

  /// The hash of all bytes so far, as 64 hexadecimal digits.
  package var text: String { ContentHash.text(of: hash.finalize()) }

  /// Returns the hash of `bytes`, as 64 hexadecimal digits.
  package static func of(_ bytes: [UInt8]) -> String { text(of: SHA256.hash(data: bytes)) }

  /// Returns the hash of a file, read in pieces of 1 MiB.
  package static func ofFile(at path: String) throws(CheckpointError) -> String {
    let file = try OpenFile(path: path)
    var hash = ContentHash()
    let piece = 1 << 20
    for start in stride(from: 0, to: file.byteCount, by: piece) {
      let bytes = try file.bytes(min(piece, file.byteCount - start), at: start)
      bytes.withUnsafeBytes { hash.add($0) }
    }
    return hash.text
  }

  private static func text(of digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
