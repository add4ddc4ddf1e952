/// Why a Parquet file could not be read.
package enum ParquetError: Error, Hashable, Sendable {
  /// Bytes are not what the format says; `at` is the part that they belong to.
  case damaged(at: String)
  /// The file is whole, and written in a way that is not read here.
  case unsupported(String)
  /// It holds more than `limit` bytes.
  case tooLarge(limit: Int)
}
