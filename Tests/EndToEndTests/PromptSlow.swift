import Foundation
import Testing

/// The prompt as a person meets it: keys go in, the screen is looked at.
@Suite("The prompt in a terminal, Slow", .serialized) struct PromptSlow {
  @Test func aSessionStartsAndEnds() throws {
    let session = try TerminalSession()
    #expect(session.screen.lines[0].hasPrefix("ft 1.0 · finch "))
    #expect(session.screen.marksPastes)
    session.enter("1 + 1")
    #expect(session.screen.text.hasSuffix("ft[1]> 1 + 1\n2\nft[2]>"))
    session.type("\u{4}")
    #expect(session.waitForEnd() == 0)
    #expect(session.screen.unknown == [])
    #expect(!session.screen.marksPastes)
  }

  @Test func anEntryOfSeveralLinesShowsItsBracketAndRunsAtItsEnd() throws {
    let session = try TerminalSession()
    session.type("for i in 1..2 {\r")
    session.waitFor("the open bracket") { $0.lines.contains("ft[1]{ for i in 1..2 {") }
    session.type("print i * 10\r}\r")
    session.waitFor("the results") { $0.text.contains("\n10\n20\nft[2]>") }
    #expect(session.screen.text.contains("for i in 1..2 {\n  print i * 10\n}\n10\n20"))
  }

  @Test func theUpArrowBringsBackAWholeEntry() throws {
    let session = try TerminalSession()
    session.type("if true {\rprint 77\r}\r")
    session.waitFor("the result") { $0.text.contains("\n77\nft[2]>") }
    session.type("\u{1b}[A")
    session.waitFor("the entry") { $0.text.hasSuffix("ft[2]> if true {\n  print 77\n}") }
    session.type("\r")
    session.waitFor("the result again") { $0.text.hasSuffix("\n77\nft[3]>") }
  }

  @Test func ctrlCClearsTheLine() throws {
    let session = try TerminalSession()
    session.type("print 12345")
    session.waitFor("the text") { $0.beforeCursor == "ft[1]> print 12345" }
    session.type("\u{3}")
    session.waitFor("a new line") { $0.text.hasSuffix("print 12345^C\nft[1]>") }
    session.enter("print 6")
    #expect(!session.screen.text.contains("\n12345"))
  }

  @Test func ctrlBackslashEndsNothing() throws {
    let session = try TerminalSession()
    session.type("print 1")
    session.waitFor("the text") { $0.beforeCursor == "ft[1]> print 1" }
    session.type("\u{1c}2\r")
    session.waitFor("the result") { $0.text.hasSuffix("\n12\nft[2]>") }
  }

