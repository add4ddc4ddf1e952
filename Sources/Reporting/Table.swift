/// Rows of cells under named columns; how wide and in which colours is the renderer's business.
package struct Table: Hashable, Sendable {
  /// Which side the cells of a column are aligned to.
  package enum Alignment: Hashable, Sendable {
    case left
    case right
  }

  /// A column's name, alignment and, when all cells share one, its unit.
  package struct Column: Hashable, Sendable {
    /// The heading, without the unit.
    package var name: String
    /// Numbers are on the right, so that their digits stand below each other.
    package var alignment: Alignment
    /// Shown after the name, as `time (s)`; nil when the cells say it, or there is none.
    package var unit: String?

    package init(_ name: String, _ alignment: Alignment = .left, unit: String? = nil) {
      self.name = name
      self.alignment = alignment
      self.unit = unit
    }
  }

  /// What stands in a cell.
  package enum Cell: Hashable, Sendable, ExpressibleByStringLiteral {
    case text(String)
    case quantity(Quantity)
    case empty

    package init(stringLiteral value: String) { self = .text(value) }

    /// The cell as text.
    package var text: String {
      switch self {
      case .text(let text): text
      case .quantity(let quantity): quantity.text
      case .empty: ""
      }
    }
  }

  /// What stands above the table; nil for nothing.
  package var title: String?
  /// From left to right.
  package var columns: [Column]
  /// Each row has at most one cell a column; missing ones are empty.
  package private(set) var rows: [[Cell]]

  /// Makes a table.
  package init(title: String? = nil, columns: [Column], rows: [[Cell]] = []) {
    self.title = title
    self.columns = columns
    self.rows = []
    for row in rows { append(row) }
  }

  /// Adds a row; cells beyond the last column are dropped, missing ones are empty.
  package mutating func append(_ row: [Cell]) {
    let missing = max(0, columns.count - row.count)
    rows.append(Array(row.prefix(columns.count)) + Array(repeating: .empty, count: missing))
  }

  /// The table as aligned plain text, columns two spaces apart, each line ended by a line feed.
  package var plainText: String {
    let heads = columns.map { column in
      column.unit.map { "\(column.name) (\($0))" } ?? column.name
    }
    let body = rows.map { $0.map(\.text) }
    let widths = columns.indices.map { index in
      ([heads] + body).map { DisplayWidth.of($0[index]) }.max() ?? 0
    }
    let lines = ([heads] + body).map { line(of: $0, widths: widths) }
    return ((title.map { [$0] } ?? []) + lines).map { $0 + "\n" }.joined()
  }

  private func line(of cells: [String], widths: [Int]) -> String {
    let padded = cells.indices.map { index in
      let space = String(repeating: " ", count: widths[index] - DisplayWidth.of(cells[index]))
      return columns[index].alignment == .left ? cells[index] + space : space + cells[index]
    }
    var line = padded.joined(separator: "  ")
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }
}
