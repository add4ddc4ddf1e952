import Language
import Reporting
package import Session

/// A notebook run again, and held against the values that it records.
package struct Verification: Sendable {
  /// What differs in a cell.
  package struct CellReport: Hashable, Sendable {
    /// The number that the cell got when it was run again.
    package let number: Int
    /// The cell's place in the file.
    package let line: Int
    /// The first line of its source.
    package let title: String
    /// Every value that is not what was recorded, in the order of the output.
    package let differences: [ValueDifference]
  }

  /// How many cells have recorded values and were compared.
  package let comparedCount: Int
  /// The cells that differ; empty when all is as recorded.
  package let cells: [CellReport]
  /// What explains a difference, or would have been expected to make one: inputs that changed.
  package let causes: [String]

  /// Compares what a file records with what its cells gave now.
  ///
  /// - Parameters:
  ///   - notebook: the file.
  ///   - cells: the cells as they ran now, in the file's order.
  ///   - environment: what they ran on.
  package init(
    _ notebook: MarkdownNotebook, against cells: [Cell], on environment: RunEnvironment
  ) {
    let fences = Self.fences(of: notebook)
    let pairs = zip(fences, cells).filter { $0.0.output != nil && $0.1.status != .running }
    comparedCount = pairs.count
    self.cells = pairs.compactMap { fence, cell in
      let recorded = (fence.output?.lines ?? []).map { OutputLine($0) }
      let differences = CellComparison.differences(recorded: recorded, found: cell.outputLines)
      guard !differences.isEmpty else { return nil }
      let title = CellText.lines(cell.source).first ?? ""
      return CellReport(
        number: cell.number, line: fence.cell.line, title: title, differences: differences)
    }
    let before = notebook.environment.map { RunEnvironment(text: $0.body) }
    causes = before.map { Self.changes(from: $0, to: environment) } ?? []
  }

  /// The cells of the run: a fence without statements is none.
  private static func fences(
    of notebook: MarkdownNotebook
  ) -> [(cell: MarkdownNotebook.Fence, output: MarkdownNotebook.Fence?)] {
    notebook.cells.filter { !isEmpty($0.cell) }
  }

  /// Where trainings were stopped when the file was written, by the places of their cells.
  static func stops(in notebook: MarkdownNotebook) -> [Int: RecordedStop] {
    let stops = fences(of: notebook).enumerated().compactMap { place, fence in
      RecordedStop((fence.output?.lines ?? []).map { OutputLine($0) }).map { (place, $0) }
    }
    return Dictionary(uniqueKeysWithValues: stops)
  }

  private static func isEmpty(_ fence: MarkdownNotebook.Fence) -> Bool {
    !Lexer.read(SourceFile(.cell(0), fence.body)).tokens.contains {
      !$0.endsLine
    }
  }

  /// What is not as it was; threads and vector path are left out, as they change no bit.
  private static func changes(from old: RunEnvironment, to new: RunEnvironment) -> [String] {
    let inputs = old.inputs.compactMap { input -> String? in
      let now = new.inputs.first { $0.kind == input.kind && $0.name == input.name }
      guard let now, now.sha256 != input.sha256 else { return nil }
      let hashes = [input.sha256, now.sha256].map { $0.map { $0.prefix(12) + "…" } ?? "unknown" }
      return "\(input.kind) \(input.name) has changed: sha256 \(hashes[0]) -> \(hashes[1])"
    }
    let isOther = !old.version.isEmpty && old.version != new.version
    return inputs + (isOther ? ["ft itself has changed: \(old.version) -> \(new.version)"] : [])
  }

  /// Whether every value is as it is recorded.
  package var isEqual: Bool { cells.isEmpty }

  /// Differences shown of one cell.
  private static let mostShown = 8

  /// The result as lines for people, each ended by a line feed; `path` is the file's name.
  package func text(path: String) -> String {
    var lines: [String] = []
    for cell in cells {
      // Lines of Jupyter's files tell people nothing.
      let place = JupyterNotebook.isJupyter(path) ? path : "\(path):\(cell.line)"
      lines.append("cell \(cell.number) differs, \(place): \(cell.title)")
      lines += cell.differences.prefix(Self.mostShown).map {
        "  \($0.place): \($0.recorded) -> \($0.found)"
      }
      let rest = cell.differences.count - Self.mostShown
      if rest > 0 { lines.append("  and \(rest) more") }
    }
    lines += causes.map { isEqual ? "note: \($0); no value changed by it" : "cause: \($0)" }
    if !isEqual, causes.isEmpty {
      lines.append("program and inputs are those recorded: was an output edited by hand?")
    }
    let cellWord = comparedCount == 1 ? "cell" : "cells"
    lines.append(
      isEqual
        ? "equal: \(comparedCount) \(cellWord) of \(path)"
        : "\(cells.count) of \(comparedCount) \(cellWord) of \(path) "
          + "\(cells.count == 1 ? "differs" : "differ")")
    return lines.map { $0 + "\n" }.joined()
  }
}
