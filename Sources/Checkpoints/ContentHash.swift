import COpenSSL

/// The SHA-256 of bytes that come in pieces.
package struct ContentHash {
  private let digest = Digest()

  package init() {}

  /// Adds bytes.
  package func add(_ bytes: UnsafeRawBufferPointer) { digest.add(bytes) }

  /// The hash of all bytes so far, as 64 hexadecimal digits.
  package var text: String {
    let digits = Array("0123456789abcdef")
    return String(digest.value.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// Returns the hash of `bytes`, as 64 hexadecimal digits.
  package static func of(_ bytes: [UInt8]) -> String {
    let hash = ContentHash()
    bytes.withUnsafeBytes { hash.add($0) }
    return hash.text
  }

  /// Returns the hash of a file, read in pieces of 1 MiB.
  package static func ofFile(at path: String) throws(CheckpointError) -> String {
    let file = try OpenFile(path: path)
    let hash = ContentHash()
    let piece = 1 << 20
    for start in stride(from: 0, to: file.byteCount, by: piece) {
      let bytes = try file.bytes(min(piece, file.byteCount - start), at: start)
      bytes.withUnsafeBytes { hash.add($0) }
    }
    return hash.text
  }
}

/// A digest under way in libcrypto.
private final class Digest {
  /// Safety: made and freed here; libcrypto's functions accept a null context and then fail.
  private let context: OpaquePointer?

  init() {
    context = EVP_MD_CTX_new()
    let began = EVP_DigestInit_ex(context, EVP_sha256(), nil)
    precondition(began == 1, "libcrypto has no SHA-256")
  }

  deinit { EVP_MD_CTX_free(context) }

  func add(_ bytes: UnsafeRawBufferPointer) {
    let added = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(added == 1, "libcrypto could not digest \(bytes.count) bytes")
  }

  /// The 32 bytes of the digest so far; more can be added afterwards.
  var value: [UInt8] {
    let copy = Digest()
    var bytes = [UInt8](repeating: 0, count: 32)
    // Safety: SHA-256 writes exactly 32 bytes.
    let isDone =
      EVP_MD_CTX_copy_ex(copy.context, context) == 1
      && EVP_DigestFinal_ex(copy.context, &bytes, nil) == 1
    precondition(isDone, "libcrypto could not end a digest")
    return bytes
  }
}
