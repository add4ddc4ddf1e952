import COpenSSL

/// Signs messages by HMAC-SHA256, and tells those that somebody else signed.
package struct MessageSigner: Sendable {
  private static let digestSize = 32

  private let key: [UInt8]

  /// - Parameter key: what both sides know; when it is empty, nothing is signed or looked at.
  package init(key: [UInt8]) { self.key = key }

  /// The signature of frames, in hexadecimal digits; empty without a key.
  package func signature(of frames: some Sequence<[UInt8]>) -> [UInt8] {
    guard !key.isEmpty else { return [] }
    let text = frames.reduce(into: []) { $0 += $1 }
    var digest = [UInt8](repeating: 0, count: Self.digestSize)
    // Safety: the algorithm writes exactly so many bytes.
    HMAC(EVP_sha256(), key, CInt(key.count), text, text.count, &digest, nil)
    let digits = Array("0123456789abcdef".utf8)
    return digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// Whether a signature is that of the frames, found out in a time that tells nothing of it.
  package func isSignature(_ signature: [UInt8], of frames: some Sequence<[UInt8]>) -> Bool {
    guard !key.isEmpty else { return true }
    let right = self.signature(of: frames)
    return right.count == signature.count && CRYPTO_memcmp(right, signature, right.count) == 0
  }
}
