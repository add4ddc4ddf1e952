import ArgumentParser
import Foundation
import Lessons
import Notebook
import REPL
import Reporting

/// `ft lesson …`: for those who write lessons.
struct LessonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson", abstract: "Check lessons that you write.", subcommands: [Check.self])

  /// `ft lesson check FILES`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take lessons as a learner would, in the order given.",
      discussion: """
        Every solution must pass its check; each check must fail before its step and on each wrong \
        line listed; `again`, `back` and `skip` must lead to the same session, bit for bit; \
        commands must be shown before they are asked for.
        """)

    @Argument(help: "The lessons, such as tutorials/*.ft.md.") var files: [String]

    @OptionGroup var machine: MachineOptions

    func run() throws { try Program(machine).checkLessons(files) }
  }
}

extension Program {
  /// Checks lessons one after the other; a line a lesson, and what is wrong.
  func checkLessons(_ files: [String]) throws {
    let (_, interrupts) = makeRunner { _ in }
    let code = interrupts.wait { [self] in await check(files) } ?? .interrupted
    try finish(code)
  }

  private func check(_ files: [String]) async -> Notebook.ExitCode {
    var taught: Set<String> = []
    var code = Notebook.ExitCode.done
    for file in files {
      let start = ProcessInfo.processInfo.systemUptime
      var problems: [Diagnostic] = []
      do throws(Diagnostic) {
        let lesson = try Course.lesson(path: file)
        var checker = LessonChecker(lesson, taught: taught, resources: resources)
        let outcome = await checker.run()
        taught = outcome.taught
        problems = outcome.problems
      } catch { problems = [error] }
      let seconds = ProcessInfo.processInfo.systemUptime - start
      let verdict = problems.isEmpty ? "ok" : "\(problems.count) wrong"
      renderer.writeResult("\(file): \(verdict), \(Quantity(seconds, .seconds).text)\n")
      for problem in problems { renderer.show(problem) }
      if !problems.isEmpty { code = .scriptError }
    }
    return code
  }
}
