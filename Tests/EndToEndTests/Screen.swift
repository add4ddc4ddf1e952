import Reporting

/// What a terminal shows: as much of xterm as line editing and progress lines use.
///
/// Tests look at this, not at the bytes: two ways of drawing the same line are equal.
struct Screen {
  private(set) var columns: Int
  private(set) var rows: Int
  /// Each row has `columns` characters; the column after a wide one is an empty text.
  private var cells: [[String]]
  private var row = 0
  private var column = 0
  /// A character was written in the last column; the next one goes to the next row.
  private var isWrapPending = false
  /// An escape sequence as far as it has come.
  private var sequence = ""
  /// Lines that were pushed out at the top.
  private var history: [String] = []

  /// Escape sequences that this screen does not know: none in a good test.
  private(set) var unknown: [String] = []
  /// Whether the program asked for pastes to be marked.
  private(set) var marksPastes = false

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The lines shown, from the top, without spaces at their ends.
  var lines: [String] { cells.map(Self.line) }

  /// All lines there ever were, apart by line feeds, without empty ones at the end.
  var text: String {
    var lines = history + self.lines
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  /// The text of the row with the cursor, up to the cursor.
  var beforeCursor: String { cells[row][..<column].joined() }

  private static func line(_ cells: [String]) -> String {
    var line = cells.joined()
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Changes the size; what no longer fits is cut off.
  mutating func resize(columns: Int, rows: Int) {
    cells = cells.map { Array(($0 + Array(repeating: " ", count: columns)).prefix(columns)) }
    while cells.count > rows {
      history.append(Self.line(cells.removeFirst()))
      row = max(0, row - 1)
    }
    while cells.count < rows { cells.append(Array(repeating: " ", count: columns)) }
    (self.columns, self.rows) = (columns, rows)
    column = min(column, columns - 1)
    isWrapPending = false
  }

  /// Takes what the program wrote.
  mutating func write(_ text: String) {
    // A carriage return and a line feed are one character to Swift.
    for character in text.unicodeScalars.split(whereSeparator: { _ in false }).flatMap({ $0 }) {
      write(character)
    }
  }

  private mutating func write(_ scalar: Unicode.Scalar) {
    guard sequence.isEmpty else {
      sequence.unicodeScalars.append(scalar)
      runSequence()
      return
    }
    switch scalar {
    case "\u{1b}": sequence = "\u{1b}"
    case "\r": (column, isWrapPending) = (0, false)
    case "\n": lineFeed()
    case "\u{8}": (column, isWrapPending) = (max(0, column - 1), false)
    case "\t": column = min(columns - 1, (column / 8 + 1) * 8)
    case "\u{7}", "\0": break
    default: put(scalar)
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    let width = DisplayWidth.of(Character(scalar))
    guard width > 0 else {
      if column > 0 { cells[row][column - 1].unicodeScalars.append(scalar) }
      return
    }
    if isWrapPending || column + width > columns {
      column = 0
      lineFeed()
    }
    cells[row][column] = String(scalar)
    if width == 2 { cells[row][column + 1] = "" }
    isWrapPending = column + width >= columns
    column = min(columns - 1, column + width)
  }

  private mutating func lineFeed() {
    isWrapPending = false
    row += 1
    guard row >= rows else { return }
    row = rows - 1
    history.append(Self.line(cells.removeFirst()))
    cells.append(Array(repeating: " ", count: columns))
  }

  // MARK: Escape sequences

  private mutating func runSequence() {
    let scalars = Array(sequence.unicodeScalars)
    guard scalars.count >= 2 else { return }
    let isControl = scalars[1] == "["
    if isControl, scalars.count == 2 { return }
    guard let last = scalars.last, !isControl || ("@"..."~").contains(last) else { return }
    if isControl {
      runControl(last, String(sequence.dropFirst(2).dropLast()))
    } else if !["=", ">"].contains(last) {
      unknown.append(sequence)
    }
    sequence = ""
  }

  private mutating func runControl(_ final: Unicode.Scalar, _ parameter: String) {
    let count = max(1, Int(parameter) ?? 1)
    if final != "m" { isWrapPending = false }
    switch final {
    case "m": break
    case "h" where parameter == "?2004": marksPastes = true
    case "l" where parameter == "?2004": marksPastes = false
    case "A": row = max(0, row - count)
    case "B": row = min(rows - 1, row + count)
    case "C": column = min(columns - 1, column + count)
    case "D": column = max(0, column - count)
    case "G": column = min(columns - 1, count - 1)
    case "J" where parameter.isEmpty || parameter == "0":
      wipe(row, from: column)
      for below in (row + 1)..<max(row + 1, rows) { wipe(below, from: 0) }
    case "K" where parameter.isEmpty || parameter == "0": wipe(row, from: column)
    case "P":
      cells[row].removeSubrange(column..<min(columns, column + count))
      cells[row] += Array(repeating: " ", count: columns - cells[row].count)
    case "@":
      cells[row].insert(contentsOf: Array(repeating: " ", count: count), at: column)
      cells[row] = Array(cells[row].prefix(columns))
    case "H" where parameter.isEmpty: (row, column) = (0, 0)
    default: unknown.append("ESC[\(parameter)\(final)")
    }
  }

  private mutating func wipe(_ row: Int, from column: Int) {
    for place in column..<columns { cells[row][place] = " " }
  }
}
