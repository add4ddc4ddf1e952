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

      --from takes a lesson that somebody else wrote; tutorials/writing-a-lesson.md says how. It has no \
      network and starts no programs, reads what comes with ft and writes to a folder of its own; how \
      far you are in it is kept apart from the other lessons.
      """)

  @Argument(help: "The lesson's number.") var number: Int?

  @Option(help: ArgumentHelp("Take somebody else's lesson.", valueName: "lesson.ft.md"))
  var from: String?

  @Flag(help: "With --from, let the lesson do what yours may.") var trusted = false

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    guard from == nil || number == nil else {
      throw ValidationError("--from takes a lesson's file, and no number beside it")
    }
    guard from != nil || !trusted else {
      throw ValidationError("--trusted goes with --from; lessons that come with ft are trusted")
    }
  }

  func run() throws {
    guard let from else { return try Program(machine, isPrompt: true).learn(number) }
    try Program(machine, isPrompt: true, guest: (from, trusted)).learn(from: from)
  }
}

extension Program {
  /// Begins somebody else's lesson.
  func learn(from path: String) throws {
    let lesson: Lesson
    do throws(Diagnostic) {
      lesson = try Course.lesson(path: path)
      try checkTerminal(reading: path)
    } catch {
      renderer.show(error)
      return try finish(Notebook.ExitCode(error))
    }
    if limits != nil {
      renderer.say(
        "This lesson is not one of ours: while ft runs, it and you have no network and no other "
          + "programs, and write to \(guest?.stateFolder ?? "a folder of its own") alone.")
    }
    try prompt(lesson: .take(lesson.number))
  }

  /// Refuses a lesson where nobody types.
  private func checkTerminal(reading path: String) throws(Diagnostic) {
    guard isatty(STDIN_FILENO) != 1 else { return }
    throw Diagnostic(
      code: .lessonOutsidePrompt, "lessons wait for what you type, and nobody types here.",
      hints: [.type("ft learn", remark: "in a terminal"), .help("to read them: \(path)")])
  }

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
      try checkTerminal(reading: "\(resources.lessons ?? "tutorials")/README.md")
    } catch {
      renderer.show(error)
      try finish(.usage)
    }
    try prompt(lesson: number.map { .take($0) } ?? .next)
  }
}
