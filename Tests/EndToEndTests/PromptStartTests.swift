import Foundation
import TestSupport
import Testing

/// How a session begins and ends, and what each kind of terminal gets.
@Suite("The prompt begins and ends", .serialized) struct PromptStartTests {
  @Test func aSessionStartsAndEnds() throws {
    let session = try TerminalSession()
    #expect(session.screen.lines[0].hasPrefix("ft 1.0 · bundled: finch "))
    #expect(session.screen.marksPastes)
    #expect(!session.isTerminalCooked)
    try session.enter("1 + 1")
    #expect(session.screen.text.hasSuffix("ft[1]> 1 + 1\n2\nft[2]>"))
    session.type("\u{4}")
    try session.waitFor("the question") {
      $0.text.contains("1 cell is not saved: `:save lab.ft.md` keeps them")
        && $0.beforeCursor == "ft[2]> "
    }
    session.type("\u{4}")
    #expect(try session.waitForEnd() == 0)
    #expect(session.screen.unknown == [])
    #expect(!session.screen.marksPastes)
  }

  /// In a release build it takes a twentieth of a second; here the program is not optimised.
  @Test func thePromptIsThereSoon() throws {
    let clock = ContinuousClock()
    let times = try (0..<3).map { _ in try clock.measure { _ = try TerminalSession() } }
    #expect(try #require(times.min()) < .seconds(1))
  }

  @Test func quitGivesTheTerminalBack() throws {
    let session = try TerminalSession.shell()
    session.type("ft\r")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[1]> " }
    #expect(!session.isTerminalCooked)
    session.type("quit\r")
    try session.waitFor("the shell") { $0.text.hasSuffix("> quit\n$") }
    session.type("cat\rechoed\r\u{4}")
    try session.waitFor("the echo") { $0.text.hasSuffix("\nechoed\nechoed\n$") }
  }

  @Test func quitAsksOnceBeforeCellsAreLost() throws {
    let session = try TerminalSession()
    try session.enter("let a = 4")
    try session.enter("quit")
    #expect(session.screen.text.contains("\n1 cell is not saved: "))
    session.type("quit\r")
    #expect(try session.waitForEnd() == 0)
    #expect(session.screen.text.ranges(of: "not saved").count == 1)
  }

  @Test func quitAfterSavingLeavesAtOnce() throws {
    let session = try TerminalSession()
    try session.enter("let a = 4")
    session.type(":save lab.ft.md\r")
    try session.waitFor("the file") { $0.text.contains("saved lab.ft.md, 1 cell") }
    session.type("quit\r")
    #expect(try session.waitForEnd() == 0)
  }

  @Test(arguments: [SIGTERM: 143, SIGHUP: 129])
  func aSignalEndsItWithTheTerminalGivenBack(signal: Int32, code: Int) throws {
    let session = try TerminalSession.shell()
    session.type("ft; echo code $?\r")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[1]> " }
    session.type("print 1")
    try session.waitFor("the text") { $0.beforeCursor == "ft[1]> print 1" }
    // The terminal's foreground group is ft.
    #expect(kill(-session.foregroundGroup, signal) == 0)
    try session.waitFor("the shell") { $0.text.hasSuffix("\ncode \(code)\n$") }
    #expect(!session.screen.marksPastes)
    session.type("cat\rechoed\r\u{4}")
    try session.waitFor("the echo") { $0.text.hasSuffix("\nechoed\nechoed\n$") }
  }

  @Test func noColorMeansNone() throws {
    let session = try TerminalSession(["NO_COLOR": "1"])
    try session.enter("1 / 0")
    let text = String(decoding: session.bytes, as: UTF8.self)
    #expect(!text.contains(/\u{1b}\[[0-9;]*m/))
    let colored = try TerminalSession()
    try colored.enter("1 / 0")
    #expect(String(decoding: colored.bytes, as: UTF8.self).contains("\u{1b}[1;31m"))
  }

