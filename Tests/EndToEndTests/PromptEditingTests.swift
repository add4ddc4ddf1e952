import Foundation
import Testing

/// One entry, of one line or several: keys go in, the screen is looked at.
@Suite("The prompt edits entries", .serialized) struct PromptEditingTests {
  @Test func anEntryOfSeveralLinesShowsItsBracketAndRunsAtItsEnd() throws {
    let session = try TerminalSession()
    session.type("for i in 1..2 {")
    try session.waitFor("the open bracket") { $0.lines.contains("ft[1]{ for i in 1..2 {") }
    session.type("\r")
    try session.waitFor("a line of its own") { $0.beforeCursor == "  " }
    session.type("print i * 10\r}\r")
    try session.waitFor(ending: "\n10\n20\nft[2]>")
    #expect(session.screen.text.contains("for i in 1..2 {\n  print i * 10\n}\n10\n20"))
  }

  @Test func anEntryGoesOnAfterABackslashACommaOrAnOperator() throws {
    let session = try TerminalSession()
    session.type("print 1 +\r2\r")
    try session.waitFor(ending: "\n3\nft[2]>")
    session.type("set lr 2e-4,\rrank 4\r")
    try session.waitFor("the next prompt") { $0.beforeCursor == "ft[3]> " }
    session.type("print \\\r5\r")
    try session.waitFor(ending: "\n5\nft[4]>")
  }

  @Test func altEnterBeginsALineAnywhere() throws {
    let session = try TerminalSession()
    session.type("print 1\u{1b}\rprint 2")
    try session.waitFor(ending: "ft[1]> print 1\nprint 2")
    session.type("\r")
    try session.waitFor(ending: "\n1\n2\nft[2]>")
  }

  @Test func arrowsGoThroughTheLinesOfAnEntry() throws {
    let session = try TerminalSession()
    session.type("[10,\r20,\r30")
    try session.waitFor("three lines") { $0.beforeCursor == "  30" }
    session.type("\u{1b}[A\u{1b}[A\u{1b}OB")
    try session.waitFor("the line between") { $0.beforeCursor == "  20" }
    session.type("\u{1b}[H\u{1b}[3~")
    try session.waitFor("a blank less") { $0.beforeCursor == "" && $0.afterCursor == " 20," }
    session.type("\u{1b}[F\u{1b}[D5\u{1b}[B\u{1b}[F]\r")
    try session.waitFor(ending: "[10, 205, 30]\nft[2]>")
  }

  /// Terminals differ in what they send; each has to mean the same.
  @Test(arguments: [
    ("\u{1b}[1~X", "Xone two"), ("\u{1b}[7~X", "Xone two"), ("\u{1b}OHX", "Xone two"),
    ("\u{1}X", "Xone two"), ("\u{1}\u{1b}[4~X", "one twoX"), ("\u{1}\u{1b}[8~X", "one twoX"),
    ("\u{1}\u{5}X", "one twoX"), ("\u{1}\u{1b}[1;5CX", "oneX two"), ("\u{1b}[1;5DX", "one Xtwo"),
    ("\u{1b}[1;3DX", "one Xtwo"), ("\u{1b}[D\u{1b}[D\u{1b}[CX", "one twXo"),
    ("\u{7f}X", "one twX"), ("\u{17}X", "one X"), ("\u{1}\u{4}\u{1b}[3~X", "Xe two"),
    ("\u{1}\u{b}X", "X"),
  ])
  func keysMove(keys: String, text: String) throws {
    let session = try TerminalSession()
    session.type("one two" + keys)
    try session.waitFor(ending: "ft[1]> " + text)
  }

  @Test func wideCharactersTakeTwoColumns() throws {
    let session = try TerminalSession()
    session.type("print \"日本λ\"")
    try session.waitFor("the text") { $0.beforeCursor == "ft[1]> print \"日本λ\"" }
    session.type("\u{1b}[D\u{1b}[D\u{1b}[D")
    try session.waitFor("the cursor under 本") { $0.beforeCursor == "ft[1]> print \"日" }
    session.type("語\u{1b}[C\u{7f}")
    try session.waitFor("the change") {
      $0.beforeCursor == "ft[1]> print \"日語" && $0.afterCursor == "λ\""
    }
    session.type("\r")
    try session.waitFor(ending: "\n日語λ\nft[2]>")
  }

  @Test func aWideCharacterIsNotCutAtTheMargin() throws {
    let session = try TerminalSession(columns: 20)
    // 15 columns are taken: two characters fit, the third goes to the next row.
    session.type("print \"a日本語日本\"")
    try session.waitFor("two rows") {
      $0.text.hasSuffix("ft[1]> print \"a日本\n語日本\"") && $0.beforeCursor == "語日本\""
    }
    session.type("\u{1b}[D\u{1b}[D\u{1b}[D\u{1b}[D\u{7f}")
    try session.waitFor("the first row changed") { $0.text.hasSuffix("ft[1]> print \"a日語\n日本\"") }
    session.type("\r")
    try session.waitFor(ending: "\na日語日本\nft[2]>")
  }

