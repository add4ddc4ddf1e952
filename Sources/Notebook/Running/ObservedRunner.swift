import Commands
import Language
import Reporting
import Session

/// Runs the session's commands and tells what each gave.
struct ObservedRunner: CommandRunner {
  let base: SessionRunner
  /// The user's wish to stop; unlike the session's own flag, no command takes it back.
  let interruption: StopFlag
  let report: @Sendable (RunEvent) -> Void

  var isStopRequested: Bool { interruption.isRequested }

  func run(_ call: Call) async throws -> Value {
    if interruption.isRequested { throw CancellationError() }
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
