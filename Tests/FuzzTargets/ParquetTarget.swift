import Parquet

extension FuzzTarget {
  /// A Parquet file: footer, schema, and rows of its pages.
  static let parquet = FuzzTarget("parquet") { bytes in
    guard var rows = try? ParquetFile(Array(bytes), limit: 1 << 20).rows() else { return }
    // A group may say that it has rows without end.
    for _ in 0..<200 {
      guard case .some = try? rows.next() else { return }
    }
  }
}
