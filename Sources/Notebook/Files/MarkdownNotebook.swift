/// A Markdown file whose ```` ```ft ```` fences are cells.
///
/// The fence after a cell that begins with ```` ```output ```` is what it showed and gave; one that
/// begins with ```` ```environment ```` says on what it ran; all else is prose. Every byte is kept:
/// reading and writing gives the same file.
package struct MarkdownNotebook: Hashable, Sendable {
  /// A piece of the file.
  package enum Block: Hashable, Sendable {
    case prose(String)
    case cell(Fence)
    case output(Fence)
    case environment(Fence)
  }

  /// Lines between two fences, with the fences.
  package struct Fence: Hashable, Sendable {
    /// The opening line, with its line end.
    package var opening: String
    /// The lines inside, each with its line end.
    package var body: String
    /// The closing line; empty when the file ends before one.
    package var closing: String
    /// The number in the file of the opening line, from 1.
    package var line: Int

    /// The lines inside, without their ends.
    package var lines: [String] {
      var lines = CellText.lines(body)
      if lines.last?.isEmpty == true { lines.removeLast() }
      // A file that was given other line ends has them in every line.
      let isForeign = opening.utf8.dropLast().last == UInt8(ascii: "\r")
      return lines.map { isForeign && $0.hasSuffix("\r") ? String($0.dropLast()) : $0 }
    }

    /// The text inside, without the last line end.
    package var text: String { lines.joined(separator: "\n") }

    /// All of it, with the fences.
    var whole: String { opening + body + closing }

    /// What follows the word after the backticks, as `[3]`.
    var title: String {
      let words = opening.drop { $0 == " " || $0 == "`" || $0 == "~" }
      let title = words.drop { !$0.isWhitespace }.drop { $0 == " " || $0 == "\t" }
      return String(title.reversed().drop(while: \.isWhitespace).reversed())
    }

    /// The number in its title, as in `[3]`; nil without one.
    var number: Int? {
      let title = title
      guard title.hasPrefix("["), title.hasSuffix("]") else { return nil }
      return Int(title.dropFirst().dropLast())
    }

    /// A fence around a text, longer than any in it.
    init(_ name: String, _ text: String) {
      var longest = 2
      var run = 0
      for character in text.utf8 {
        run = character == UInt8(ascii: "`") ? run + 1 : 0
        longest = max(longest, run)
      }
      let ticks = String(repeating: "`", count: longest + 1)
      self.init(opening: "\(ticks)\(name)\n", body: text + "\n", closing: ticks + "\n", line: 0)
    }

    init(opening: String, body: String, closing: String, line: Int) {
      self.opening = opening
      self.body = body
      self.closing = closing
      self.line = line
    }
  }

  /// The file in pieces, which put together again are its bytes.
  package var blocks: [Block]

  package init(_ blocks: [Block]) { self.blocks = blocks }

  /// The file's text.
  package var text: String {
    blocks.map { block in
      switch block {
      case .prose(let text): text
      case .cell(let fence), .output(let fence), .environment(let fence): fence.whole
      }
    }.joined()
  }

  /// The cells, and what is recorded of each: nil when nothing is.
  package var cells: [(cell: Fence, output: Fence?)] {
    var cells: [(cell: Fence, output: Fence?)] = []
    for block in blocks {
      if case .cell(let fence) = block { cells.append((fence, nil)) }
      if case .output(let fence) = block, !cells.isEmpty { cells[cells.count - 1].output = fence }
    }
    return cells
  }

  /// The fence that says on what the notebook ran; nil when there is none.
  package var environment: Fence? {
    blocks.lazy.compactMap { if case .environment(let fence) = $0 { fence } else { nil } }.last
  }

  /// The cells as a script, each on the same lines as in the file, so that errors have its places.
  ///
  /// A fence's opening line becomes `#%%` with its title, every other line that is none of a cell's
  /// becomes empty.
  package var script: String {
    blocks.map { block in
      switch block {
      case .prose(let text): Self.blank(text)
      case .output(let fence), .environment(let fence):
        Self.blank(fence.opening + fence.body + fence.closing)
      case .cell(let fence): "#%% \(fence.title)\n" + fence.body + Self.blank(fence.closing)
      }
    }.joined()
  }

  private static func blank(_ text: String) -> String {
    String(repeating: "\n", count: text.utf8.count { $0 == UInt8(ascii: "\n") })
  }
}
