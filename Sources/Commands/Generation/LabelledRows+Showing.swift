import Datasets
import Evaluation
import Language
import Reporting
import Session

/// Rows with the labels that a model gave them, as a report and as a value.
extension LabelledRows {
  /// Rows that are shown.
  private static let shownRows = 10

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

  /// The command's value.
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
}
