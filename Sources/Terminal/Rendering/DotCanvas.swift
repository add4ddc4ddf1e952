/// A grid of dots drawn in letters: braille, two dots wide and four high a letter, or one sign a
/// letter where only ASCII is allowed.
///
/// Dots are counted from the lower left. What lies outside is not drawn.
struct DotCanvas {
  let columns: Int
  let rows: Int
  private let isBraille: Bool
  /// The dots of each letter, bit by bit, and the curve that drew there last; row by row from above.
  private var cells: [(dots: UInt8, curve: Int)]

  init(columns: Int, rows: Int, allowsUnicode: Bool) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    isBraille = allowsUnicode
    cells = Array(repeating: (0, 0), count: self.columns * self.rows)
  }

  /// Dots from left to right.
  var width: Int { isBraille ? 2 * columns : columns }
  /// Dots from bottom to top.
  var height: Int { isBraille ? 4 * rows : rows }

  /// Draws a dot of a curve.
  mutating func draw(x: Int, y: Int, curve: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let down = height - 1 - y
    let (column, row) = isBraille ? (x / 2, down / 4) : (x, down)
    let bit = isBraille ? Self.bits[down % 4][x % 2] : 1
    let index = row * columns + column
    cells[index] = (cells[index].dots | bit, curve)
  }

  /// Draws the dots on a straight line, both ends included.
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), curve: Int) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y), 1)
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      draw(
        x: start.x + Int((Double(end.x - start.x) * share).rounded()),
        y: start.y + Int((Double(end.y - start.y) * share).rounded()), curve: curve)
    }
  }

  /// Draws the dots around a place as well, so that it stands out of the line through it.
  mutating func mark(_ place: (x: Int, y: Int), curve: Int) {
    guard isBraille else { return draw(x: place.x, y: place.y, curve: curve) }
    for (x, y) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)] {
      draw(x: place.x + x, y: place.y + y, curve: curve)
    }
  }

  /// The letters of a row from above, in stretches of one curve each.
  func letters(inRow row: Int) -> [(text: String, curve: Int)] {
    var stretches: [(text: String, curve: Int)] = []
    for cell in cells[row * columns..<(row + 1) * columns] {
      if let last = stretches.last, last.curve == cell.curve || cell.dots == 0 {
        stretches[stretches.count - 1].text.unicodeScalars.append(letter(cell))
      } else {
        stretches.append((String(letter(cell)), cell.curve))
      }
    }
    return stretches
  }

  private func letter(_ cell: (dots: UInt8, curve: Int)) -> Unicode.Scalar {
    guard cell.dots != 0 else { return " " }
    guard isBraille else { return Self.signs[cell.curve % Self.signs.count] }
    // U+2800 is the empty pattern; its low byte has a bit a dot.
    return Unicode.Scalar(0x2800 + UInt32(cell.dots)) ?? " "
  }

  /// The sign of a curve where there is no braille.
  static let signs: [Unicode.Scalar] = ["*", "o", "+", "x", "#"]

  /// The bit of each dot of a braille letter, by row from above and column.
  private static let bits: [[UInt8]] = [[1, 8], [2, 16], [4, 32], [64, 128]]
}
