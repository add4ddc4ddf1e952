import Foundation
import TestSupport
import Testing

/// What commands show in a terminal, and the prompt's own commands on cells.
@Suite("The prompt shows", .serialized) struct PromptOutputTests {
  // MARK: Pages

  /// A pager that says that it ran, and shows how many lines it got.
  ///
  /// Given to `sh`, not started itself: a file that another test's child still has open for writing,
  /// as all did when it was forked, cannot be started.
  private func pagerFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.put("pager", Array("echo paged $(wc -l)\n".utf8))
    return folder
  }

  @Test func longOutputComesInPages() throws {
    let session = try TerminalSession(["PAGER": "sh pager"], in: pagerFolder())
    try session.enter("help")
    #expect(session.screen.text.contains(/\nft\[1\]> help\npaged \d+\nft\[2\]>/))
    try session.enter("help quit")
    #expect(session.screen.text.contains("End the session."))
  }

  @Test func pagesAreForTerminalsAlone() throws {
    let session = try TerminalSession.shell(["PAGER": "echo paged"])
    session.type("ft > out.txt\r")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[1]> " }
    session.type("help\r")
    try session.waitFor("the next prompt") { $0.beforeCursor == "ft[2]> " }
    session.type("quit\r")
    try session.waitFor("the shell") { $0.beforeCursor == "$ " }
    let text = String(decoding: try session.folder.bytes(of: "out.txt"), as: UTF8.self)
    #expect(text.hasPrefix("A session reads like this:") && !text.contains("paged"))
    session.type("ft help; echo done\r")
    try session.waitFor(ending: "\ndone\n$")
    #expect(!session.screen.text.contains("paged"))
  }

  @Test func aPagerThatIsNotThereIsDoneWithout() throws {
    let session = try TerminalSession(["PAGER": "no-such-pager 2> /dev/null"])
    try session.enter("help")
    #expect(session.screen.text.contains("A session reads like this:"))
  }

  @Test func aQuestionMarkAsksForHelp() throws {
    let session = try TerminalSession(["PAGER": "cat"], rows: 60)
    try session.enter("?quit")
    #expect(session.screen.text.contains("ft[1]> ?quit\nquit: End the session."))
    try session.enter("quit?")
    session.type(":q\r")
    try session.waitFor("the advice") { $0.text.contains("\n  try: quit\nft[3]>") }
  }

  // MARK: Widths

  @Test func longErrorsAreBrokenBetweenWords() throws {
    let session = try TerminalSession(columns: 40)
    try session.enter("load model \"a-folder/with-a-name/that-is-not-there\"")
    #expect(session.screen.lines.contains("error[M101]: there is no folder"))
  }

  @Test(arguments: [40, 60, 80, 200])
  func tablesFit(columns: Int) throws {
    let session = try TerminalSession(["PAGER": "cat"], columns: columns, rows: 60)
    try session.enter("load data \"support.jsonl\"")
    for line in ["show data", "set", "help"] { try session.enter(line) }
    // A line that was too long would have gone on in the next row.
    let shown = session.screen.text.split(separator: "\n")
    #expect(shown.allSatisfy { $0.count <= columns })
    #expect(session.screen.unknown == [])
  }

  @Test func plotsAreDrawnInLettersThatTheTerminalHas() throws {
    let session = try TerminalSession()
    try session.enter("plot [1, 4, 2, 8]")
    #expect(session.screen.text.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
    let plain = try TerminalSession(["LC_ALL": "C"])
    try plain.enter("plot [1, 4, 2, 8]")
    #expect(plain.screen.text.contains("*") && plain.screen.text.utf8.allSatisfy { $0 < 0x7F })
  }

  @Test("what a file holds cannot drive the terminal (I10)")
  func whatAFileHoldsCannotDriveTheTerminal() throws {
    let folder = try TemporaryFolder()
    try folder.put("bad.csv", Array("text,label\n\"x\u{1b}[2Jy\",\"\u{1b}]0;title\u{7}\"\n".utf8))
    let session = try TerminalSession(in: folder)
    try session.enter("load data \"bad.csv\"")
    try session.enter("show data")
    #expect(session.screen.text.contains("x\\x1b[2Jy"))
    #expect(session.screen.unknown == [])
  }

  // MARK: Cells

  @Test func cellsAreSavedEditedAndListed() throws {
    let session = try TerminalSession()
    try session.enter("let a = 1")
    try session.enter("print a")
    session.type(":edit 1\r")
    try session.waitFor("the text") { $0.beforeCursor == "ft[3]> let a = 1" }
    session.type("0\r")
    try session.waitFor("the next prompt") { $0.beforeCursor == "ft[4]> " }
    session.type(":save lab.ft.md\r")
    try session.waitFor("the note") { $0.text.contains("saved lab.ft.md, 3 cells") }
    let saved = try String(contentsOfFile: session.folder.path + "/lab.ft.md", encoding: .utf8)
    #expect(saved.contains("```ft [3]\nlet a = 10\n```"))
    session.type(":cells\r")
    try session.waitFor("the list") { $0.text.contains("ok, stale") }
  }

  @Test func anEditorMayChangeACell() throws {
    let session = try TerminalSession(["EDITOR": "sed -i s/1/7/"])
    session.type("if true {\rprint 1\r}\r")
    try session.waitFor(ending: "\n1\nft[2]>")
    session.type(":edit\r")
    try session.waitFor(ending: "ft[2]> if true {\n  print 7\n}")
    session.type("\r")
    try session.waitFor(ending: "\n7\nft[3]>")
  }
}
