import Commands
package import Language
package import Reporting
package import Session
import Synchronization

/// Runs cells and scripts in one session: parses, checks, then runs.
///
/// Nothing of a text runs when any of it does not parse, or names something that is not there.
package struct Runner: Sendable {
  /// How a cell or script ended.
  package enum Outcome: Sendable {
    /// To its end, with the value of its last statement.
    case finished(Value)
    /// `quit` was run.
    case quit
    /// It was stopped by the user.
    case interrupted
    case failed(Diagnostic)
    /// An error that no command explained: a bug of this program.
    case broken(any Error)
  }

  package let session: Session
  private let interpreter: Interpreter
  private let interruption: StopFlag
  private let report: @Sendable (RunEvent) -> Void
  private let screen: Screen

  /// Whether a command showed something since it was last asked.
  private final class Screen: Sendable {
    private let hasNews = Mutex(false)

    func note() { hasNews.withLock { $0 = true } }

    func takeNews() -> Bool {
      hasNews.withLock { news in
        defer { news = false }
        return news
      }
    }
  }

  /// Makes a session with nothing loaded.
  ///
  /// - Parameters:
  ///   - resources: where bundled models and data are.
  ///   - report: told what happens; called from several threads, in order.
  package init(resources: Resources, report: @escaping @Sendable (RunEvent) -> Void) {
    let screen = Screen()
    let interruption = StopFlag()
    let session = Session(resources: resources) { event in
      screen.note()
      report(.shown(event))
    }
    let runner = ObservedRunner(
      base: SessionRunner(session), interruption: interruption, report: report)
    interpreter = Interpreter(
      commands: CommandList.table, runner: runner, names: SessionNames(session),
      output: { report(.printed($0)) })
    self.session = session
    self.interruption = interruption
    self.report = report
    self.screen = screen
  }

  /// Reads and checks a text.
  ///
  /// - Returns: the script, or nil when it must not run; and what is wrong with it, at most ten, or
  ///   worth noting.
  package func prepare(_ file: SourceFile) async -> (script: Script?, problems: [Diagnostic]) {
    let (script, syntax) = Script.parse(file, commands: CommandList.table)
    guard syntax.isEmpty else { return (nil, syntax) }
    let problems = Checker(commands: CommandList.table, known: await knownNames()).check(script)
    return (problems.contains { $0.severity == .error } ? nil : script, problems)
  }

  /// Runs one cell of the prompt; its value is reported, unless its command has shown it.
  package func run(_ script: Script, asCell number: Int) async -> Outcome {
    report(.cell(number))
    _ = screen.takeNews()
    let outcome = await run { try await interpreter.run(script) }
    guard case .finished(let value) = outcome, value != .null else { return outcome }
    await interpreter.keep(value, ofCell: number)
    if !script.endsInCommand || !screen.takeNews() { report(.value(value)) }
    return outcome
  }

  /// Runs a whole script, each statement of which counts as a cell.
  package func run(_ script: Script) async -> Outcome {
    await run {
      var value = Value.null
      let pieces = script.pieces
      for (index, piece) in pieces.enumerated() {
        report(.cell(index + 1))
        value = try await interpreter.run(piece)
        await keep(value, of: piece, before: pieces.dropFirst(index + 1).first)
      }
      return value
    }
  }

  /// Keeps the value of a script's cell, marked by `#%%`, when its last statement has run.
  private func keep(_ value: Value, of piece: Script, before next: Script?) async {
    guard value != .null, let statement = piece.statements.last,
      let cell = piece.cell(of: statement), next?.statements.first.flatMap(piece.cell) != cell
    else { return }
    await interpreter.keep(value, ofCell: cell)
  }

  /// Asks what is running to stop: training after its step, a script before its next statement.
  package func requestStop() {
    interruption.request()
    session.stop.request()
  }

  /// Forgets an earlier request to stop; before each cell.
  package func clearStop() {
    interruption.clear()
    session.stop.clear()
  }

  /// What exists now: the session's things, and the variables of scripts.
  package func knownNames() async -> KnownNames {
    var known = await session.knownNames()
    known.variables += await interpreter.variables.map(\.name)
    known.procedures += await interpreter.procedures
    known.outputs = await interpreter.outputNumbers
    for case (let name, .record(let record)) in await interpreter.variables {
      known.members[name] = record.names
    }
    return known
  }

  private func run(_ body: () async throws -> Value) async -> Outcome {
    do {
      let value = try await body()
      // A training that was stopped gives what it has: the rest was still not done.
      return interruption.isRequested ? .interrupted : .finished(value)
    } catch let diagnostic as Diagnostic {
      return .failed(diagnostic)
    } catch is QuitRequest {
      return .quit
    } catch is CancellationError {
      return .interrupted
    } catch {
      return .broken(error)
    }
  }
}
