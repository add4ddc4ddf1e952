package import Checkpoints
import Datasets
import Serialization

extension LabelledRows {
  /// Writes a line a row with its text, label, share and probability: JSON Lines when the path ends
  /// so, else comma-separated values; makes the folder.
  ///
  /// - Returns: the SHA-256 of the file.
  package func write(to path: String) throws(CheckpointError) -> String {
    try makeFolder(around: path)
    let text = path.lowercased().hasSuffix(".jsonl") ? jsonLines : csv
    return try AtomicFile.write(Array(text.utf8), to: path)
  }

  /// A table of comma-separated values, its first row the names of columns.
  private var csv: String {
    var lines = ["line,text,label,share,probability"]
    for row in rows {
      lines.append(
        [
          "\(row.row.line)", Self.quoted(row.row.input), Self.quoted(row.label),
          JSONValue.number(row.share).text, JSONValue.number(row.probability).text,
        ].joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// An object a line.
  private var jsonLines: String {
    rows.map { row in
      let object: JSONObject = [
        "line": .integer(row.row.line), "text": .string(row.row.input),
        "label": .string(row.label), "share": .number(row.share),
        "probability": .number(row.probability),
      ]
      return JSONValue.object(object).text + "\n"
    }.joined()
  }

  /// A field of a table, in quotes where it has to be.
  private static func quoted(_ text: String) -> String {
    let special: Set<UInt8> = [0x22, 0x2C, 0x0A, 0x0D]
    let isPlain =
      !text.utf8.contains(where: special.contains) && text.utf8.first != 0x20
      && text.utf8.last != 0x20
    guard !isPlain else { return text }
    // By scalars: a carriage return and a line end, or a mark after a quote, are one character.
    var result = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { result.unicodeScalars.append(scalar) }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
