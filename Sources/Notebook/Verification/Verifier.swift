import Reporting
import Session

/// Runs a notebook file again, in a session of its own, and compares.
package struct Verifier: Sendable {
  private let runner: Runner
  private let report: @Sendable (RunEvent) -> Void

  /// - Parameters:
  ///   - runner: a session with nothing loaded.
  ///   - report: told of errors and notes; the same that the runner tells the rest.
  package init(_ runner: Runner, report: @escaping @Sendable (RunEvent) -> Void) {
    self.runner = runner
    self.report = report
  }

  /// Runs the file's cells and compares what they gave with what it records.
  ///
  /// - Parameters:
  ///   - path: a notebook in Markdown, of Jupyter, or a page with one.
  ///   - name: what it is called in messages.
  /// - Returns: the code that the program ends with, and the comparison; nil when the cells could
  ///   not all be run.
  package func verify(
    path: String, name: String
  ) async -> (code: ExitCode, result: Verification?) {
    do throws(Diagnostic) {
      let file = try ScriptText.read(path: path)
      let notebook = try NotebookFile.notebook(of: file, path: name)
      // Markdown without cells is told as such; a script records nothing.
      let script = try notebook.map { notebook throws(Diagnostic) in
        try NotebookFile.script(of: notebook, path: name)
      }
      guard let notebook, let script, notebook.cells.contains(where: { $0.output != nil }) else {
        throw Diagnostic(
          code: .noRecordedValues, "\(name) records no values to compare with.",
          hints: [
            .help("at the prompt, `:load` runs its cells and `:save` keeps what they give")
          ])
      }
      let code = await ScriptRunner(runner, report: report)
        .run([script], stops: Verification.stops(in: notebook))
      guard code == .done else { return (code, nil) }
      let result = Verification(
        notebook, against: runner.transcript.cells, on: await runner.session.environment())
      return (result.isEqual ? .done : .difference, result)
    } catch {
      report(.problem(error))
      return (ExitCode(error), nil)
    }
  }
}

extension DiagnosticCode {
  static let noRecordedValues = DiagnosticCode(
    "N102", "notebook without recorded values",
    "`ft verify` runs a notebook again and compares with the ```output fences after its cells. "
      + "This file has none. `:save lab.ft.md` at the prompt writes them.")
}
