import Inflation

/// A column's part of a group of rows, as the footer describes it.
struct ColumnChunk {
  /// The bytes of its pages.
  let bytes: ArraySlice<UInt8>
  let codec: Codec
  /// How many levels its pages hold.
  let count: Int

  /// Finds the chunk that the footer describes in the file's bytes.
  init(_ description: ThriftStructure, in file: [UInt8]) throws(ParquetError) {
    guard description.text(1) == nil else { throw .unsupported("columns in files of their own") }
    guard description.structure(8) == nil else { throw .unsupported("encryption") }
    guard let data = description.structure(3), let count = data.integer(5), count >= 0,
      let length = data.integer(7), let pages = data.integer(9)
    else { throw .damaged(at: "the footer") }
    // Some writers say 0 where there is no dictionary.
    let dictionary = data.integer(11).flatMap { $0 > 0 ? $0 : nil }
    let start = min(pages, dictionary ?? pages)
    guard (0...file.count).contains(start), (0...file.count - start).contains(length) else {
      throw .damaged(at: "the footer")
    }
    bytes = file[start..<start + length]
    codec = try Codec(data.integer(4) ?? 0)
    self.count = count
  }
}

/// How pages are packed.
enum Codec: Int {
  case none = 0
  case snappy = 1
  case gzip = 2
  case zstandard = 6

  init(_ number: Int) throws(ParquetError) {
    let others = [3: "LZO", 4: "Brotli", 5: "LZ4", 7: "LZ4"]
    guard let codec = Codec(rawValue: number) else {
      throw .unsupported("pages packed by " + (others[number] ?? "method \(number)"))
    }
    self = codec
  }

  /// The bytes that were packed, `count` of them.
  func widened(_ bytes: ArraySlice<UInt8>, count: Int) throws(ParquetError) -> ArraySlice<UInt8> {
    let whole: ArraySlice<UInt8>
    do throws(InflationError) {
      whole =
        switch self {
        case .none: bytes
        case .snappy: try Snappy.whole(bytes, limit: count)[...]
        case .gzip: try GzipFile.whole(Array(bytes), limit: count)[...]
        case .zstandard: try Zstandard.whole(bytes, limit: count)[...]
        }
    } catch {
      throw .damaged(at: "a page")
    }
    guard whole.count == count else { throw .damaged(at: "a page") }
    return whole
  }
}
