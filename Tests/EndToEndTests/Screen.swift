import Reporting

/// What a terminal shows: as much of xterm as line editing and progress lines use.
///
/// Tests look at this, not at the bytes: two ways of drawing the same line are equal. When the width
/// changes, lines are broken anew, as terminals do today.
struct Screen {
  private(set) var columns: Int
  private(set) var rows: Int
  private var grid: [Row]
  private var row = 0
  private var column = 0
  /// A character was written in the last column; the next one goes to the next row.
  private var isWrapPending = false
  /// An escape sequence as far as it has come.
  private var sequence = ""
  /// The screen that waits while a program draws on another one, with its cursor.
  private var waiting: (grid: [Row], row: Int, column: Int)?
  /// Whether the cursor is shown.
  private(set) var showsCursor = true
  /// Lines that were pushed out at the top.
  private var history: [String] = []

  /// Escape sequences that this screen does not know: none in a good test.
  private(set) var unknown: [String] = []
  /// Whether the program asked for pastes to be marked.
  private(set) var marksPastes = false

  /// One row of characters; the cell after a wide one is an empty text.
  struct Row {
    var cells: [String]
    /// The line was too long and goes on in the next row.
    var isContinued = false

    init(blank columns: Int) { cells = Array(repeating: " ", count: columns) }

    var text: String {
      var line = cells.joined()
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    grid = Array(repeating: Row(blank: columns), count: rows)
  }

  /// The rows shown, from the top, without spaces at their ends.
  var lines: [String] { grid.map(\.text) }

  /// Whether a program draws on a screen of its own.
  var isTaken: Bool { waiting != nil }

  /// All rows there ever were, separated by line feeds, without empty ones at the end.
  var text: String {
    var lines = history + self.lines
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  /// The text of the row with the cursor, up to the cursor.
  var beforeCursor: String { grid[row].cells[..<column].joined() }

  /// The text of the row with the cursor, from the cursor on, without spaces at its end.
  var afterCursor: String { String(grid[row].text.dropFirst(beforeCursor.count)) }

  // MARK: Characters

  /// Takes what the program wrote.
  mutating func write(_ text: String) {
    for scalar in text.unicodeScalars { write(scalar) }
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
      combine(scalar)
      return
    }
    if isWrapPending || column + width > columns {
      grid[row].isContinued = true
      column = 0
      lineFeed()
    }
    grid[row].cells[column] = String(scalar)
    if width == 2 { grid[row].cells[column + 1] = "" }
    column += width
    isWrapPending = column >= columns
    if isWrapPending { column = columns - 1 }
  }

  /// Adds a mark without width to the character before the cursor.
  private mutating func combine(_ scalar: Unicode.Scalar) {
    var last = isWrapPending ? column : column - 1
    while last > 0, grid[row].cells[last].isEmpty { last -= 1 }
    if last >= 0 { grid[row].cells[last].unicodeScalars.append(scalar) }
  }

  private mutating func lineFeed() {
    isWrapPending = false
    row += 1
    guard row >= rows else { return }
    row = rows - 1
    history.append(grid.removeFirst().text)
    grid.append(Row(blank: columns))
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
    case "h" where parameter == "?25": showsCursor = true
    case "l" where parameter == "?25": showsCursor = false
    case "h" where parameter == "?1049":
      waiting = (grid, row, column)
      grid = Array(repeating: Row(blank: columns), count: rows)
      (row, column) = (0, 0)
    case "l" where parameter == "?1049":
      if let (grid, row, column) = waiting {
        (self.grid, self.row, self.column) = (grid, row, column)
      }
      waiting = nil
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
      grid[row].cells.removeSubrange(column..<min(columns, column + count))
      grid[row].cells += Array(repeating: " ", count: columns - grid[row].cells.count)
    case "@":
      grid[row].cells.insert(contentsOf: Array(repeating: " ", count: count), at: column)
      grid[row].cells = Array(grid[row].cells.prefix(columns))
    case "H" where parameter.isEmpty: (row, column) = (0, 0)
    default: unknown.append("ESC[\(parameter)\(final)")
    }
  }

  private mutating func wipe(_ row: Int, from column: Int) {
    for place in column..<columns { grid[row].cells[place] = " " }
    grid[row].isContinued = false
  }
}

// MARK: Another size

extension Screen {
  /// Changes the size: lines are broken anew, and the cursor stays at its character.
  mutating func resize(columns: Int, rows: Int) {
    var broken: [Row] = []
    var cursor = (row: 0, column: 0)
    var line: [String] = []
    for (index, old) in grid.enumerated() {
      if index == row {
        let place = line.count + column + (isWrapPending ? 1 : 0)
        cursor = (broken.count + place / columns, place % columns)
      }
      line += old.cells
      guard !old.isContinued else { continue }
      broken += Self.rows(of: line, columns: columns)
      line = []
    }
    // Empty rows at the end are no lines; what is too much leaves at the top.
    while broken.count > rows, broken.count > cursor.row + 1, broken.last?.text == "" {
      broken.removeLast()
    }
    let surplus = max(0, broken.count - rows)
    history += broken[..<surplus].map(\.text)
    grid = Array(broken[surplus...])
    while grid.count < rows { grid.append(Row(blank: columns)) }
    (self.columns, self.rows) = (columns, rows)
    (row, column) = (max(0, cursor.row - surplus), cursor.column)
    isWrapPending = false
  }

  /// A line as rows of some width; a wide character is not cut in two.
  private static func rows(of line: [String], columns: Int) -> [Row] {
    let used = (line.lastIndex { $0 != " " } ?? -1) + 1
    var rows = [Row(blank: columns)]
    var column = 0
    for (index, cell) in line[..<used].enumerated() {
      let isWide = index + 1 < used && line[index + 1].isEmpty
      if column + (isWide ? 2 : 1) > columns {
        rows[rows.count - 1].isContinued = true
        rows.append(Row(blank: columns))
        column = 0
      }
      rows[rows.count - 1].cells[column] = cell
      column += 1
    }
    return rows
  }
}
