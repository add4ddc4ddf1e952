package import Reporting

/// A cell that was run: its text, how it ended, what it showed and gave.
package struct Cell: Hashable, Sendable {
  /// How a cell ended.
  package enum Status: Hashable, Sendable {
    case running
    case done
    /// By this error; nil for one without a code.
    case failed(DiagnosticCode?)
    /// By the user.
    case stopped
  }

  /// Its number in the session, from 1, as `Out[3]` has it.
  package let number: Int
  /// As it was entered, without line ends around it.
  package let source: String
  /// The number of the cell that this one was made from, by `:edit` or `:rerun`.
  package let origin: Int?
  /// How it ended, or that it runs.
  package internal(set) var status = Status.running
  /// What it gave, in order, up to the transcript's limits.
  package internal(set) var outputs: [CellOutput] = []
  /// The names of the commands that it ran to their end, each once.
  package internal(set) var commands: [String] = []
  /// How long it took.
  package internal(set) var seconds = 0.0
  /// What of the source ran to its end: all of it, or the statements before an error.
  ///
  /// A script of these parts leads to the same session, as an error ends a cell but takes nothing
  /// back.
  package internal(set) var ranSource = ""
  /// Of a cell in which a training was stopped: what ran, with the statement of the training; nil for
  /// the others.
  ///
  /// Its outputs tell the step, so that verifying can stop there too. A script cannot.
  package internal(set) var stoppedSource: String?

  init(number: Int, source: String, origin: Int? = nil) {
    self.number = number
    self.source = source
    self.origin = origin
  }

  /// What is written of its outputs, line by line.
  package var outputLines: [OutputLine] { outputs.flatMap(\.lines) }

  /// The pictures among its outputs, in order.
  package var figures: [Figure] { outputs.flatMap(\.figures) }
}

/// A session's cells and the words between them.
package enum NotebookEntry: Hashable, Sendable {
  /// Prose: what was entered as comments alone.
  case text(String)
  case cell(Cell)

  /// The cell, when this is one.
  package var cell: Cell? {
    if case .cell(let cell) = self { cell } else { nil }
  }
}
