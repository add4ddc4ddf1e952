import Language
package import Reporting

/// Runs a script as a program: all of it is read and checked before its first line runs.
package struct ScriptRunner: Sendable {
  private let runner: Runner
  private let report: @Sendable (RunEvent) -> Void

  /// - Parameters:
  ///   - runner: the session to run in.
  ///   - report: told of errors and notes; the same that the runner tells the rest.
  package init(_ runner: Runner, report: @escaping @Sendable (RunEvent) -> Void) {
    self.runner = runner
    self.report = report
  }

  /// Runs `texts` one after the other, the first error being the end.
  ///
  /// - Parameter texts: the script, and before it what the command line sets.
  /// - Returns: the code that the program ends with.
  package func run(_ texts: [SourceFile]) async -> ExitCode { await run(texts, stops: [:]) }

  /// Runs `texts`, and stops trainings where `stops` says, by the places of their cells.
  func run(_ texts: [SourceFile], stops: [Int: RecordedStop]) async -> ExitCode {
    var scripts: [Script] = []
    var problems: [Diagnostic] = []
    for text in texts {
      let (script, found) = await runner.prepare(text)
      scripts += script.map { [$0] } ?? []
      problems += found
    }
    for problem in problems { report(.problem(problem)) }
    guard scripts.count == texts.count else {
      return problems.first { $0.severity == .error }.map { ExitCode($0) } ?? .scriptError
    }
    for script in scripts {
      let outcome = await runner.run(script, stops: stops)
      if let problem = outcome.problem { report(.problem(problem)) }
      guard case .finished = outcome else { return ExitCode(outcome) }
    }
    return .done
  }
}

extension Runner.Outcome {
  /// What there is to tell about an end that was none of the user's.
  package var problem: Diagnostic? {
    switch self {
    case .finished, .quit, .interrupted: nil
    case .failed(let diagnostic): diagnostic
    case .broken(let error):
      Diagnostic(
        code: nil, "this is a bug of ft: \(error).",
        hints: [.help("report it with the lines that led here.")])
    }
  }
}
