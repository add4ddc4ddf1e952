import Language
import Notebook
import Reporting
import Synchronization

/// Sees what happens in a lesson's session: what its commands gave since the step began.
///
/// Checks ask for it as `did`: `did.sample` is the list of what each `sample` gave, `did.last` the
/// name of the command that ran last, `did.errors` the list of the codes of errors, and `did.error`
/// the code of the error that ended the last cell, empty when none did.
final class LessonRecorder: Sendable {
  private let base: @Sendable (RunEvent) -> Void
  private let state = Mutex(State())

  fileprivate struct State {
    var values: [String: [Value]] = [:]
    var lastCommand = ""
    var errors: [String] = []
    var lastError = ""
    var isMuted = false
  }

  /// - Parameter base: shows what happens.
  init(base: @escaping @Sendable (RunEvent) -> Void) { self.base = base }

  /// Takes an event, and passes it on unless it is a rehearsal.
  func report(_ event: RunEvent) {
    let isMuted = state.withLock { state in
      switch event {
      case .result(let result):
        state.values[result.command, default: []].append(result.value)
        state.lastCommand = result.command
      case .problem(let problem): state.note(problem)
      default: break
      }
      return state.isMuted
    }
    if !isMuted { base(event) }
  }

  /// Takes the end of a cell, with the error that ended it, if one did.
  func noteEnd(_ problem: Diagnostic?) {
    state.withLock { state in
      if let problem { state.note(problem) }
      state.lastError = problem?.code?.id ?? ""
    }
  }

  /// Forgets what happened: a step begins.
  func clear() {
    state.withLock { state in
      state = State(isMuted: state.isMuted)
    }
  }

  /// The command that ran last, empty before one did.
  var lastCommand: String { state.withLock { $0.lastCommand } }

  /// Shows nothing while earlier steps are run once more.
  func mute(_ isMuted: Bool) { state.withLock { $0.isMuted = isMuted } }

  /// What happened, as checks ask for it; a command that was not run has an empty list.
  func did(commands: [String]) -> Value {
    state.withLock { state in
      var record = Record()
      for command in commands {
        let name = command.split(separator: " ").joined(separator: "_")
        record[name] = .list(state.values[command] ?? [])
      }
      record["last"] = .string(state.lastCommand)
      record["error"] = .string(state.lastError)
      record["errors"] = .list(state.errors.map { .string($0) })
      return .record(record)
    }
  }
}

extension LessonRecorder.State {
  fileprivate mutating func note(_ problem: Diagnostic) {
    if let code = problem.code { errors.append(code.id) }
  }
}
