import Commands
package import Lessons
import Reporting
package import Terminal

/// Shows what a lesson says: its texts set as paragraphs, apart from what commands print.
package struct LessonRenderer: Sendable {
  private let renderer: EventRenderer
  private let theme: Theme
  private let width: @Sendable () -> Int

  /// - Parameters:
  ///   - renderer: the terminal.
  ///   - theme: what standard error may get, where the texts go.
  ///   - width: the columns of the terminal now.
  package init(
    _ renderer: EventRenderer, theme: Theme, width: @escaping @Sendable () -> Int
  ) {
    self.renderer = renderer
    self.theme = theme
    self.width = width
  }

  /// Writes what a lesson has to say, as text for this terminal.
  package func show(_ text: LessonText) {
    switch text {
    case .introduction(let lesson):
      write(heading("Lesson \(lesson.number): \(lesson.title)", "about \(lesson.minutes) minutes"))
      write(markdown(lesson.introduction) + "\n" + markdown(words))
    case .step(let step, let number, let count):
      write(heading(step.title, "step \(number) of \(count)"))
      write(markdown(step.instruction))
      if case .question = step.task { write("\n" + markdown("Type the number of your answer.")) }
    case .passed(let step, let result):
      write("\n" + theme.paint(result == .done ? "Done. " : "Skipped. ", .hint) + "\n")
      if !step.afterword.isEmpty { write("\n" + markdown(step.afterword)) }
    case .remark(let text), .notice(let text): write("\n" + markdown(text) + "\n")
    case .hint(let text): write("\n" + markdown("Hint: " + text) + "\n")
    case .solution(let lines): write(markdown("```ft\n\(lines)\n```"))
    case .whereabouts(let lesson, let progress, let index):
      write(whereabouts(lesson, progress, index))
    case .finished(let lesson, let progress): write(ending(lesson, progress))
    }
  }

  /// The lessons there are and how far the learner is in each.
  ///
  /// - Parameters:
  ///   - course: the lessons.
  ///   - progress: how far the learner is.
  ///   - next: the lesson that begins now; nil for the list alone.
  package func show(
    _ course: Course, _ progress: LessonProgress, beginning next: Lesson? = nil
  ) {
    for lesson in course.lessons {
      let passed = progress.passedCount(in: lesson)
      let state =
        passed == lesson.steps.count
        ? "done"
        : passed == 0 ? "\(lesson.minutes) min" : "\(passed) of \(lesson.steps.count) steps"
      let mark = lesson.number == next?.number ? ">" : " "
      write(
        "\(mark) \(lesson.number)  \(VisibleText.of(lesson.title))  \(theme.paint("(\(state))", .secondary))\n"
      )
    }
    guard next == nil else { return }
    write("\n" + markdown("`lesson 1` starts one; `lesson reset 1` forgets how far you are in it."))
  }

  private var words: String {
    "Any time: "
      + LessonWord.allCases.map { "`\($0.rawValue)` (\($0.summary))" }.joined(separator: ", ")
      + "."
  }

  private func whereabouts(_ lesson: Lesson, _ progress: LessonProgress, _ index: Int) -> String {
    var text = heading("Lesson \(lesson.number): \(lesson.title)", "")
    for (place, step) in lesson.steps.enumerated() {
      let mark =
        place == index
        ? ">" : progress.result(of: step, in: lesson).map { $0 == .done ? "+" : "-" } ?? " "
      text += "  \(mark) \(VisibleText.of(step.title))\n"
    }
    return text + "\n" + markdown("`+` done, `-` skipped, `>` here.")
  }

  private func ending(_ lesson: Lesson, _ progress: LessonProgress) -> String {
    let skipped = lesson.steps.count { progress.result(of: $0, in: lesson) == .skipped }
    let rest = skipped == 0 ? "every step done" : "\(skipped) of its steps skipped"
    return heading("Lesson \(lesson.number) is done", rest)
      + markdown("Stay and try things as long as you like; `leave` goes back.")
  }

  private func heading(_ title: String, _ remark: String) -> String {
    let tail = remark.isEmpty ? "" : "  " + theme.paint(remark, .secondary)
    return "\n" + theme.paint(VisibleText.of(title), .heading) + tail + "\n\n"
  }

  private func markdown(_ text: String) -> String {
    MarkdownText(theme: theme, width: width()).text(VisibleText.of(text))
  }

  private func write(_ text: String) { renderer.notice(text) }
}
