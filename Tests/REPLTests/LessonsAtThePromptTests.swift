import Commands
import Foundation
import Notebook
import Session
import Synchronization
import Terminal
import TestSupport
import Testing

@testable import REPL

@Suite("Lessons at the prompt") struct LessonsAtThePromptTests {
  private static let lesson = """
    # Counting
    <!-- ft lesson id=counting minutes=1 -->
    Numbers have names.

    ## Name one
    <!-- ft step id=name -->
    ```ft
    let n = 3
    ```
    <!-- ft check: n > 2 -->
    <!-- ft wrong: let n = 1 -->
    <!-- ft hint: Type: let n = 3 -->
    <!-- ft when did.error == "L103" => Mind the spelling. -->

    It is kept.

    ## Think
    <!-- ft step id=think -->
    Twice that?

    1. five
    2. six
    <!-- ft question answer=2 -->

    Quite so.
    """

  private let home: TemporaryFolder
  /// The working folders that lessons asked for.
  private let entered = Folders()

  private final class Folders: Sendable {
    let all = Mutex<[String]>([])
  }

  init() throws {
    home = try TemporaryFolder()
    for folder in ["stdlib/models", "tutorials", "state"] {
      try FileManager.default.createDirectory(
        atPath: home.path + "/" + folder, withIntermediateDirectories: true)
    }
    try Data(Self.lesson.utf8).write(
      to: URL(fileURLWithPath: home.path + "/tutorials/01-counting.ft.md"))
  }

  /// What a prompt wrote that was given these inputs.
  private func run(_ inputs: [LineInput]) async throws -> (results: String, notices: String) {
    let output = try TemporaryOutput()
    let resources = Resources(executable: "/nowhere/ft", home: home.path)
    let state = home.path + "/state"
    _ = await onThread { [renderer = output.renderer, entered] in
      let runner = Runner(resources: resources) { renderer.report($0) }
      let interrupts = Interrupts(stop: runner.stop, tell: { _ in })
      let classroom = Classroom(
        resources: resources, page: LessonRenderer(renderer, theme: .plain) { 80 },
        stateFolder: state,
        enter: { folder in
          entered.all.withLock { $0.append(folder) }
          return true
        })
      let repl = REPL(
        runner: runner, renderer: renderer, interrupts: interrupts,
        commands: CommandList.table, history: nil, classroom: classroom, theme: .plain)
      return repl.run(ScriptedLines(inputs))
    }
    return (try output.results, try output.notices)
  }

