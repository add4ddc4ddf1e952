import Commands
import Language
package import Notebook
package import Reporting
package import Sandbox
package import Session

/// Leads a learner through one lesson, in a session of its own.
///
/// The learner types at the ordinary prompt; after each cell ``cellEnded(_:wasStopped:)`` looks
/// whether the step is done, and ``answer(_:)`` takes the words that lead through the lesson.
package actor LessonPlayer {
  /// The lesson that is taken.
  package nonisolated let lesson: Lesson
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
  /// The remark that was shown last in this step, and the command that had led to it.
  private var lastRemark: (text: String, command: String)?
  /// What the session was at the start of each step reached.
  private var starts: [Int: Runner.Snapshot] = [:]

  /// - Parameters:
  ///   - lesson: the lesson.
  ///   - progress: what was passed before.
  ///   - resources: where bundled models and data are.
  ///   - limits: the files that its commands may use; nil for all.
  ///   - recollection: what was worked out when it was taken before; nil where that is not kept.
  ///   - report: shows what cells give.
  ///   - show: shows what the lesson says.
  package init(
    _ lesson: Lesson, progress: LessonProgress, resources: Resources,
    limits: FileLimits? = nil, recollection: Recollection? = nil,
    report: @escaping @Sendable (RunEvent) -> Void,
    show: @escaping @Sendable (LessonText) -> Void
  ) {
    self.lesson = lesson
    self.progress = progress
    self.show = show
    recorder = LessonRecorder(base: report)
    runner = Runner(
      resources: resources, limits: limits, recollection: recollection,
      report: { [recorder] in recorder.report($0) })
    rehearsal = Rehearsal(runner: runner, recorder: recorder, recollection: recollection)
  }

  /// The step that the learner is at; nil at the end.
  package var step: LessonStep? {
    stepIndex < lesson.steps.count ? lesson.steps[stepIndex] : nil
  }

  // MARK: Beginning

  /// Says what the lesson is about and shows the first step that is not passed, with the session as
  /// the steps before leave it.
  ///
  /// - Returns: false when the user stopped the steps that are run once more.
  package func begin() async -> Bool {
    let passed = lesson.steps.prefix { progress.result(of: $0, in: lesson) != nil }.count
    let first = passed == lesson.steps.count ? 0 : passed
    write("# \(lesson.title)\n\n" + lesson.introduction)
    if first == 0 {
      show(.introduction(lesson))
    } else {
      show(.notice("Welcome back to *\(lesson.title)*. All is as the steps before leave it."))
    }
    for index in 0..<first {
      starts[index] = await runner.snapshot()
      write(lesson.steps[index])
      let isSolved = await rehearsal.solve(
        lesson.steps[index],
        tellMiss: { [show, step = lesson.steps[index]] in
          show(
            .notice(
              "What *\(step.title)* gives is not kept, or no longer fits: it is run once more; a "
                + "moment."))
        })
      guard isSolved else { return false }
    }
    await enter(first)
    return true
  }

  private func enter(_ index: Int) async {
    stepIndex = index
    hintCount = 0
    tryCount = 0
    lastRemark = nil
    recorder.clear()
    if starts[index] == nil, let step { write(step) }
    starts[index] = await runner.snapshot()
    if let step { show(.step(step, number: index + 1, of: lesson.steps.count)) }
  }

  // MARK: What the learner does

  /// Looks whether the step is done, after a cell.
  ///
  /// - Parameters:
  ///   - failure: the error that ended the cell, if one did.
  ///   - wasStopped: whether Ctrl-C ended it.
  package func cellEnded(_ failure: Diagnostic?, wasStopped: Bool = false) async {
    recorder.noteEnd(failure)
    guard let step else { return }
    guard case .cells(let solution, let check, _) = step.task else {
      if failure != nil { show(.remark("This step is a question: type the number of an answer.")) }
      return
    }
    if await rehearsal.holds(check) { return await pass(.done) }
    tryCount += 1
    if wasStopped {
      return show(.remark("Stopped. `again` puts this step back to its start."))
    }
    for remark in step.remarks where await rehearsal.holds(remark.condition) {
      // What was done still is so while the learner does as the remark says, `reset` before a new
      // try: it is said again only when the same command was run again.
      let command = recorder.lastCommand
      if let last = lastRemark, last.text == remark.text, last.command != command { return }
      lastRemark = (remark.text, command)
      return show(.remark(remark.text))
    }
    // Whoever types a step's lines one by one has not tried in vain.
    let tries = tryCount - solution.lineCount + 1
    if tries > 0, tries % 3 == 0 { giveHint() }
  }

  /// What an entry means to the lesson.
  package enum Reply: Sendable {
    /// It was a word or an answer, and is dealt with.
    case taken
    /// The learner wants to leave.
    case leave
    /// It is to be run as a cell.
    case cell
  }

  /// Takes a word that leads through the lesson, or the number of a choice.
  package func answer(_ text: String) async -> Reply {
    if let word = LessonWord(typed: text) {
      if word == .leave { return .leave }
      await follow(word)
      return .taken
    }
    guard let number = Int(trimmed(text)), let step,
      case .question(let answer, let choices, let replies) = step.task
    else { return .cell }
    if number == answer {
      write("Answered: \(number).")
      await pass(.done)
    } else if (1...choices).contains(number) {
      show(.remark(replies[number] ?? "Not that one. Have another look, and try again."))
    } else {
      show(.remark("Type the number of one of the \(choices) answers."))
    }
    return .taken
  }

  private func follow(_ word: LessonWord) async {
    switch word {
    case .hint: giveHint()
    case .again: await restart(stepIndex)
    case .back: await restart(max(0, stepIndex - 1))
    case .skip: await skip()
    case .whereabouts: show(.whereabouts(lesson, progress, stepIndex: stepIndex))
    case .leave: break
    }
  }

  private func giveHint() {
    guard let step else { return show(.notice("The lesson is done; there is nothing to hint at.")) }
    guard hintCount < step.hints.count else {
      return show(
        .remark(
          step.hints.isEmpty
            ? "Choose by what you think; a wrong answer is explained. `skip` tells the right one."
            : "That was the last hint: \(step.hints[step.hints.count - 1]) `skip` does the step and shows how."
        ))
    }
    show(.hint(step.hints[hintCount]))
    hintCount += 1
  }

  /// Goes to the start of a step, with the session as it was then.
  private func restart(_ index: Int) async {
    await goBack(to: index)
    await enter(index)
    if step == nil { show(.notice("All is as the last step left it.")) }
  }

  private func goBack(to index: Int) async {
    guard let start = starts[index] else { return }
    do { try await runner.restore(start) } catch {
      show(.notice("The session cannot go back: its model is no longer where it was read."))
    }
  }

  /// Does the step for the learner, from its start, and shows how.
  private func skip() async {
    guard let step else {
      return show(.notice("The lesson is done; there is nothing to skip."))
    }
    if case .cells(let solution, _, _) = step.task {
      await goBack(to: stepIndex)
      recorder.clear()
      show(.solution(solution.text))
      if case .interrupted = await rehearsal.run(solution) {
        return show(.remark("Stopped. `skip` does the step from its start."))
      }
    } else if case .question(let answer, _, _) = step.task {
      write("Skipped; the answer is \(answer).")
      show(.remark("The answer is \(answer)."))
    }
    await pass(.skipped)
  }

  private func pass(_ result: LessonProgress.Result) async {
    guard let step else { return }
    progress.note(result, step, in: lesson)
    write(step.afterword)
    show(.passed(step, result))
    await enter(stepIndex + 1)
    if stepIndex == lesson.steps.count { show(.finished(lesson, progress)) }
  }

  // MARK: The transcript

  /// Notes a step's text between the cells.
  private func write(_ step: LessonStep) {
    // What was to be typed is shown indented: only what was typed is a cell.
    let lines = step.instruction.split(separator: "\n", omittingEmptySubsequences: false)
    var isInside = false
    let text = lines.compactMap { line -> String? in
      if line.hasPrefix("```") {
        isInside.toggle()
        return nil
      }
      return isInside ? "    " + line : String(line)
    }
    write("## \(step.title)\n\n" + text.joined(separator: "\n"))
  }

  private func write(_ text: String) {
    if !text.isEmpty { runner.transcript.add(text: text) }
  }
}

extension SourceFile {
  /// The lines that have something in them.
  fileprivate var lineCount: Int {
    text.split(whereSeparator: \.isNewline).count { !$0.allSatisfy(\.isWhitespace) }
  }
}
