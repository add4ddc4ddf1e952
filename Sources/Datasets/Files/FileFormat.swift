/// How a file of examples is written.
package enum FileFormat: Hashable, Sendable {
  /// One JSON object a line.
  case jsonLines
  /// One JSON array of objects.
  case jsonArray
  /// Rows of fields under a header row.
  case delimited
  /// Documents, separated by lines `<|endoftext|>`.
  case plainText
  /// Rows kept by column, in bytes.
  case parquet

  /// Tells the format by the first bytes; the name decides only where these do not.
  init(_ lines: TextLines) {
    let head = lines.bytes.lazy.filter { !($0 == 0x20 || (0x09...0x0D).contains($0)) }.prefix(2)
    let mark = Array(head)
    let endings = lines.file.lowercased().split(separator: ".").map(String.init)
    let suffix = endings.last { $0 != "gz" && $0 != "zst" } ?? ""
    switch (mark.first, mark.dropFirst().first) {
    case (UInt8(ascii: "["), UInt8(ascii: "{")), (UInt8(ascii: "["), UInt8(ascii: "]")):
      self = .jsonArray
    case (UInt8(ascii: "{"), UInt8(ascii: "\"")), (UInt8(ascii: "{"), UInt8(ascii: "'")),
      (UInt8(ascii: "{"), UInt8(ascii: "}")):
      self = .jsonLines
    default: self = Self.named(suffix) ?? (Self.hasKnownHeader(lines) ? .delimited : .plainText)
    }
  }

  private static func named(_ suffix: String) -> FileFormat? {
    switch suffix {
    case "jsonl", "ndjson", "json": .jsonLines
    case "csv", "tsv": .delimited
    default: nil
    }
  }

  /// Tells whether the first line names at least two fields of a known pair.
  private static func hasKnownHeader(_ lines: TextLines) -> Bool {
    let first = lines.line(at: 0).range
    guard first.count < 1000 else { return false }
    return Delimiter.allCases.contains { delimiter in
      var reader = DelimitedReader(lines, delimiter: delimiter, in: first)
      guard case .record(let fields, _)? = reader.next() else { return false }
      return (KnownFields.shape(of: fields.map(DelimitedText.name))?.fields.count ?? 0) > 1
    }
  }
}

/// Files that are no text, told by their first bytes.
enum ForeignFile {
  /// Returns what a file is if it is not UTF-8 text.
  static func name(_ bytes: [UInt8]) -> String? {
    let kinds: [([UInt8], String)] = [
      ([0xFF, 0xFE, 0x00, 0x00], "UTF-32 text"), ([0x00, 0x00, 0xFE, 0xFF], "UTF-32 text"),
      ([0xFF, 0xFE], "UTF-16 text"), ([0xFE, 0xFF], "UTF-16 text"),
      (Array("PK\u{3}\u{4}".utf8), "a zip file"),
      (Array("%PDF-".utf8), "a PDF file"), (Array("ARROW1".utf8), "an Arrow file"),
      ([0x80, 0x02], "a pickle"), ([0x80, 0x04], "a pickle"),
    ]
    if let kind = kinds.first(where: { bytes.starts(with: $0.0) }) { return kind.1 }
    return looksLikeUTF16(bytes.prefix(64)) ? "UTF-16 text" : nil
  }

  /// Tells whether every second byte is zero, as in Latin text saved as UTF-16 without a mark.
  private static func looksLikeUTF16(_ head: ArraySlice<UInt8>) -> Bool {
    let zeros = head.indices.filter { head[$0] == 0 }
    guard head.count >= 4, zeros.count >= head.count / 2 - 1 else { return false }
    return zeros.allSatisfy { $0 % 2 == zeros[0] % 2 }
  }
}
