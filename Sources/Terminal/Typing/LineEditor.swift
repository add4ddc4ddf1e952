import CLineEditor
import Foundation

/// A person at a terminal: entries of several lines, edited, completed, recalled from history.
///
/// One may be open at a time, and one thread reads.
///
/// `@unchecked Sendable`: another thread may call ``show(_:)`` alone, which the C side locks.
package final class LineEditor: LineSource, @unchecked Sendable {
  private let typing: Typing
  private let handle: OpaquePointer

  /// Opens the editor on standard input and output.
  ///
  /// - Parameters:
  ///   - rules: The language's part: prompt, when an entry is complete, completions.
  ///   - allowsEscapes: False for a terminal that knows no control sequences.
  ///   - history: Earlier entries, the oldest first.
  /// - Throws: ``TerminalError/noTerminal``, ``TerminalError/noUTF8Locale``,
  ///   ``TerminalError/editingTurnedOff`` or ``TerminalError/noEditor``: read plain lines then.
  package init(
    rules: EntryRules, allowsEscapes: Bool, history: [String] = []
  ) throws(TerminalError) {
    typing = Typing(rules: rules, history: history)
    // Safety: the editor keeps `typing` alive, and closes the handle before it goes.
    var callbacks = ft_line_callbacks(
      context: Unmanaged.passUnretained(typing).toOpaque(), prompt: answerPrompt,
      continuation: answerContinuation, complete: answerCompletions, paste: answerPaste,
      recall: answerRecall)
    var opened: OpaquePointer?
    switch ft_line_editor_open(&callbacks, !allowsEscapes, &opened) {
    case FT_NO_TERMINAL: throw .noTerminal
    case FT_NO_UTF8: throw .noUTF8Locale
    case FT_EDITING_OFF: throw .editingTurnedOff
    default: break
    }
    guard let opened else { throw .noEditor }
    handle = opened
  }

  deinit { ft_line_editor_close(handle) }

  /// Waits for an entry.
  ///
  /// - Throws: ``TerminalError/hungUp``.
  package func next() throws(TerminalError) -> LineInput {
    typing.pastes = PastedTexts()
    let entry = ft_line_editor_read(handle)
    switch entry.ending {
    case FT_LINE_ENTRY:
      let text = typing.pastes.expanding(makeText(entry.text, entry.length))
      return .entry(text, firstLine: 1)
    case FT_LINE_INTERRUPTED: return .interrupted
    case FT_LINE_SIGNAL: return .signal(entry.signal)
    case FT_LINE_END: return .end
    default: throw .hungUp
    }
  }

  /// Makes an entry the newest of those that the arrows bring back; an equal older one goes.
  package func remember(_ text: String) {
    typing.history.removeAll { $0 == text }
    typing.history.append(text)
  }

  package func prefill(_ text: String) -> Bool {
    let bytes = Array(text.utf8CString)
    ft_line_editor_prefill(handle, bytes, bytes.count - 1)
    return true
  }

  package func hideTyping() { ft_line_editor_hide_typing(handle, true) }

  /// Shows lines above the entry that is being typed; from any thread, also when nobody types.
  package func show(_ text: String) {
    let bytes = Array(text.utf8CString)
    ft_line_editor_print(handle, bytes, bytes.count - 1)
  }
}

/// What the C callbacks look at and change, always on the reading thread.
private final class Typing {
  let rules: EntryRules
  var history: [String]
  var pastes = PastedTexts()

  init(rules: EntryRules, history: [String]) {
    self.rules = rules
    self.history = history
  }
}

/// Safety: the context is the `Typing` that `LineEditor.init` handed over and still holds.
private func typing(_ context: UnsafeMutableRawPointer?) -> Typing? {
  context.map { Unmanaged<Typing>.fromOpaque($0).takeUnretainedValue() }
}

/// Safety: the C side says how many bytes there are, and keeps them during the call.
private func makeText(_ bytes: UnsafePointer<CChar>?, _ length: Int) -> String {
  let buffer = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : length)
  return String(decoding: buffer, as: UTF8.self)
}

private func append(_ text: String, to out: OpaquePointer?) {
  let bytes = Array(text.utf8CString)
  _ = ft_text_append(out, bytes, bytes.count - 1)
}

private func answerPrompt(
  context: UnsafeMutableRawPointer?, bytes: UnsafePointer<CChar>?, length: Int, out: OpaquePointer?
) {
  guard let typing = typing(context) else { return }
  append(ANSI.marking(typing.rules.prompt(makeText(bytes, length)), with: "\u{1}"), to: out)
}

private func answerContinuation(
  context: UnsafeMutableRawPointer?, bytes: UnsafePointer<CChar>?, length: Int
) -> Int32 {
  guard let typing = typing(context) else { return -1 }
  let text = typing.pastes.expanding(makeText(bytes, length))
  return typing.rules.continuation(text).map { Int32(clamping: max(0, $0)) } ?? -1
}

private func answerCompletions(
  context: UnsafeMutableRawPointer?, bytes: UnsafePointer<CChar>?, length: Int, cursor: Int,
  out: OpaquePointer?
) -> Int {
  guard let typing = typing(context) else { return 0 }
  let found = typing.rules.completions(makeText(bytes, length), cursor)
  for candidate in found.candidates where !candidate.utf8.contains(0) {
    append(candidate + "\0", to: out)
  }
  return max(0, found.replacedBytes)
}

private func answerPaste(
  context: UnsafeMutableRawPointer?, bytes: UnsafePointer<CChar>?, length: Int, out: OpaquePointer?
) {
  guard let typing = typing(context) else { return }
  append(typing.pastes.insertion(for: makeText(bytes, length)), to: out)
}

private func answerRecall(
  context: UnsafeMutableRawPointer?, age: Int, out: OpaquePointer?
) -> Bool {
  guard let typing = typing(context), age >= 1, age <= typing.history.count else { return false }
  append(typing.history[typing.history.count - age], to: out)
  return true
}
