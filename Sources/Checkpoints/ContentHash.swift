import COpenSSL

/// The SHA-256 of bytes that come in pieces.
package struct ContentHash {
  private let digest: Digest

  /// Begins a hash.
  package init() { digest = Digest(.sha256) }

  private init(_ algorithm: Digest.Algorithm) { digest = Digest(algorithm) }

  /// Adds bytes.
  package func add(_ bytes: UnsafeRawBufferPointer) { digest.add(bytes) }

  /// The hash of all bytes so far, as hexadecimal digits: 64 of them.
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
    try hash(ofFileAt: path) { _ in ContentHash() }
  }

  /// Returns the name that git has for a file's contents, 40 hexadecimal digits: the SHA-1 of
  /// `blob`, the size, a zero byte and the bytes.
  package static func gitBlob(at path: String) throws(CheckpointError) -> String {
    try hash(ofFileAt: path) { byteCount in
      let hash = ContentHash(.sha1)
      Array("blob \(byteCount)\0".utf8).withUnsafeBytes { hash.add($0) }
      return hash
    }
  }

  private static func hash(
    ofFileAt path: String, begin: (_ byteCount: Int) -> ContentHash
  ) throws(CheckpointError) -> String {
    let file = try OpenFile(path: path)
    let hash = begin(file.byteCount)
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
  private let algorithm: Algorithm

  /// The hashes that are asked for.
  enum Algorithm {
    case sha256
    /// For names that git gave; it protects from nobody.
    case sha1

    var byteCount: Int { self == .sha256 ? 32 : 20 }
  }

  init(_ algorithm: Algorithm) {
    self.algorithm = algorithm
    context = EVP_MD_CTX_new()
    let began = EVP_DigestInit_ex(context, algorithm == .sha256 ? EVP_sha256() : EVP_sha1(), nil)
    precondition(began == 1, "libcrypto does not have the hash")
  }

  deinit { EVP_MD_CTX_free(context) }

  func add(_ bytes: UnsafeRawBufferPointer) {
    let added = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(added == 1, "libcrypto could not digest \(bytes.count) bytes")
  }

  /// The bytes of the digest so far; more can be added afterwards.
  var value: [UInt8] {
    let copy = Digest(algorithm)
    var bytes = [UInt8](repeating: 0, count: algorithm.byteCount)
    // Safety: the algorithm writes exactly so many bytes.
    let isDone =
      EVP_MD_CTX_copy_ex(copy.context, context) == 1
      && EVP_DigestFinal_ex(copy.context, &bytes, nil) == 1
    precondition(isDone, "libcrypto could not end a digest")
    return bytes
  }
}
