package import Reporting

/// Tables that fit the terminal.
package struct TableRenderer: Sendable {
  private let theme: Theme
  private let width: Int

  /// Columns of text are not cut below this.
  private static let leastWidth = 6
  /// A last column of text with this much room is broken into lines, and no other is cut.
  private static let leastRoom = 16
  private static let gap = 2
  /// Less room than this, and a last column of text stands below its row.
  private static let leastBeside = 24
  /// In a narrower terminal nothing is gained by it.
  private static let leastToStack = 40
  private static let indent = "    "

  /// Draws for a terminal that is `width` columns wide.
  package init(theme: Theme, width: Int) {
    self.theme = theme
    self.width = max(1, width)
  }

  /// The table, each line ended by a line feed.
  ///
  /// Too wide, the cells of a last column of text go on in further lines, below the row when little
  /// room is beside it; without room for that it loses letters of its widest columns of text, then
  /// its last columns, which are named below it.
  /// Numbers are never cut.
  package func text(_ table: Table) -> String {
    let layout = Layout(table, width: width)
    var lines: [String] = []
    if let title = table.title {
      let words = VisibleText.cut(oneLine(title), to: width, ending: ellipsis)
      lines.append(theme.paint(words, .heading))
    }
    lines.append(line(of: layout.heads, layout) { theme.paint($0, .heading) })
    for row in layout.body {
      lines += Self.rows(row, layout).map { line(of: $0, layout) { $0 } }
      if let last = layout.isStacked ? row.last : nil {
        lines += TextWrapping.lines(last, width: width - Self.indent.count).map { Self.indent + $0 }
      }
    }
    if !layout.hidden.isEmpty {
      let names = layout.hidden.joined(separator: ", ")
      let words = VisibleText.cut("not shown: \(names)", to: width, ending: ellipsis)
      lines.append(theme.paint(words, .secondary))
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private var ellipsis: String { theme.allowsUnicode ? "…" : "..." }

  /// The row, with further ones for what does not fit into a last cell of text.
  private static func rows(_ row: [String], _ layout: Layout) -> [[String]] {
    guard !layout.isStacked, let last = layout.widths.indices.last,
      layout.alignments[last] == .left
    else { return [row] }
    let parts = TextWrapping.lines(row[last], width: layout.widths[last])
    return parts.enumerated().map { index, part in
      var cells = index == 0 ? row : row.map { _ in "" }
      cells[last] = part
      return cells
    }
  }

  /// The cells in their columns; `paint` comes after padding, as escapes count no columns.
  private func line(
    of cells: [String], _ layout: Layout, paint: (String) -> String
  ) -> String {
    let padded = layout.widths.indices.map { index in
      let cell = VisibleText.cut(cells[index], to: layout.widths[index], ending: ellipsis)
      let space = String(repeating: " ", count: layout.widths[index] - DisplayWidth.of(cell))
      return layout.alignments[index] == .left ? cell + space : space + cell
    }
    let line = padded.joined(separator: String(repeating: " ", count: Self.gap))
    return paint(String(line.reversed().drop { $0 == " " }.reversed()))
  }

  /// What stands in each column, and how wide the columns are.
  private struct Layout {
    var heads: [String]
    var body: [[String]]
    var alignments: [Table.Alignment]
    var widths: [Int]
    var hidden: [String] = []
    /// The last column has no place in `widths`: its cells stand below their rows.
    var isStacked = false

    init(_ table: Table, width: Int) {
      heads = table.columns.map { column in
        oneLine(column.unit.map { "\(column.name) (\($0))" } ?? column.name)
      }
      body = table.rows.map { row in row.map { oneLine($0.text) } }
      alignments = table.columns.map(\.alignment)
      widths = heads.map(DisplayWidth.of)
      for row in body {
        for index in widths.indices {
          widths[index] = max(widths[index], DisplayWidth.of(row[index]))
        }
      }
      stackLast(in: width)
      narrowLast(to: width)
      shrink(to: width)
      hideLast(to: width)
    }

    private var total: Int {
      widths.reduce(0, +) + max(0, widths.count - 1) * TableRenderer.gap
    }

    /// Puts a last column of text below, where the others nearly fill the width and are still whole.
    private mutating func stackLast(in width: Int) {
      guard total > width, width >= TableRenderer.leastToStack, widths.count > 2,
        let last = widths.indices.last,
        alignments[last] == .left
      else {
        return
      }
      let others = total - widths[last]
      isStacked =
        others * 4 <= width * 5 && width - others < TableRenderer.leastBeside
        && widths[last] > width - others
      if isStacked { widths.removeLast() }
    }

    /// Gives a last column of text what the others leave, when that is enough for words.
    private mutating func narrowLast(to width: Int) {
      guard !isStacked, let last = widths.indices.last, alignments[last] == .left else { return }
      let room = width - (total - widths[last])
      if room >= TableRenderer.leastRoom { widths[last] = min(widths[last], room) }
    }

    /// Takes columns off the widest column of text until all fit or none can give.
    private mutating func shrink(to width: Int) {
      let text = widths.indices.filter { alignments[$0] == .left }
      while total > width {
        guard let widest = text.max(by: { widths[$0] < widths[$1] }),
          widths[widest] > TableRenderer.leastWidth
        else { return }
        widths[widest] -= 1
      }
    }

    private mutating func hideLast(to width: Int) {
      while total > width, widths.count > 1 {
        widths.removeLast()
        hidden.insert(heads[widths.count], at: 0)
      }
      if let only = widths.first, widths.count == 1 { widths[0] = min(only, width) }
    }
  }
}

/// Text for a cell or title: one line, nothing hidden in it.
private func oneLine(_ text: String) -> String {
  let words = text.split(whereSeparator: { $0.isNewline || $0 == "\t" })
  return VisibleText.of(words.joined(separator: " "))
}
