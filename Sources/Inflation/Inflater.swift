import CZlib

/// Widens deflated bytes that come in pieces.
///
/// Source: RFC 1951 and 1952, by zlib.
package final class Inflater {
  /// What stands around the deflated bytes.
  package enum Form: Sendable {
    /// Nothing, as in zip files.
    case bare
    /// The header and check sum of gzip files.
    case gzip
  }

  private var stream = z_stream()
  /// Whether the end of what was deflated is reached.
  package private(set) var isAtEnd = false

  /// Begins; nil where zlib has no memory.
  package init?(_ form: Form) {
    guard ft_inflate_begin(&stream, form == .gzip ? 1 : 0) == Z_OK else { return nil }
  }

  deinit { inflateEnd(&stream) }

  /// Takes bytes of `piece` from a place on, and returns what they make, up to 256 KiB.
  ///
  /// The place moves to the first byte that was not taken. Nothing is made where more bytes are needed,
  /// or none.
  ///
  /// - Throws: ``InflationError`` for bytes that were not deflated so.
  package func widen(_ piece: [UInt8], from start: inout Int) throws(InflationError) -> [UInt8] {
    guard !isAtEnd else { return [] }
    let (offset, count) = (start, piece.count)
    precondition((0...count).contains(offset), "byte \(offset) of \(count)")
    var (piece, output) = (piece, [UInt8](repeating: 0, count: 1 << 18))
    // Safety: zlib reads and writes inside the two arrays, whose sizes it is told.
    let code = piece.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress.map { $0 + offset }
        stream.avail_in = UInt32(clamping: count - offset)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        let taken = Int(stream.avail_in)
        let code = inflate(&stream, Z_NO_FLUSH)
        start = offset + taken - Int(stream.avail_in)
        return code
      }
    }
    isAtEnd = code == Z_STREAM_END
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { throw .damaged }
    output.removeLast(Int(stream.avail_out))
    return output
  }
}

/// Why bytes could not be widened.
package enum InflationError: Error, Hashable, Sendable {
  /// They were not deflated so, or not all of them are there.
  case damaged
  /// They make more than `limit` bytes.
  case tooLarge(limit: Int)
}
