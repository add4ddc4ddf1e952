/// Every escape sequence that is written; the line editor adds bracketed paste (`ESC[?2004h`, `l`)
/// and moves its cursor by `ESC[nA`, `ESC[nB`, `ESC[nG`, `ESC[J`.
package enum ANSI {
  /// What every sequence begins with.
  package static let escape = "\u{1b}"
  /// To the first column, and the line wiped.
  package static let restartLine = "\r\u{1b}[K"
  /// To the first column some rows up, and all wiped from there.
  package static func restartRows(_ count: Int) -> String { "\r\u{1b}[\(count)A\u{1b}[J" }
  /// The screen that programs draw on, without a cursor; the lines of before wait.
  static let otherScreen = "\u{1b}[?1049h\u{1b}[?25l"
  /// The cursor, and the lines of before.
  static let ownScreen = "\u{1b}[?25h\u{1b}[?1049l"
  /// To the upper left corner.
  static let home = "\u{1b}[H"
  /// The rest of the line wiped.
  static let wipeRest = "\u{1b}[K"
  /// All wiped from the cursor on.
  static let wipeBelow = "\u{1b}[J"
  /// Ends colours and styles.
  package static let reset = "\u{1b}[0m"

  /// How a piece of text looks.
  package enum Style: String, CaseIterable, Sendable {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case cyan = "36"
  }

  /// Text in a style, the terminal's own one after it.
  package static func styled(_ text: String, _ styles: [Style]) -> String {
    guard !styles.isEmpty, !text.isEmpty else { return text }
    return "\(escape)[\(styles.map(\.rawValue).joined(separator: ";"))m\(text)\(reset)"
  }

  /// A prompt with its style sequences put between `mark`, so that they count no columns.
  package static func marking(_ prompt: String, with mark: Character) -> String {
    var result = ""
    var isInside = false
    for character in prompt {
      if character == "\u{1b}" {
        result.append(mark)
        isInside = true
      }
      result.append(character)
      if isInside, character == "m" {
        result.append(mark)
        isInside = false
      }
    }
    return result
  }
}
