import Terminal

/// Entries written beforehand, for tests of what reads them.
final class ScriptedLines: LineSource {
  private var inputs: ArraySlice<LineInput>
  /// What was put into an entry to be edited.
  private(set) var prefilled: [String] = []

  /// Gives these inputs one after the other, then the end.
  init(_ inputs: [LineInput]) { self.inputs = inputs[...] }

  /// One entry a text, each of which begins at its own first line.
  convenience init(entries: [String]) {
    self.init(entries.map { .entry($0, firstLine: 1) })
  }

  func next() throws(TerminalError) -> LineInput { inputs.popFirst() ?? .end }

  func prefill(_ text: String) -> Bool {
    prefilled.append(text)
    return true
  }
}
