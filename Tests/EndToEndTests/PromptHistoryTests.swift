import Foundation
import TestSupport
import Testing

/// Earlier entries: the arrows, Ctrl-R, and the file that keeps them.
@Suite("The prompt remembers entries", .serialized) struct PromptHistoryTests {
  private static let up = "\u{1b}[A"
  private static let down = "\u{1b}[B"

  @Test func theUpArrowBringsBackAWholeEntry() throws {
    let session = try TerminalSession()
    session.type("if true {\rprint 77\r}\r")
    try session.waitFor(ending: "\n77\nft[2]>")
    session.type(Self.up)
    try session.waitFor(ending: "ft[2]> if true {\n  print 77\n}")
    session.type("\r")
    try session.waitFor(ending: "\n77\nft[3]>")
  }

  @Test func downBringsBackWhatWasBeingTyped() throws {
    let session = try TerminalSession()
    try session.enter("print 1")
    try session.enter("print 2")
    session.type("pri" + Self.up + Self.up + Self.up)
    try session.waitFor("the first entry") { $0.beforeCursor == "ft[3]> print 1" }
    session.type(Self.down)
    try session.waitFor("the second") { $0.beforeCursor == "ft[3]> print 2" }
    session.type(Self.down)
    try session.waitFor("what was typed") { $0.beforeCursor == "ft[3]> pri" }
  }

  @Test func equalEntriesAreOne() throws {
    let session = try TerminalSession()
    for entry in ["print 1", "print 2", "print 1"] { try session.enter(entry) }
    session.type(Self.up + Self.up)
    try session.waitFor("the one between") { $0.beforeCursor == "ft[4]> print 2" }
    session.type(Self.up)
    session.type("!")
    try session.waitFor("nothing older") { $0.beforeCursor == "ft[4]> print 2!" }
  }

  @Test func anotherSessionHasTheHistoryOfThisOne() throws {
    let folder = try TemporaryFolder()
    do {
      let session = try TerminalSession(in: folder)
      session.type("if true {\rprint 5\r}\r")
      try session.waitFor(ending: "\n5\nft[2]>")
      try session.enter(" print \"secret\"")
      try session.enter("1 / 0")
      // No farewell: the terminal is closed, the process killed.
    }
    let path = folder.path + "/state/tunebook/history"
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 2 && !text.contains("secret"))
    let session = try TerminalSession(in: folder)
    session.type(Self.up)
    try session.waitFor("the entry that failed") { $0.beforeCursor == "ft[1]> 1 / 0" }
    session.type(Self.up)
    try session.waitFor(ending: "ft[1]> if true {\n  print 5\n}")
  }

  @Test func sessionsAtOnceBothKeepTheirs() throws {
    let folder = try TemporaryFolder()
    do {
      let one = try TerminalSession(in: folder)
      let other = try TerminalSession(in: folder)
      try one.enter("print 1")
      try other.enter("print 2")
      try one.enter("print 3")
    }
    let session = try TerminalSession(in: folder)
    for number in [3, 2, 1] {
      session.type(Self.up)
      try session.waitFor("entry \(number)") { $0.beforeCursor == "ft[1]> print \(number)" }
    }
  }

  @Test("a history that cannot be kept is said once (I09)")
  func aHistoryThatCannotBeKeptIsSaidOnce() throws {
    let folder = try TemporaryFolder()
    try folder.put("state", Array("no folder".utf8))
    let session = try TerminalSession(in: folder)
    #expect(session.screen.text.contains("note: nothing can be kept: no history"))
    try session.enter("print 4")
    session.type(Self.up)
    try session.waitFor("the entry") { $0.beforeCursor == "ft[2]> print 4" }
  }

  // MARK: Ctrl-R

  @Test func ctrlRSearchesBackwards() throws {
    let session = try TerminalSession()
    for entry in ["print 11", "print 21", "let a = 3"] { try session.enter(entry) }
    session.type("\u{12}pri")
    try session.waitFor("the newest") { $0.text.hasSuffix("search: pri | print 21") }
    session.type("\u{12}")
    try session.waitFor("the one before") { $0.text.hasSuffix("search: pri | print 11") }
    session.type("x")
    try session.waitFor("that there is none") { $0.text.hasSuffix("not found: prix | print 11") }
    session.type("\u{7f}\r")
    try session.waitFor(ending: "ft[4]> print 21\n21\nft[5]>")
  }

  @Test func ctrlGGivesTheSearchUp() throws {
    let session = try TerminalSession()
    try session.enter("print 11")
    session.type("let b\u{12}11")
    try session.waitFor("the entry") { $0.text.hasSuffix("search: 11 | print 11") }
    session.type("\u{7}")
    try session.waitFor("what was typed") { $0.beforeCursor == "ft[2]> let b" }
  }

  @Test func ctrlCEndsTheSearchAndTheLine() throws {
    let session = try TerminalSession()
    try session.enter("print 11")
    session.type("\u{12}11")
    try session.waitFor("the entry") { $0.text.hasSuffix("search: 11 | print 11") }
    session.type("\u{3}")
    try session.waitFor("a new line") { $0.beforeCursor == "ft[2]> " }
    try session.enter("print 12")
    #expect(session.screen.text.hasSuffix("print 12\n12\nft[3]>"))
  }

  @Test func anotherKeyEndsTheSearchAndDoesItsWork() throws {
    let session = try TerminalSession()
    try session.enter("print 11")
    session.type("\u{12}11\u{1b}[H")
    try session.waitFor("the start of the line") {
      $0.beforeCursor == "ft[2]> " && $0.afterCursor == "print 11"
    }
  }
}
