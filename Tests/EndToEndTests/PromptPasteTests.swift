import Testing

/// Text that is pasted, which terminals mark when they are asked to.
@Suite("The prompt takes pastes", .serialized) struct PromptPasteTests {
  private func paste(_ text: String) -> String { "\u{1b}[200~\(text)\u{1b}[201~" }

  @Test func aPasteIsOneEntryAndDoesNotRunByItself() throws {
    let session = try TerminalSession()
    session.type(paste("let a = 1\rprint a + 1"))
    try session.waitFor(ending: "ft[1]> let a = 1\nprint a + 1")
    session.type("\r")
    try session.waitFor(ending: "print a + 1\n2\nft[2]>")
  }

  @Test func aNewlineAtItsEndRunsNothing() throws {
    let session = try TerminalSession()
    session.type(paste("if true {\r\n  print 1\r\n") + "}")
    try session.waitFor(ending: "ft[1]> if true {\n  print 1\n}")
    session.type("\r")
    try session.waitFor(ending: "}\n1\nft[2]>")
  }

  @Test func aPasteGoesWhereTheCursorIs() throws {
    let session = try TerminalSession()
    session.type("print [1, 4]\u{1b}[D\u{1b}[D")
    session.type(paste("2,\n3, "))
    try session.waitFor(ending: "print [1, 2,\n3, 4]")
    session.type("\r")
    try session.waitFor(ending: "\n[1, 2, 3, 4]\nft[2]>")
  }

  @Test func promptsAndControlCharactersAreLeftOut() throws {
    let session = try TerminalSession()
    session.type(paste("ft[7]> print \u{1b}[31m1\u{1b}[0m\u{8}\nft[8]{ print 2"))
    try session.waitFor(ending: "ft[1]> print 1\nprint 2")
    #expect(session.screen.unknown == [])
  }

  @Test func aTabInAPasteCompletesNothing() throws {
    let session = try TerminalSession()
    session.type(paste("if true {\n\tprint 3\n}"))
    session.type("\r")
    try session.waitFor(ending: "\n3\nft[2]>")
    #expect(!session.screen.text.contains("and "))
  }

  @Test("a long paste is kept aside and runs whole (I08)") func alongPasteIsKeptAsideAndRunsWhole()
    throws
  {
    let session = try TerminalSession()
    let lines = (1...2000).map { "total += \($0)" }
    session.type(paste((["let total = 0"] + lines + ["total"]).joined(separator: "\n")))
    try session.waitFor(ending: "ft[1]> [pasted 2002 lines]")
    session.type("\r")
    try session.waitFor(ending: "\n2001000\nft[2]>")
  }

  @Test func aPasteThatIsNotMarkedRunsLineByLine() throws {
    let session = try TerminalSession(["TERM": "dumb"])
    session.type("let a = 1\rif a > 0 {\rprint a + 1\r}\r")
    try session.waitFor(ending: "\n2\nft[3]>")
  }
}
