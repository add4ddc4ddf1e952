import Language
import Notebook
import Reporting
import Session
import Synchronization

/// Keeps what a runner tells, as short texts.
final class Recorder: Sendable {
  private let events = Mutex<[String]>([])
  private let whenPrinted = Mutex<@Sendable () -> Void>({})

  var all: [String] { events.withLock { $0 } }

  /// Says what to do at each printed line.
  func onPrint(_ action: @escaping @Sendable () -> Void) { whenPrinted.withLock { $0 = action } }

  func add(_ event: RunEvent) {
    events.withLock { $0.append(Self.text(event)) }
    if case .printed = event { whenPrinted.withLock { $0 }() }
  }

  private static func text(_ event: RunEvent) -> String {
    switch event {
    case .cell(let number): "cell \(number)"
    case .printed(let line): "print \(line)"
    case .shown: "shown"
    case .result(let result): "result \(result.command), line \(result.line)"
    case .value(let value): "value \(value.source)"
    case .problem(let problem): "\(problem.severity) \(problem.code?.id ?? "none")"
    }
  }
}

/// A session without models, and what it tells.
struct Desk {
  let recorder = Recorder()
  let runner: Runner

  init() {
    runner = Runner(resources: Resources(executable: "/nowhere/ft", home: nil)) {
      [recorder] in recorder.add($0)
    }
  }

  /// Runs texts as the scripts of one program.
  func runScripts(_ texts: String...) async -> ExitCode {
    let files = texts.enumerated().map { SourceFile(.file("\($0.offset).ft"), $0.element) }
    return await ScriptRunner(runner, report: { [recorder] in recorder.add($0) }).run(files)
  }

  /// Runs a text as a cell; nil when it must not run.
  func runCell(_ text: String, _ number: Int = 1) async -> Runner.Outcome? {
    guard let script = await runner.prepare(SourceFile(.cell(number), text)).script else {
      return nil
    }
    return await runner.run(script, asCell: number)
  }
}
