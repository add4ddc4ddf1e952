import ArgumentParser
import Checkpoints
import Foundation
import Lessons
import Notebook
import REPL
import Reporting
import Session

/// `ft lesson …`: for those who write lessons.
struct LessonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson", abstract: "Check lessons that you write.",
    subcommands: [Check.self, Update.self])

  /// `ft lesson check FILES`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take lessons as a learner would, in the order given.",
      discussion: """
        Every solution must pass its check; each check must fail before its step, before the \
        solution's last line and on each wrong line listed; `again`, `back`, `skip` and coming back must lead to \
        the same session, bit for bit; commands must be shown before they are asked for; and what \
        the page shows as output and plots must be what comes out.
        """)

    @Argument(help: "The lessons, such as tutorials/*.ft.md.") var files: [String]

    @OptionGroup var machine: MachineOptions

    func run() throws { try Program(machine).checkLessons(files, updates: false) }
  }

  /// `ft lesson update FILES`.
  struct Update: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check lessons, and write what comes out into their pages.",
      discussion: """
        Under each step's cells comes what they give, in a fence marked `output`; a line such as \
        ![words](images/02-curve.svg) in a step gets the first plot that its cells draw.
        """)

    @Argument(help: "The lessons, such as tutorials/*.ft.md.") var files: [String]

    @OptionGroup var machine: MachineOptions

    func run() throws { try Program(machine).checkLessons(files, updates: true) }
  }
}

extension Program {
  /// Checks lessons one after the other; a line a lesson, and what is wrong.
  func checkLessons(_ files: [String], updates: Bool) throws {
    let (_, interrupts) = makeRunner { _ in }
    let code = interrupts.wait { [self] in await check(files, updates: updates) } ?? .interrupted
    try finish(code)
  }

  private func check(_ files: [String], updates: Bool) async -> Notebook.ExitCode {
    var taught: Set<String> = []
    var code = Notebook.ExitCode.done
    for file in files {
      let start = ProcessInfo.processInfo.systemUptime
      var problems: [Diagnostic] = []
      do throws(Diagnostic) {
        let lesson = try Course.lesson(path: file)
        let folder = NSTemporaryDirectory() + "tunebook-check-\(getpid())"
        let recollection = Recollection(folder: folder + "/kept")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var checker = LessonChecker(
          lesson, taught: taught, resources: resources, recollection: recollection)
        let outcome = await checker.run()
        taught = outcome.taught
        problems = outcome.problems
        if problems.isEmpty { problems = try compare(outcome.page, with: file, updates: updates) }
      } catch { problems = [error] }
      let seconds = ProcessInfo.processInfo.systemUptime - start
      let verdict = problems.isEmpty ? "ok" : "\(problems.count) wrong"
      renderer.writeResult("\(file): \(verdict), \(Quantity(seconds, .seconds).text)\n")
      for problem in problems { renderer.show(problem) }
      if !problems.isEmpty { code = .scriptError }
    }
    return code
  }

  /// Holds a lesson's page and its pictures against what came out, or writes them.
  private func compare(
    _ page: LessonPage, with file: String, updates: Bool
  ) throws(Diagnostic) -> [Diagnostic] {
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    let text = try ScriptText.read(path: file).text
    let files =
      [(file, text, page.updated(text))]
      + page.pictures.map { picture in
        let path = folder + picture.path
        let bytes = FileManager.default.contents(atPath: path) ?? Data()
        return (path, String(decoding: bytes, as: UTF8.self), picture.svg)
      }
    var problems: [Diagnostic] = []
    for (path, old, new) in files where old != new {
      guard updates else {
        problems.append(
          Diagnostic(
            code: .lessonPageDiffers, "\(path) does not show what comes out.",
            hints: [.type("ft lesson update \(file)")]))
        continue
      }
      do throws(CheckpointError) {
        let parent = (path as NSString).deletingLastPathComponent
        try makeFolder(parent.isEmpty ? "." : parent)
        try AtomicFile.write(Array(new.utf8), to: path)
      } catch { throw Diagnostic(code: .unwrittenOutput, error.message) }
    }
    return problems
  }
}
