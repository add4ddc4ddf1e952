import Language
package import Notebook
package import Reporting
package import Session

/// Leads a learner through one lesson, in a session of its own.
///
/// The learner types at the ordinary prompt; after each cell ``cellEnded(_:)`` looks whether the
/// step is done, and ``answer(_:)`` takes the words that lead through the lesson.
package actor LessonPlayer {
  package let lesson: Lesson
  /// The lesson's own session.
  package nonisolated let runner: Runner
  /// What was passed, in this and other lessons.
  package private(set) var progress: LessonProgress
  /// The step that the learner is at, from 0; the number of steps at the end.
  package private(set) var stepIndex = 0

  private let recorder: LessonRecorder
  private let rehearsal: Rehearsal
  private let show: @Sendable (LessonText) -> Void
  private var hintCount = 0
  private var tryCount = 0
  /// What the session was at the start of each step reached.
  private var starts: [Int: Runner.Snapshot] = [:]

  /// - Parameters:
  ///   - lesson: the lesson.
  ///   - progress: what was passed before.
  ///   - resources: where bundled models and data are.
  ///   - report: shows what cells give.
  ///   - show: shows what the lesson says.
  package init(
    _ lesson: Lesson, progress: LessonProgress, resources: Resources,
    report: @escaping @Sendable (RunEvent) -> Void,
    show: @escaping @Sendable (LessonText) -> Void
  ) {
    self.lesson = lesson
    self.progress = progress
    self.show = show
    recorder = LessonRecorder(base: report)
    runner = Runner(resources: resources, report: { [recorder] in recorder.report($0) })
    rehearsal = Rehearsal(runner: runner, recorder: recorder)
  }

  /// The step that the learner is at; nil at the end.
  package var step: LessonStep? {
    stepIndex < lesson.steps.count ? lesson.steps[stepIndex] : nil
  }

  // MARK: Beginning

  /// Says what the lesson is about and shows the first step that is not passed, with the session as
  /// the steps before leave it.
  package func begin() async {
    let passed = lesson.steps.prefix { progress.result(of: $0, in: lesson) != nil }.count
    let first = passed == lesson.steps.count ? 0 : passed
    if first == 0 {
      show(.introduction(lesson))
    } else {
      show(.notice("Welcome back. Running the steps before this one again."))
    }
    for index in 0..<first {
      starts[index] = await runner.snapshot()
      await rehearsal.solve(lesson.steps[index])
    }
    await enter(first)
  }

  private func enter(_ index: Int) async {
    stepIndex = index
    hintCount = 0
    tryCount = 0
    recorder.clear()
    starts[index] = await runner.snapshot()
    if let step { show(.step(step, number: index + 1, of: lesson.steps.count)) }
  }

  // MARK: What the learner does

  /// Looks whether the step is done, after a cell.
  ///
  /// - Parameter failure: the error that ended the cell, if one did.
  package func cellEnded(_ failure: Diagnostic?) async {
    if let failure { recorder.note(failure) }
    guard let step, case .cells(_, let check, _) = step.task else { return }
    if await rehearsal.holds(check) { return await pass(.done) }
    tryCount += 1
    for remark in step.remarks where await rehearsal.holds(remark.condition) {
      return show(.remark(remark.text))
    }
    if tryCount % 3 == 0 { giveHint() }
  }

  /// Takes a word that leads through the lesson, or the number of a choice.
  ///
  /// - Returns: false when `text` is neither, and is to be run as a cell.
  package func answer(_ text: String) async -> Bool {
    let entry = trimmed(text)
    if let word = LessonWord(rawValue: entry) {
      await follow(word)
      return true
    }
    guard let number = Int(entry),
      case .question(let answer, let choices, let replies)? = step?.task
    else { return false }
    if number == answer {
      await pass(.done)
    } else if (1...choices).contains(number) {
      show(.remark(replies[number] ?? "Not that one. Have another look, and try again."))
    } else {
      show(.remark("Type the number of one of the \(choices) answers."))
    }
    return true
  }

  private func follow(_ word: LessonWord) async {
    switch word {
    case .hint: giveHint()
    case .again: await restart(stepIndex)
    case .back: await restart(max(0, stepIndex - 1))
    case .skip: await skip()
    case .whereabouts: show(.whereabouts(lesson, progress, stepIndex: stepIndex))
    }
  }

  private func giveHint() {
    guard let step else { return }
    guard hintCount < step.hints.count else {
      return show(.remark("That was the last hint. `skip` does the step and shows how."))
    }
    show(.hint(step.hints[hintCount]))
    hintCount += 1
  }

  /// Goes to the start of a step, with the session as it was then.
  private func restart(_ index: Int) async {
    await goBack(to: index)
    await enter(index)
  }

  private func goBack(to index: Int) async {
    guard let start = starts[index] else { return }
    do { try await runner.restore(start) } catch {
      show(.notice("The session cannot go back: its model is no longer where it was read."))
    }
  }

  /// Does the step for the learner, from its start, and shows how.
  private func skip() async {
    guard let step else { return }
    if case .cells(let solution, _, _) = step.task {
      await goBack(to: stepIndex)
      show(.solution(solution.text))
      await rehearsal.run(solution)
    } else if case .question(let answer, _, _) = step.task {
      show(.remark("The answer is \(answer)."))
    }
    await pass(.skipped)
  }

  private func pass(_ result: LessonProgress.Result) async {
    guard let step else { return }
    progress.note(result, step, in: lesson)
    show(.passed(step, result))
    await enter(stepIndex + 1)
    if stepIndex == lesson.steps.count { show(.finished(lesson, progress)) }
  }
}

/// The words that lead through a lesson.
package enum LessonWord: String, CaseIterable, Sendable {
  case hint, again, back, skip
  case whereabouts = "where"

  /// What it does, for the list of words.
  package var summary: String {
    switch self {
    case .hint: "one more hint"
    case .again: "back to this step's start"
    case .back: "the step before"
    case .skip: "does this step and shows how"
    case .whereabouts: "how far you are"
    }
  }
}

/// What a lesson says; each front end shows it in its own way.
package enum LessonText: Sendable {
  case introduction(Lesson)
  case step(LessonStep, number: Int, of: Int)
  case passed(LessonStep, LessonProgress.Result)
  case remark(String)
  case hint(String)
  /// The lines that `skip` runs.
  case solution(String)
  case notice(String)
  case whereabouts(Lesson, LessonProgress, stepIndex: Int)
  case finished(Lesson, LessonProgress)
}
