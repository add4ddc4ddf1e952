import Language
import Notebook
import Reporting
import Session

/// Runs a lesson's own texts in its session: solutions, and conditions on what is there.
struct Rehearsal: Sendable {
  let runner: Runner
  let recorder: LessonRecorder
  /// What was worked out when the lesson was taken before.
  let recollection: Recollection?

  /// Runs a text as if it had been typed as the next cell.
  @discardableResult
  func run(_ text: SourceFile) async -> Runner.Outcome {
    let (script, problems) = await runner.prepare(text)
    guard let script else {
      let problem = problems.first { $0.severity == .error }
      return .failed(problem ?? .lesson("these lines do not run.", text, line: 1))
    }
    let outcome = await runner.run(script, asCell: runner.transcript.nextNumber)
    recorder.noteEnd(outcome.problem)
    return outcome
  }

  /// Runs a step's solution, showing nothing, and takes what is known of it; false when the user stopped
  /// it.
  ///
  /// `tellMiss` is told once, when something that takes long has to be worked out.
  @discardableResult
  func solve(_ step: LessonStep, tellMiss: @escaping @Sendable () -> Void = {}) async -> Bool {
    guard case .cells(let solution, _, _) = step.task else { return true }
    recorder.mute(true)
    recollection?.recall(tellMiss: tellMiss)
    defer {
      recorder.mute(false)
      recollection?.stopRecalling()
    }
    if case .interrupted = await run(solution) { return false }
    return true
  }

  /// Whether a condition holds; one that cannot be worked out does not.
  func holds(_ condition: SourceFile) async -> Bool {
    if case .success(true) = await value(of: condition) { return true }
    return false
  }

  /// What a condition gives, or why it gives nothing.
  func value(of condition: SourceFile) async -> Result<Bool, Diagnostic> {
    do {
      let did = recorder.did(commands: runner.commandNames)
      let value = try await runner.evaluate(condition, with: [("did", did)])
      guard case .bool(let holds) = value else {
        return .failure(.lesson("a condition is true or false.", condition, line: 1))
      }
      return .success(holds)
    } catch {
      return .failure(
        error as? Diagnostic
          ?? .lesson("a condition failed: \(error)", condition, line: 1))
    }
  }
}