  @Test func ctrlCStopsATrainingAndSaysSoOnce() throws {
    let session = try TerminalSession()
    session.enter("load model finch")
    session.enter("load data \"support.jsonl\"")
    session.enter("set batch 1")
    session.type("train 100 epochs\r")
    session.waitFor("progress") { $0.text.contains("tok/s") }
    session.type("\u{3}")
    session.waitFor("the prompt") { $0.beforeCursor == "ft[5]> " }
    let told = session.screen.text.split(separator: "\n").filter { $0.contains("stopped") }
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix("stopped at ") == true)
    session.enter("run.steps > 0")
    #expect(session.screen.text.hasSuffix("true\nft[6]>"))
  }

  @Test func tabCompletesAndListsAboveTheLine() throws {
    let session = try TerminalSession()
    session.type("lo\t")
    session.waitFor("the word") { $0.beforeCursor == "ft[1]> load " }
    session.type("\t")
    session.waitFor("the list") { $0.lines.contains("adapter  data     model") }
    session.type("d\t\"sup\t")
    session.waitFor("the name") { $0.beforeCursor == "ft[1]> load data \"support.jsonl\"" }
  }

  @Test func aPasteIsOneEntryAndDoesNotRunByItself() throws {
    let session = try TerminalSession()
    session.type("\u{1b}[200~let a = 1\rprint a + 1\u{1b}[201~")
    session.waitFor("the paste") { $0.text.hasSuffix("ft[1]> let a = 1\nprint a + 1") }
    session.type("\r")
    session.waitFor("the result") { $0.text.hasSuffix("print a + 1\n2\nft[2]>") }
  }

  @Test func anotherWidthDrawsTheLineAnew() throws {
    let session = try TerminalSession()
    let text = "print \"a long line that needs more than forty columns\""
    session.type(text)
    session.waitFor("the text") { $0.beforeCursor == "ft[1]> " + text }
    session.resize(columns: 40)
    let wrapped = ["ft[1]> print \"a long line that needs mor", "e than forty columns\""]
    session.waitFor("the text in two lines") { $0.lines.filter { $0 != "" }.suffix(2) == wrapped }
    session.type("\r")
    session.waitFor("the result") {
      $0.text.contains("\na long line that needs more than forty colum")
    }
  }

  @Test func cellsAreSavedEditedAndListed() throws {
    let session = try TerminalSession()
    session.enter("let a = 1")
    session.enter("print a")
    session.type(":edit 1\r")
    session.waitFor("the text") { $0.beforeCursor == "ft[3]> let a = 1" }
    session.enter("0")
    session.type(":save lab.ft.md\r")
    session.waitFor("the note") { $0.text.contains("saved lab.ft.md, 3 cells") }
    let saved = try String(contentsOfFile: session.folder + "/lab.ft.md", encoding: .utf8)
    #expect(saved.contains("```ft [3]\nlet a = 10\n```"))
    session.type(":cells\r")
    session.waitFor("the list") { $0.text.contains("ok, stale") }
  }

  @Test func anEditorMayChangeACell() throws {
    let session = try TerminalSession(["EDITOR": "sed -i s/1/7/"])
    session.type("if true {\rprint 1\r}\r")
    session.waitFor("the result") { $0.text.hasSuffix("\n1\nft[2]>") }
    session.type(":edit\r")
    session.waitFor("the text") { $0.text.hasSuffix("ft[2]> if true {\n  print 7\n}") }
    session.type("\r")
    session.waitFor("the result") { $0.text.hasSuffix("\n7\nft[3]>") }
  }

  @Test func longOutputComesInPagesWhereItIsAsked() throws {
    let session = try TerminalSession(["PAGER": "wc -l; echo paged; true"])
    session.enter("help")
    #expect(session.screen.text.contains("\npaged\n"))
    session.enter("help quit")
    #expect(session.screen.text.contains("End the session."))
  }

  @Test func aPagerThatIsNotThereIsDoneWithout() throws {
    let session = try TerminalSession(["PAGER": "no-such-pager 2> /dev/null"])
    session.enter("help")
    #expect(session.screen.text.contains("A session reads like this:"))
  }

  @Test func longErrorsAreBrokenBetweenWords() throws {
    let session = try TerminalSession(columns: 40)
    session.enter("load model \"a-folder/with-a-name/that-is-not-there\"")
    #expect(session.screen.lines.contains("error[M101]: there is no folder"))
  }

  @Test func noColorMeansNone() throws {
    let session = try TerminalSession(["NO_COLOR": "1"])
    session.enter("1 / 0")
    let text = String(decoding: session.bytes, as: UTF8.self)
    #expect(!text.contains(/\u{1b}\[[0-9;]*m/))
    let colored = try TerminalSession()
    colored.enter("1 / 0")
    #expect(String(decoding: colored.bytes, as: UTF8.self).contains("\u{1b}[1;31m"))
  }

  @Test func aDumbTerminalGetsNoEscapes() throws {
    let session = try TerminalSession(["TERM": "dumb"])
    session.enter("1 / 0")
    session.enter("print 4")
    #expect(!session.bytes.contains(0x1B))
    #expect(session.screen.text.contains("\n4\nft[3]>"))
  }
}