  @Test func bytesThatAreNoLettersAreNotLostSilently() throws {
    let session = try TerminalSession()
    session.type("print \"a")
    session.type(bytes: [0xFF, 0xC3])
    session.type("b\"")
    try session.waitFor("what came") { $0.beforeCursor == "ft[1]> print \"a\u{FFFD}\u{FFFD}b\"" }
  }

  @Test func aLongLineComesBackWhole() throws {
    let session = try TerminalSession()
    let long = "length(\"" + String(repeating: "abcdefghij", count: 150) + "\")"
    try session.enter("print 1")
    session.type(long)
    session.type("\u{1b}[A")
    try session.waitFor("the entry before") { $0.beforeCursor == "ft[2]> print 1" }
    session.type("\u{1b}[B")
    try session.waitFor("the long line") { $0.beforeCursor.hasSuffix("hij\")") }
    session.type("\r")
    try session.waitFor(ending: "\n1500\nft[3]>")
  }

  @Test func anEntryAtTheBottomScrolls() throws {
    let session = try TerminalSession(rows: 6)
    session.type("[1,\r2,\r3,\r4,\r5,\r6,\r7]")
    try session.waitFor("the last line") { $0.beforeCursor == "  7]" }
    session.type("\r")
    try session.waitFor(ending: "  7]\n[1, 2, 3, 4, 5, 6, 7]\nft[2]>")
  }

  @Test func anotherWidthDrawsTheLineAnew() throws {
    let session = try TerminalSession()
    let text = "print \"a long line that needs more than forty columns\""
    session.type(text)
    try session.waitFor("the text") { $0.beforeCursor == "ft[1]> " + text }
    try session.resize(columns: 40, drawing: "columns\"")
    #expect(
      session.screen.text.hasSuffix(
        "`help`\nft[1]> print \"a long line that needs mor\ne than forty columns\""))
    session.type("\u{1b}[D!")
    try session.waitFor(ending: "forty columns!\"")
    try session.resize(columns: 78, drawing: "columns!\"")
    let whole = "`help`\nft[1]> print \"a long line that needs more than forty columns!\""
    #expect(session.screen.text.hasSuffix(whole))
    session.type("\r")
    try session.waitFor(ending: "\na long line that needs more than forty columns!\nft[2]>")
  }

  // MARK: Ctrl-C, Ctrl-\, Ctrl-Z

  @Test("Ctrl-C clears the line (I02)") func ctrlCClearsTheLine() throws {
    let session = try TerminalSession()
    session.type("print 12345")
    try session.waitFor("the text") { $0.beforeCursor == "ft[1]> print 12345" }
    session.type("\u{3}")
    try session.waitFor(ending: "print 12345^C\nft[1]>")
    try session.enter("print 6")
    #expect(!session.screen.text.contains("\n12345"))
  }

  @Test func ctrlCClearsAllLinesOfAnEntry() throws {
    let session = try TerminalSession()
    session.type("if true {\rprint 1\r\u{1b}[A\u{1b}[A")
    try session.waitFor("the first line") {
      $0.beforeCursor == "ft[1]{ if" && $0.text.hasSuffix("\n  print 1")
    }
    session.type("\u{3}")
    try session.waitFor(ending: "ft[1]{ if true {\n  print 1\n  ^C\nft[1]>")
    try session.enter("print 6")
    #expect(session.screen.text.hasSuffix("print 6\n6\nft[2]>"))
  }

  @Test func ctrlCTwiceOnNothingSaysHowToLeave() throws {
    let session = try TerminalSession()
    session.type("\u{3}")
    try session.waitFor(ending: "ft[1]> ^C\nft[1]>")
    session.type("\u{3}")
    try session.waitFor(ending: "ft[1]> ^C\n`quit` or Ctrl-D ends ft\nft[1]>")
  }

  @Test func ctrlBackslashEndsNothing() throws {
    let session = try TerminalSession()
    session.type("print 1")
    try session.waitFor("the text") { $0.beforeCursor == "ft[1]> print 1" }
    session.type("\u{1c}2\r")
    try session.waitFor(ending: "\n12\nft[2]>")
  }

  @Test func ctrlZStopsAndFgGoesOnWithTheLine() throws {
    let session = try TerminalSession.shell()
    session.type("ft\r")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[1]> " }
    session.type("print 30 +")
    try session.waitFor("the text") { $0.beforeCursor == "ft[1]> print 30 +" }
    session.type("\u{1a}")
    try session.waitFor("the shell") { $0.beforeCursor == "$ " }
    #expect(!session.screen.marksPastes)
    session.type("echo in between\r")
    try session.waitFor(ending: "\nin between\n$")
    session.type("fg\r")
    try session.waitFor("the line") { $0.beforeCursor == "ft[1]> print 30 +" }
    session.type(" 4\r")
    try session.waitFor(ending: "\n34\nft[2]>")
    #expect(session.screen.marksPastes)
  }
}
