import CZstd

/// Files and pages as Zstandard packs them: one frame, or several one after the other.
///
/// Source: RFC 8878.
package enum Zstandard {
  private static let mark: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

  /// Whether bytes begin as such a file does.
  package static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: mark) }

  /// The bytes that were packed, at most `limit`.
  ///
  /// - Throws: ``InflationError/damaged`` also where the last frame is cut short.
  package static func whole(
    _ bytes: ArraySlice<UInt8>, limit: Int
  ) throws(InflationError) -> [UInt8] {
    // A stream whose window is larger than 128 MiB is refused by the library as it comes.
    guard let stream = ZSTD_createDStream() else { throw .tooLarge(limit: limit) }
    defer { ZSTD_freeDStream(stream) }
    var (result, piece) = ([UInt8](), [UInt8](repeating: 0, count: pieceSize))
    var (taken, rest) = (0, 1)
    while taken < bytes.count || rest > 0 {
      // Safety: Zstandard reads and writes inside the two arrays, whose sizes it is told.
      let (made, next, code) = bytes.withUnsafeBytes { bytes in
        piece.withUnsafeMutableBytes { piece in
          var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: taken)
          var output = ZSTD_outBuffer(dst: piece.baseAddress, size: piece.count, pos: 0)
          let code = ZSTD_decompressStream(stream, &output, &input)
          return (output.pos, input.pos, code)
        }
      }
      guard ZSTD_isError(code) == 0, made > 0 || next > taken else { throw .damaged }
      guard made <= limit - result.count else { throw .tooLarge(limit: limit) }
      result += piece[..<made]
      (taken, rest) = (next, code)
    }
    return result
  }

  private static let pieceSize = 1 << 18
}
