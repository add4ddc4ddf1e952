import Datasets
import Evaluation
import Language
import Reporting
import Serialization

/// A row, and the label that a model gave it.
struct LabelledRow {
  let row: Example
  private(set) var label = ""
  private(set) var share = 0.0
  private(set) var probability = 0.0
  /// Whether the model would hardly write any of the labels.
  private(set) var isUnsure = false

  init(row: Example) { self.row = row }

  /// Takes the likeliest label.
  mutating func take(_ shares: AnswerShares, of form: LabelForm) {
    guard let place = shares.order.first else { return }
    label = form.labels[place]
    share = shares.shares[place]
    probability = shares.probabilities[place]
    isUnsure = shares.areNegligible
  }
}

/// Rows with the labels that a model gave them: as a report, as a value, and as a file.
struct LabelledRows {
  let name: String
  let form: LabelForm
  let rows: [LabelledRow]

  /// Rows that are shown.
  private static let shownRows = 10

  var unsureCount: Int { rows.count(where: \.isUnsure) }

  private var counts: [(label: String, count: Int)] {
    let counts = Dictionary(rows.map { ($0.label, 1) }, uniquingKeysWith: +)
    return form.labels.map { ($0, counts[$0] ?? 0) }
  }

  /// The share of rows that have a label and got it; nil when they have none.
  private var accuracy: Estimate? {
    let known = Set(form.labels)
    guard rows.allSatisfy({ known.contains($0.row.target) }) else { return nil }
    return WilsonInterval.share(rows.count { $0.label == $0.row.target }, of: rows.count)
  }

  /// How many rows got which label, and, with `showsRows`, the first rows.
  func report(showsRows: Bool) -> Report {
    var parts: [Report] = []
    if showsRows { parts.append(.table(rowTable)) }
    var title = "\(name): \(Wording.count(rows.count, "row"))"
    if let accuracy {
      title += ", \(Quantity(accuracy.mean, .percent).text) right "
      title += "(\(Quantity(accuracy.lower, .percent).text) to "
      title += "\(Quantity(accuracy.upper, .percent).text))"
    }
    var table = Table(
      title: title, columns: [.init("label"), .init("rows", .right), .init("share", .right)])
    for (label, count) in counts where count > 0 {
      table.append([
        .text(Wording.oneLine(label)), .quantity(.count(count)),
        .quantity(Quantity(Double(count) / Double(rows.count), .percent)),
      ])
    }
    return .group(parts + [.table(table)])
  }

  private var rowTable: Table {
    let more = rows.count - Self.shownRows
    var table = Table(
      title: more > 0 ? "the first \(Self.shownRows); `to \"labels.csv\"` writes all" : nil,
      columns: [
        .init("line", .right), .init("label"), .init("share", .right), .init("text"),
      ])
    for row in rows.prefix(Self.shownRows) {
      let text = Wording.oneLine(row.row.input)
      table.append([
        .quantity(.count(row.row.line)), .text(Wording.oneLine(row.label)),
        .quantity(Quantity(row.share, .percent)),
        .text(text.count > 80 ? text.prefix(79) + "…" : text),
      ])
    }
    return table
  }

  var record: Record {
    var record: Record = [
      "rows": .integer(rows.count),
      "counts": .record(Record(counts.map { ($0.label, .integer($0.count)) })),
      "labels": .list(rows.map { .string($0.label) }),
    ]
    if let accuracy { record["accuracy"] = .number(accuracy.mean) }
    record["unsure"] = .integer(unsureCount)
    return record
  }

  /// A table of comma-separated values, its first row the names of columns.
  var csv: String {
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
  var jsonLines: String {
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
