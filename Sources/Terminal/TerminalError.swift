import Foundation

/// Why reading what people type, or writing what they see, failed.
///
/// Codes are the system's `errno`.
package enum TerminalError: Error, Hashable, Sendable {
  /// Standard input or output is a pipe or a file: there is nothing to edit on.
  case noTerminal
  /// Not even the locale C.UTF-8 is there: an editor would lose letters.
  case noUTF8Locale
  /// The user's ~/.editrc says `edit off`.
  case editingTurnedOff
  /// An editor is open already, or the system gave no memory or pipe.
  case noEditor
  /// The terminal went away.
  case hungUp
  case readFailed(code: Int32)
  /// The byte at this offset, counted from the start of the input, is not UTF-8.
  case invalidUTF8(offset: Int)
  case entryTooLong(limit: Int)
  /// Nobody reads any more, as after `ft … | head`.
  case outputClosed
  case outputFull
  case writeFailed(code: Int32)
  case historyFailed(path: String, code: Int32)

  /// The error as a sentence.
  package var message: String {
    switch self {
    case .noTerminal: "input or output is not a terminal"
    case .noUTF8Locale: "this system has no UTF-8 locale, not even C.UTF-8"
    case .editingTurnedOff: "line editing is off (`edit off` in ~/.editrc)"
    case .noEditor: "the line editor could not be opened"
    case .hungUp: "the terminal is gone"
    case .readFailed(let code): "reading failed: \(Self.reason(code))"
    case .invalidUTF8(let offset): "byte \(offset) of the input is not UTF-8"
    case .entryTooLong(let limit): "an entry of more than \(limit) bytes"
    case .outputClosed: "nobody reads the output any more"
    case .outputFull: "no space left for the output"
    case .writeFailed(let code): "writing failed: \(Self.reason(code))"
    case .historyFailed(let path, let code): "history file \(path): \(Self.reason(code))"
    }
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