  private func type(_ entries: String...) async throws -> (results: String, notices: String) {
    try await run(entries.map { .entry($0, firstLine: 1) })
  }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: home.path + "/state/" + name)
  }

  @Test func leadsThroughALessonAndKeepsWhatWasDone() async throws {
    let found = try await type(
      "lesson 1", "lett n = 3", "let n = 4", "1", "2", "leave", "lesson list")
    let parts = [
      "Lesson 1: Counting", "step 1 of 2", "there is no command `lett`", "Mind the spelling.",
      "Done.", "It is kept.", "step 2 of 2", "Not that one.", "Lesson 1 is done",
      "lesson-1.ft.md", "Back at your own session.", "1  Counting  (done)",
    ]
    var rest = Substring(found.notices)
    for part in parts {
      let place = try #require(rest.firstRange(of: part), "\(part) in \(found.notices)")
      rest = rest[place.upperBound...]
    }
    let transcript = try String(
      contentsOfFile: home.path + "/state/lesson-1.ft.md", encoding: .utf8)
    #expect(transcript.hasPrefix("# Counting\n\nNumbers have names.\n\n## Name one\n"))
    #expect(transcript.contains("```ft [2]\nlet n = 4\n```"))
    #expect(transcript.contains("Answered: 2."))
  }

  @Test func goesOnWhereALearnerStopped() async throws {
    _ = try await type("lesson", "let n = 9")
    let found = try await type("lesson", "n", "2")
    #expect(found.notices.contains("Welcome back to Counting"))
    // The session is what the solution leaves.
    #expect(found.results == "3\n")
    #expect(found.notices.contains("Lesson 1 is done"))
    let again = try await type("lesson reset all", "lesson list")
    #expect(again.notices.contains("1  Counting  (1 min)"))
  }

  @Test func leavesTheUsersSessionAndFolderAlone() async throws {
    let folder = FileManager.default.currentDirectoryPath
    let found = try await type(
      "let mine = 7", "lesson 1", "mine", "let n = 3", "leave", "mine", "n")
    #expect(found.results == "7\n")
    #expect(found.notices.contains("there is nothing called `mine`"))
    #expect(found.notices.contains("cell 3, line 1\n  | n\n"))
    #expect(entered.all.withLock { $0 } == [home.path + "/state/lessons/1", folder])
    // Nothing was saved in it.
    #expect(!exists("lessons/1"))
  }

  @Test func theEndOfTheInputLeavesALessonBeforeTheSession() async throws {
    let found = try await run([
      .entry("let mine = 7", firstLine: 1), .entry("lesson 1", firstLine: 1), .end,
      .entry("mine", firstLine: 1), .end,
    ])
    #expect(found.results == "7\n")
  }

  @Test func runsCellsAgainInALesson() async throws {
    let found = try await type("lesson 1", "let n = 3", ":rerun 1", ":cells")
    #expect(found.notices.contains("lesson 1.2> let n = 3"))
    #expect(found.results.contains("ok, now 2"))
  }

  @Test(arguments: [
    ("lesson 9", "error[N109]: there is no lesson 9; they go to 1."),
    ("lesson reset", "`lesson reset` needs the number of a lesson"),
    ("hint", "in a lesson this word leads the way"),
    ("help hint", ""), ("let k = 1\nlesson (k)", "error[N108]"),
  ])
  func saysWhatIsWrong(entry: String, part: String) async throws {
    let found = try await type(entry)
    #expect(found.notices.contains(part) || part.isEmpty)
    #expect(!part.isEmpty || found.results.contains("lesson: Learn fine-tuning"))
  }

  @Test func tellsOfAProgressFileThatHoldsSomethingElse() async throws {
    try Data("[1]".utf8).write(to: URL(fileURLWithPath: home.path + "/state/lessons.json"))
    let found = try await type("lesson", "lesson reset all", "lesson list")
    #expect(found.notices.contains("error[N110]"))
    #expect(found.notices.contains("1  Counting  (1 min)"))
  }

  @Test func thePromptNamesTheStepAndCompletesItsWords() {
    let prompt = Prompt(commands: CommandList.table, theme: .plain)
    #expect(!prompt.rules.completions("ba", 2).candidates.contains("back"))
    prompt.place = .lesson(1, step: 2)
    #expect(prompt.rules.prompt("") == "lesson 1.2> ")
    #expect(prompt.rules.prompt("if true {") == "lesson 1.2{ ")
    #expect(
      prompt.rules.completions("ba", 2).candidates == ["balance", "base", "baseline", "back"])
    #expect(prompt.rules.completions("sk", 2).candidates == ["skip"])
    prompt.place = .lesson(1, step: nil)
    #expect(prompt.rules.prompt("") == "lesson 1> ")
  }

  @Test(
    arguments: [
      ("lesson", .next), ("lesson  2", .take(2)), ("lesson list", .list),
      ("lesson reset 3", .reset(3)), ("lesson reset", .reset(nil)), ("lesson reset all", .resetAll),
      ("lesson (n)", nil), ("lesson 2; print 1", nil), ("print 1", nil), ("lesson two three", nil),
    ] as [(String, LessonCall?)])
  func readsEntries(entry: String, call: LessonCall?) { #expect(LessonCall(entry) == call) }
}
