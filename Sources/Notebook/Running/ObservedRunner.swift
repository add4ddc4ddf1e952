import Commands
import Execution
import Language
import Reporting
import Session

/// Runs the session's commands and tells what each gave.
struct ObservedRunner: CommandRunner {
  let base: any CommandRunner
  /// The user's wish to stop.
  let stop: StopFlag
  let report: @Sendable (RunEvent) -> Void

  var isStopRequested: Bool { stop.isRequested }

  func run(_ call: Call) async throws -> Value {
    if stop.isRequested { throw CancellationError() }
    let value = try await base.run(call)
    report(
      .result(
        CommandResult(
          command: call.signature.name, value: value, file: call.file,
          line: call.file.line(at: call.span.start))))
    return value
  }

  func pushSettings(_ changes: [SettingChange]) async throws {
    try await base.pushSettings(changes)
  }

  func popSettings() async { await base.popSettings() }
}
