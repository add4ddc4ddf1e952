import CSnappy

/// Bytes as Snappy packs them, without a frame around them.
package enum Snappy {
  /// The bytes that were packed, at most `limit`.
  ///
  /// - Throws: ``InflationError`` where they were not packed so, or are more.
  package static func whole(
    _ bytes: ArraySlice<UInt8>, limit: Int
  ) throws(InflationError) -> [UInt8] {
    var count = 0
    let isPacked = bytes.withUnsafeBytes { bytes in
      snappy_uncompressed_length(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, &count) == SNAPPY_OK
    }
    // Three bytes stand for 64 at most, so that a few bytes cannot ask for much memory.
    guard isPacked, count / maximalGrowth <= bytes.count else { throw .damaged }
    guard count <= limit else { throw .tooLarge(limit: limit) }
    var output = [UInt8](repeating: 0, count: count)
    // Safety: Snappy reads and writes inside the two arrays, whose sizes it is told.
    let isWhole = bytes.withUnsafeBytes { bytes in
      output.withUnsafeMutableBytes { output in
        snappy_uncompress(
          bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count,
          output.baseAddress?.assumingMemoryBound(to: CChar.self), &count) == SNAPPY_OK
      }
    }
    guard isWhole, count == output.count else { throw .damaged }
    return output
  }

  private static let maximalGrowth = 32
}
