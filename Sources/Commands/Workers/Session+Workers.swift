import Language
import Reporting
import Session
import Workers

/// Commands as several workers run them.
extension Session {
  /// Runs a command, and has all workers give the same value of it, or fail together.
  ///
  /// What differs from worker to worker by nature, such as the seconds something took, would else lead
  /// them different ways.
  func runWithWorkers(_ command: any Command.Type, _ call: Call) async throws -> Value {
    guard let team else { return try await run(command, call) }
    var value = Value.null
    do {
      if !command.isOfFirstWorker {
        value = try await run(command, call)
      } else if team.isFirst {
        value = try await runAlone(command, call)
      }
    } catch {
      // A worker that failed has told so already, and all gave up what they did.
      if let failure = team.takeFailure() { throw WorkersError.workerFailed(failure).diagnostic }
      let diagnostic = error as? Diagnostic
      team.fail(codeID: diagnostic?.code?.id ?? "", message: diagnostic?.message ?? "\(error)")
      throw error
    }
    guard let told = team.meet(.outcome, team.isFirst ? SharedValue.bytes(of: value) : []) else {
      throw team.takeFailure().map { WorkersError.workerFailed($0).diagnostic }
        ?? CancellationError()
    }
    return SharedValue.value(of: told[0], own: value)
  }

  /// Runs a command that the first worker does for all, in which nothing can be shared out.
  private func runAlone(_ command: any Command.Type, _ call: Call) async throws -> Value {
    let team = team
    self.team = nil
    defer { self.team = team }
    return try await run(command, call)
  }
}