  @Test(arguments: ["dumb", ""])
  func aTerminalThatKnowsNoEscapesGetsNone(term: String) throws {
    let session = try TerminalSession(["TERM": term])
    try session.enter("1 / 0")
    try session.enter("print 4")
    #expect(!session.bytes.contains(0x1B))
    #expect(session.screen.text.contains("\n4\nft[3]>"))
  }

  @Test func aDumbTerminalShowsProgressAsLines() throws {
    let session = try TerminalSession(["TERM": "dumb"])
    try session.prepareTraining()
    try session.enter("train 1 step")
    #expect(!session.bytes.contains(0x1B))
    #expect(session.screen.text.contains(/\nepoch 1\/1 \d+%, loss/))
  }

  @Test func anUnknownTerminalIsWrittenToPlainly() throws {
    let session = try TerminalSession(["TERM": "no-such-terminal"])
    try session.enter("print 4")
    #expect(session.screen.text.hasSuffix("\n4\nft[2]>"))
  }

  /// libedit drops what is no ASCII in the locale C.
  @Test func theLocaleCLosesNoLetters() throws {
    let session = try TerminalSession(["LC_ALL": "C"])
    #expect(session.screen.lines[0].contains(" | type `lesson 1` or `help`"))
    try session.enter("print length(\"aλ日b\")")
    #expect(session.screen.text.hasSuffix("print length(\"aλ日b\")\n4\nft[2]>"))
  }

  @Test func editingCanBeTurnedOff() throws {
    let folder = try TemporaryFolder()
    try folder.put(".editrc", Array("edit off\n".utf8))
    let session = try TerminalSession(in: folder)
    #expect(session.screen.text.contains("note: no line editing: line editing is off"))
    try session.enter("print 4")
    #expect(session.screen.text.hasSuffix("\n4\nft[2]>"))
  }

  @Test func aKeyOfTheUsersOwnWorks() throws {
    let folder = try TemporaryFolder()
    try folder.put(".editrc", Array("bind ^X ft-up\nbind ^T no-such-function\n".utf8))
    let session = try TerminalSession(in: folder)
    try session.enter("print 4")
    session.type("\u{18}")
    try session.waitFor("the entry") { $0.beforeCursor == "ft[2]> print 4" }
  }

  // MARK: Pipes

  @Test func aPipeIsAScriptWithoutPrompts() throws {
    let session = try TerminalSession.shell()
    session.type("printf 'let a = 2\\nprint a + 1\\nif a > 1 {\\n  print 7\\n}\\n' | ft\r")
    try session.waitFor("the results") { $0.text.hasSuffix("| ft\n3\n7\n$") }
    #expect(!session.bytes.contains(0x1B))
  }

  @Test func anErrorInAPipeIsTheExitCode() throws {
    let session = try TerminalSession.shell(["NO_COLOR": "1"])
    session.type("printf 'print 1\\n\\377\\n' | ft > out.txt; echo code $?\r")
    try session.waitFor("the code") { $0.text.contains(/\ncode 3\n\$$/) }
    session.type("printf 'print 1\\n1 / 0\\nprint 2\\n' | ft 2> /dev/null; echo code $?\r")
    try session.waitFor(ending: "\n1\ncode 3\n$")
  }

  @Test func resultsGoWhereTheyAreSentAndPromptsToTheTerminal() throws {
    let session = try TerminalSession.shell()
    session.type("ft | cat > out.txt\r")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[1]> " }
    session.type("print 40 + 2\r")
    try session.waitFor("the next prompt") { $0.beforeCursor == "ft[2]> " }
    session.type("\u{4}")
    try session.waitFor("the question") { $0.text.contains("1 cell is not saved") }
    session.type("\u{4}")
    try session.waitFor("the shell") { $0.beforeCursor == "$ " }
    #expect(try session.folder.bytes(of: "out.txt") == Array("42\n".utf8))
  }
}
