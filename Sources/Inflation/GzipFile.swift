/// Files as gzip writes them: one member, or several one after the other, which make one text.
///
/// Source: RFC 1952.
package enum GzipFile {
  private static let mark: [UInt8] = [0x1F, 0x8B]

  /// Whether bytes begin as such a file does.
  package static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: mark) }

  /// The bytes that were deflated, at most `limit`; zeros after the last member are padding.
  ///
  /// - Throws: ``InflationError/damaged`` also where the file is cut short, or something else comes
  ///   after a member.
  package static func whole(
    _ bytes: [UInt8], limit: Int
  ) throws(InflationError) -> [UInt8] {
    var (result, start): ([UInt8], Int) = ([], 0)
    while start < bytes.count, bytes[start...].starts(with: mark) {
      guard let inflater = Inflater(.gzip) else { throw .tooLarge(limit: limit) }
      // A member is given in slices, so that none is copied whole for each piece that it makes.
      while !inflater.isAtEnd {
        let slice = Array(bytes[start..<min(start + sliceLength, bytes.count)])
        var taken = 0
        let made = try inflater.widen(slice, from: &taken)
        start += taken
        guard made.count <= limit - result.count else { throw .tooLarge(limit: limit) }
        result += made
        guard inflater.isAtEnd || taken > 0 || !made.isEmpty else { throw .damaged }
      }
    }
    guard bytes[start...].allSatisfy({ $0 == 0 }) else { throw .damaged }
    return result
  }

  private static let sliceLength = 1 << 16
}
