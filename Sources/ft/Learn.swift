import ArgumentParser
import Commands
import Foundation
import Lessons
import Notebook
import REPL
import Reporting
import Session

/// `ft learn [N]`: the prompt, with a lesson on.
struct Learn: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Learn fine-tuning in lessons, at the prompt.",
    discussion: """
      Without a number it lists the lessons and goes on where you stopped. How far you are is kept \
      after each step.
      """)

  @Argument(help: "The lesson's number.") var number: Int?

  @OptionGroup var machine: MachineOptions

  func run() throws { try Program(machine, isPrompt: true).learn(number) }
}

extension Program {
  /// Begins a lesson at the prompt, or shows how to when nobody types.
  func learn(_ number: Int?) throws {
    do throws(Diagnostic) {
      let course = try classroom.course()
      if let number, course.lesson(number) == nil {
        throw Diagnostic(
          code: .noLesson,
          "there is no lesson \(number); they go to \(course.lessons.last?.number ?? 0).",
          hints: [.type("ft learn")])
      }
      guard isatty(STDIN_FILENO) == 1 else {
        let file = "\(resources.lessons ?? "tutorials")/README.md"
        throw Diagnostic(
          code: .lessonOutsidePrompt, "lessons wait for what you type, and nobody types here.",
          hints: [.type("ft learn", remark: "in a terminal"), .help("to read them: \(file)")])
      }
    } catch {
      renderer.show(error)
      try finish(.usage)
    }
    try prompt(lesson: number.map { .take($0) } ?? .next)
  }
}
