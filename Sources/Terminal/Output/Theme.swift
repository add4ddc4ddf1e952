/// What may be written to an output: colours, movements, letters beyond ASCII; and what looks how.
///
/// All text is complete without colour.
package struct Theme: Hashable, Sendable {
  /// What a piece of text is; the theme alone knows how that looks.
  package enum Role: Hashable, Sendable {
    case error
    case warning
    case note
    case place
    case mark
    case secondaryMark
    case hint
    case heading
    case secondary
    case prompt
    case bar
  }

  /// Whether colours and bold letters may be written.
  package let allowsColor: Bool
  /// Whether a line may be drawn again in place.
  package let allowsRedraw: Bool
  /// Whether letters beyond ASCII may be written, such as the frame of a table.
  package let allowsUnicode: Bool

  /// Nothing but ASCII text, line after line: for files, pipes and `TERM=dumb`.
  package static let plain = Theme(allowsColor: false, allowsRedraw: false, allowsUnicode: false)

  package init(allowsColor: Bool, allowsRedraw: Bool, allowsUnicode: Bool) {
    self.allowsColor = allowsColor
    self.allowsRedraw = allowsRedraw
    self.allowsUnicode = allowsUnicode
  }

  /// The theme that an output deserves.
  ///
  /// `NO_COLOR` (https://no-color.org), when not empty, turns colours off. `TERM` unset or `dumb`
  /// turns off all escapes. Letters beyond ASCII need a terminal and no other encoding than UTF-8
  /// in `LC_ALL`, `LC_CTYPE`, `LANG`, of which the first that is set counts.
  package init(environment: [String: String], isTerminal: Bool) {
    let terminal = environment["TERM"] ?? ""
    let allowsEscapes = isTerminal && !terminal.isEmpty && terminal != "dumb"
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let isUTF8 = locale.map { Self.namesUTF8($0) } ?? true
    self.init(
      allowsColor: allowsEscapes && (environment["NO_COLOR"] ?? "").isEmpty,
      allowsRedraw: allowsEscapes, allowsUnicode: isTerminal && isUTF8)
  }

  private static func namesUTF8(_ locale: String) -> Bool {
    let name = locale.lowercased()
    return name.contains("utf-8") || name.contains("utf8")
  }

  /// The text in the colours of its role, or as it is where there are none.
  package func paint(_ text: String, _ role: Role) -> String {
    allowsColor ? ANSI.styled(text, Self.styles(role)) : text
  }

  private static func styles(_ role: Role) -> [ANSI.Style] {
    switch role {
    case .error, .mark: [.bold, .red]
    case .warning: [.bold, .yellow]
    case .note, .place: [.cyan]
    case .secondaryMark: [.blue]
    case .hint, .bar: [.green]
    case .heading: [.bold]
    case .secondary: [.faint]
    case .prompt: [.bold, .cyan]
    }
  }
}
