import Language
import Notebook
package import Reporting
package import Session

/// Takes a lesson as its learner would, and in all the ways that a learner might go wrong.
///
/// Proves that every solution passes its check; that each check fails before its step and on each
/// wrong line listed; that remarks and conditions can be worked out; that `again`, `back` and
/// `skip` leave the session from which the rest of the lesson passes, which is to say that of the
/// straight way, bit for bit; and that commands are shown before they are asked for.
package struct LessonChecker {
  private let lesson: Lesson
  private let runner: Runner
  private let recorder: LessonRecorder
  private let rehearsal: Rehearsal
  private var problems: [Diagnostic] = []
  private var taught: Set<String>

  /// - Parameters:
  ///   - lesson: the lesson to take.
  ///   - taught: the verbs that earlier lessons used.
  ///   - resources: where bundled models and data are.
  package init(_ lesson: Lesson, taught: Set<String>, resources: Resources) {
    self.lesson = lesson
    self.taught = taught
    recorder = LessonRecorder(base: { _ in })
    runner = Runner(resources: resources, report: { [recorder] in recorder.report($0) })
    rehearsal = Rehearsal(runner: runner, recorder: recorder)
  }

  /// What a check found.
  package struct Outcome: Sendable {
    package let problems: [Diagnostic]
    /// The verbs that this lesson and those before it used.
    package let taught: Set<String>
  }

  /// Takes every step.
  package mutating func run() async -> Outcome {
    var starts: [Runner.Snapshot] = []
    for index in lesson.steps.indices {
      let start = await runner.snapshot()
      starts.append(start)
      await take(lesson.steps[index], from: start)
      if index > 0 { await goBack(to: starts[index - 1], from: index) }
    }
    return Outcome(problems: problems, taught: taught)
  }

  private mutating func take(_ step: LessonStep, from start: Runner.Snapshot) async {
    guard case .cells(let solution, let check, let wrong) = step.task else { return }
    teach(step, solution)
    recorder.clear()
    if await rehearsal.holds(check) {
      report("the check of `\(step.id)` holds before anything is done.", check)
    }
    for line in wrong {
      recorder.clear()
      await rehearsal.run(line)
      if await rehearsal.holds(check) {
        report("the check of `\(step.id)` holds after a wrong line.", line)
      }
      await restore(start)
    }
    await solve(step, solution, check)
    let end = await runner.fingerprint()
    // `again`, and then the solution once more; `skip` is the same two.
    await restore(start)
    recorder.clear()
    await rehearsal.run(solution)
    if await runner.fingerprint() != end {
      report("`again` does not lead to the same session in `\(step.id)`.", solution)
    }
  }

  private mutating func solve(
    _ step: LessonStep, _ solution: SourceFile, _ check: SourceFile
  ) async {
    recorder.clear()
    let problem = await rehearsal.run(solution)
    switch await rehearsal.value(of: check) {
    case .success(true): break
    case .success(false):
      report("the solution of `\(step.id)` does not pass its check.", check)
      if let problem { problems.append(problem) }
    case .failure(let problem): problems.append(problem)
    }
    for remark in step.remarks {
      if case .failure(let problem) = await rehearsal.value(of: remark.condition) {
        problems.append(problem)
      }
    }
  }

  /// Goes to the step before and does it again: the session must be the one that was left.
  private mutating func goBack(to start: Runner.Snapshot, from index: Int) async {
    let now = await runner.snapshot()
    await restore(start)
    for step in lesson.steps[index - 1...index] {
      if case .cells(let solution, _, _) = step.task { await rehearsal.run(solution) }
    }
    let again = await runner.fingerprint()
    await restore(now)
    if await runner.fingerprint() != again, let place = lesson.steps[index].place {
      report("`back` from `\(lesson.steps[index].id)` leads to another session.", place)
    }
  }

  /// A verb that a solution uses is one that was used before, or is named in the step's text.
  private mutating func teach(_ step: LessonStep, _ solution: SourceFile) {
    let words = Set(step.instruction.split { !$0.isLetter }.map(String.init))
    for verb in solution.text.split(whereSeparator: { !$0.isLetter }).map(String.init)
    where runner.commands.isVerb(verb) && !taught.contains(verb) {
      taught.insert(verb)
      if !words.contains(verb) {
        report("`\(step.id)` uses `\(verb)`, which no text has shown.", solution)
      }
    }
  }

  private mutating func restore(_ moment: Runner.Snapshot) async {
    do { try await runner.restore(moment) } catch let problem as Diagnostic {
      problems.append(problem)
    } catch {
      problems.append(Diagnostic(code: nil, "the session cannot go back: \(error)."))
    }
  }

  private mutating func report(_ message: String, _ place: SourceFile) {
    problems.append(
      Diagnostic(code: "L196", message, at: .init(place, place.lineSpan(at: 0))))
  }
}

extension LessonStep {
  /// A place in the lesson's file.
  fileprivate var place: SourceFile? {
    if case .cells(let solution, _, _) = task { return solution }
    return nil
  }
}
