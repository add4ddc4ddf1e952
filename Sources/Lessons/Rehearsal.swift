import Language
import Notebook
import Reporting

/// Runs a lesson's own texts in its session: solutions, and conditions on what is there.
struct Rehearsal: Sendable {
  let runner: Runner
  let recorder: LessonRecorder

  /// Runs cells as if they had been typed; returns the error that ended them, if one did.
  @discardableResult
  func run(_ text: SourceFile) async -> Diagnostic? {
    let (script, problems) = await runner.prepare(text)
    guard let script else { return problems.first { $0.severity == .error } }
    guard let problem = await runner.run(script).problem else { return nil }
    recorder.note(problem)
    return problem
  }

  /// Runs a step's solution, showing nothing.
  func solve(_ step: LessonStep) async {
    guard case .cells(let solution, _, _) = step.task else { return }
    recorder.mute(true)
    await run(solution)
    recorder.mute(false)
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
