import Foundation
import TestSupport
import Testing

/// `ft learn --from`: a lesson of somebody else.
@Suite("Somebody else's lesson", .serialized) struct GuestLessonTests {
  private static func lesson(_ line: String, check: String = "n > 2", title: String = "Counting")
    -> String
  {
    """
    # \(title)
    <!-- ft lesson id=counting minutes=1 -->
    Numbers.

    ## Name one
    <!-- ft step id=name -->
    ```ft
    \(line)
    ```
    <!-- ft check: \(check) -->

    Good.

    ## Name another
    <!-- ft step id=other -->
    ```ft
    let m = 4
    ```
    <!-- ft check: m > 3 -->
    """
  }

  private func learn(
    _ text: String, in folder: TemporaryFolder, _ options: [String] = []
  ) throws -> TerminalSession {
    try folder.put("theirs.ft.md", Array(text.utf8))
    return try TerminalSession(
      ["learn", "--from", folder.path + "/theirs.ft.md"] + options, in: folder,
      until: "lesson 1.1> ")
  }

  @Test("is taken apart from ours, and kept apart") func isTaken() throws {
    let folder = try TemporaryFolder()
    let first = try learn(Self.lesson("let n = 3"), in: folder)
    #expect(first.screen.text.contains("not one of ours"))
    first.type("let n = 9\r")
    try first.waitFor("the next step") { $0.beforeCursor == "lesson 1.2> " }
    first.type("lesson list\r")
    try first.waitFor("the list") { $0.text.contains("1  Counting  (1 of 2 steps)") }
    first.type("leave\r")
    try first.waitFor("the session") { $0.beforeCursor == "ft[1]> " }
    first.type("quit\r")
    let state = folder.path + "/state/tunebook"
    #expect(!FileManager.default.fileExists(atPath: state + "/lessons.json"))
    let others = try FileManager.default.contentsOfDirectory(atPath: state + "/others")
    #expect(others.count == 1 && others[0].hasPrefix("theirs-"))
    // Our first lesson has none of it.
    let ours = try TerminalSession(in: folder)
    ours.type("lesson list\r")
    try ours.waitFor("the list") { $0.text.contains("1  Hello, model  (6 min)") }
  }

  @Test(
    "is kept to its own files, without a network",
    arguments: [
      ("load data \"/etc/passwd\"", "S101"), ("get model smollm2", "S101"),
      ("load model finch\nsave model \"/tmp/theirs\"", "S101"),
    ])
  func isHeld(line: String, code: String) throws {
    let folder = try TemporaryFolder()
    let session = try learn(Self.lesson(line), in: folder)
    session.type("skip\r")
    try session.waitFor("an end of it") { $0.beforeCursor.hasPrefix("lesson 1.2> ") }
    for line in line.split(separator: "\n") { session.type(line + "\r") }
    try session.waitFor("the refusal") { $0.text.contains("error[\(code)]") }
  }

  @Test("what its texts do to a terminal is shown, not done") func escapes() throws {
    let folder = try TemporaryFolder()
    let session = try learn(
      Self.lesson("let n = 3", title: "A\u{1b}[31m\u{1b}]0;owned\u{7}title"), in: folder)
    #expect(session.screen.text.contains("A\\x1b[31m"))
    #expect(!String(decoding: session.bytes, as: UTF8.self).contains("\u{1b}]0;owned"))
  }

  @Test(
    "a file that is none says where and what to write",
    arguments: [
      ("no lesson", "a lesson begins with its title", "write: # Hello"),
      (
        "# A\n<!-- ft lesson id=a minutes=1 -->\n## B\n<!-- ft step id=b -->\n```ft\nset lr 1\n```",
        "has a `check`", "write: <!-- ft check: "
      ),
    ])
  func refuses(text: String, message: String, line: String) throws {
    let folder = try TemporaryFolder()
    try folder.put("theirs.ft.md", Array(text.utf8))
    let outcome = try ProgramRun(["learn", "--from", "theirs.ft.md"], in: folder.path).end()
    #expect(outcome.code != 0)
    #expect(
      outcome.text.contains("L195") && outcome.text.contains("theirs.ft.md:"), "\(outcome.text)")
    #expect(outcome.text.contains(message) && outcome.text.contains(line), "\(outcome.text)")
  }

  @Test(
    "options that do not fit are refused",
    arguments: [
      (["learn", "2", "--from", "x.ft.md"], "no number beside it"),
      (["learn", "--trusted"], "--trusted goes with --from"),
      (["learn", "--from", "nowhere.ft.md"], "cannot read nowhere.ft.md"),
    ])
  func options(arguments: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try ProgramRun(arguments, in: folder.path).end()
    #expect(outcome.code != 0 && outcome.text.contains(message), "\(outcome.text)")
  }
}
