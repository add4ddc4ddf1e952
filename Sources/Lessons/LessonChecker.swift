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
  private let recollection: Recollection?
  private let resources: Resources
  private var problems: [Diagnostic] = []
  private var taught: Set<String>
  private var outcomes: [LessonPage.Outcome] = []

  /// - Parameters:
  ///   - lesson: the lesson to take.
  ///   - taught: the verbs that earlier lessons used.
  ///   - resources: where bundled models and data are.
  ///   - recollection: an empty one, by which what was worked out is not worked out again.
  package init(
    _ lesson: Lesson, taught: Set<String>, resources: Resources, recollection: Recollection? = nil
  ) {
    self.lesson = lesson
    self.taught = taught
    self.resources = resources
    self.recollection = recollection
    recorder = LessonRecorder(base: { _ in })
    runner = Runner(
      resources: resources, recollection: recollection,
      report: { [recorder] in recorder.report($0) })
    rehearsal = Rehearsal(runner: runner, recorder: recorder, recollection: recollection)
  }

  /// What a check found.
  package struct Outcome: Sendable {
    /// What a learner would run into, each at its place in the file.
    package let problems: [Diagnostic]
    /// The verbs that this lesson and those before it used.
    package let taught: Set<String>
    /// What the solutions gave.
    package let page: LessonPage
  }

  /// Takes every step, and then goes back from the end, a step at a time.
  package mutating func run() async -> Outcome {
    var starts: [Runner.Snapshot] = []
    var ends: [String] = []
    for step in lesson.steps {
      let start = await runner.snapshot()
      starts.append(start)
      await take(step, from: start)
      ends.append(await runner.fingerprint())
    }
    for index in lesson.steps.indices.reversed() {
      await goBack(to: lesson.steps[index], from: starts[index], endingAt: ends[index])
    }
    if recollection != nil { await comeBack(to: ends) }
    return Outcome(problems: problems, taught: taught, page: LessonPage(outcomes: outcomes))
  }

  private mutating func take(_ step: LessonStep, from start: Runner.Snapshot) async {
    guard case .cells(let solution, let check, let wrong) = step.task else {
      return outcomes.append(LessonPage.Outcome([], picturePath: nil))
    }
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
    recorder.clear()
    await solve(step, solution, check)
  }

  /// Runs a solution line by line: only the last may pass, and no remark is for who is on the way.
  private mutating func solve(
    _ step: LessonStep, _ solution: SourceFile, _ check: SourceFile
  ) async {
    let (script, found) = await runner.prepare(solution)
    problems += found
    let pieces = script?.pieces ?? []
    let cellCount = runner.transcript.cells.count
    for (index, piece) in pieces.enumerated() {
      let outcome = await runner.run(piece, asCell: runner.transcript.nextNumber)
      recorder.noteEnd(outcome.problem)
      if let problem = outcome.problem { problems.append(problem) }
      guard index < pieces.count - 1 else { break }
      if await rehearsal.holds(check) {
        report("the check of `\(step.id)` holds before the last line.", check)
      }
      for remark in step.remarks where await rehearsal.holds(remark.condition) {
        report("a remark of `\(step.id)` is made to who does right.", remark.condition)
      }
    }
    let cells = Array(runner.transcript.cells.dropFirst(cellCount))
    outcomes.append(LessonPage.Outcome(cells, picturePath: step.picture))
    if step.picture != nil, outcomes.last?.picture == nil {
      report("`\(step.id)` has a picture, and its solution draws none.", solution)
    }
    await confirm(step, check)
  }

  private mutating func confirm(_ step: LessonStep, _ check: SourceFile) async {
    switch await rehearsal.value(of: check) {
    case .success(true): break
    case .success(false): report("the solution of `\(step.id)` does not pass its check.", check)
    case .failure(let problem): problems.append(problem)
    }
    for remark in step.remarks {
      if case .failure(let problem) = await rehearsal.value(of: remark.condition) {
        problems.append(problem)
      }
    }
  }

  /// Goes back to a step's start, as `again`, `back` and `skip` do, and does it once more: the
  /// session must be the one that the straight way led to, from where the rest passes.
  private mutating func goBack(
    to step: LessonStep, from start: Runner.Snapshot, endingAt end: String
  ) async {
    guard case .cells(let solution, let check, _) = step.task else { return }
    await restore(start)
    recorder.clear()
    await rehearsal.solve(step)
    if await !rehearsal.holds(check) {
      // What the block of a training does is not done again where the training is known.
      await restore(start)
      recorder.clear()
      await rehearsal.run(solution)
    }
    if await runner.fingerprint() != end {
      report("going back to `\(step.id)` leads to another session.", solution)
    } else if await !rehearsal.holds(check) {
      report("`\(step.id)` does not pass a second time.", check)
    }
  }

  /// Comes back to the lesson in a new session, as who left at its end would: what is known must lead to
  /// the sessions that the straight way led to.
  private mutating func comeBack(to ends: [String]) async {
    let recorder = LessonRecorder(base: { _ in })
    let runner = Runner(
      resources: resources, recollection: recollection, report: { recorder.report($0) })
    let rehearsal = Rehearsal(runner: runner, recorder: recorder, recollection: recollection)
    for (step, end) in zip(lesson.steps, ends) {
      guard case .cells(let solution, _, _) = step.task else { continue }
      recorder.clear()
      await rehearsal.solve(step)
      if await runner.fingerprint() != end {
        report("coming back to the end of `\(step.id)` leads to another session.", solution)
      }
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
      Diagnostic(code: .lessonMisleads, message, at: .init(place, place.lineSpan(at: 0))))
  }
}
