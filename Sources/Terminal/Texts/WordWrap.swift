import Reporting

/// Breaks a text between words as it comes, piece by piece.
///
/// The word that is not at its end yet is held back: only with it is it known which line has room.
package struct WordWrap: Hashable, Sendable {
  /// Columns taken in the line so far.
  private var column = 0
  /// Blanks before the word.
  private var gap = ""
  private var word = ""

  package init() {}

  /// Takes a piece of the text and gives what can be written by now.
  package mutating func add(_ text: String, width: Int) -> String {
    var written = ""
    for character in text {
      if character.isNewline {
        written += end(width: width) + gap + "\n"
        (column, gap) = (0, "")
      } else if character == " " {
        written += end(width: width)
        gap.append(character)
      } else if DisplayWidth.of(String(character)) > 1 {
        // Wide letters are written without blanks: a line may end between any two.
        written += end(width: width)
        word.append(character)
        written += end(width: width)
      } else {
        word.append(character)
        if DisplayWidth.of(word) >= width { written += end(width: width) }
      }
    }
    return written
  }

  /// Gives the word that was held back, as the text is at its end.
  package mutating func finish(width: Int) -> String { end(width: width) }

  /// Begins a line of its own.
  package mutating func startLine() { self = WordWrap() }

  private mutating func end(width: Int) -> String {
    guard !word.isEmpty else { return "" }
    let columns = DisplayWidth.of(word)
    let together = column + gap.count + columns
    let breaks = column > 0 && together > width
    defer { (gap, word) = ("", "") }
    column = breaks ? columns : together
    if column > width { column %= max(1, width) }
    return (breaks ? "\n" : gap) + word
  }
}
