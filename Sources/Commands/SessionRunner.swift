import Execution
package import Language
package import Session

/// Runs the language's commands on a session.
package struct SessionRunner: CommandRunner {
  private let session: Session

  /// Runs commands on `session`.
  package init(_ session: Session) { self.session = session }

  /// Runs a command and gives its value.
  ///
  /// - Throws: `Diagnostic`, and `CancellationError` after a stop.
  package func run(_ call: Call) async throws -> Value {
    guard let command = CommandList.command(named: call.signature.name) else { return .null }
    return try await session.runWithWorkers(command, call)
  }

  /// Puts settings in force until ``popSettings()``.
  package func pushSettings(_ changes: [SettingChange]) async throws {
    try await session.pushSettings(changes)
  }

  /// Goes back to the settings before the last ``pushSettings(_:)``.
  package func popSettings() async { await session.popSettings() }

  /// Whether what runs is to stop.
  package var isStopRequested: Bool { session.stop.isRequested }
}

extension Session {
  /// Runs a command in this process.
  func run(_ command: any Command.Type, _ call: Call) async throws -> Value {
    try checkTrainingBlock(call)
    try checkLimits(call)
    // Of another model, or of one that is trained, nothing holds that was computed before.
    defer { if call.signature.effects.contains("model") { forgetTalkKeys() } }
    do {
      try command.checkNeeds(call, in: self)
      let value = try await command.run(call, in: self)
      noteProvenance(call)
      return value
    } catch let error as SessionError { throw explained(error, call) }
  }

  fileprivate func pushSettings(_ changes: [SettingChange]) throws {
    var changed = settings
    for change in changes { try changed.apply(change) }
    if changed.data != settings.data, let model {
      do throws(SessionError) {
        try useTemplate(of: changed, for: model, tell: teller())
      } catch { throw explainedTemplate(error) }
    }
    outerSettings.append(settings)
    settings = changed
  }

  fileprivate func popSettings() {
    if let outer = outerSettings.popLast() { settings = outer }
  }
}
