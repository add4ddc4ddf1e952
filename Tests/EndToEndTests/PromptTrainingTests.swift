import Foundation
import Testing

/// A training in front of a person: the line that shows it, and what keys do meanwhile.
@Suite("The prompt during a training", .serialized) struct PromptTrainingTests {
  private func session(columns: Int = 80) throws -> TerminalSession {
    let session = try TerminalSession(columns: columns)
    try session.prepareTraining()
    return session
  }

  /// Starts a training that takes longer than any test.
  private func train(_ session: TerminalSession) throws {
    session.type("train 100 epochs\r")
    try session.waitFor("progress") { $0.beforeCursor.hasPrefix("epoch 1/100 ") }
  }

  @Test func progressIsOneLineThatLeavesASummary() throws {
    let session = try session()
    try session.enter("train 40 steps")
    let lines = session.screen.lines.drop { !$0.hasSuffix("train 40 steps") }
    #expect(lines.dropFirst(2).first?.hasPrefix("trained 40 steps · loss ") == true)
    #expect(lines.dropFirst(3).first == "ft[5]>")
    let drawn = String(decoding: session.bytes, as: UTF8.self).split(separator: "\r\u{1b}[K")
    #expect(drawn.count { $0.hasPrefix("epoch 1/1 ") } > 1)
    #expect(session.screen.unknown == [])
  }

  @Test("Ctrl-C stops it, and it says so once (I01)") func ctrlCStopsItAndSaysSoOnce() throws {
    let session = try session()
    try train(session)
    session.type("\u{3}")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[5]> " }
    let told = session.screen.text.split(separator: "\n").filter { $0.contains("stopped") }
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix("stopped at ") == true)
    try session.enter("run.steps > 0")
    #expect(session.screen.text.hasSuffix("true\nft[6]>"))
    // What was trained is there, and can be trained on.
    try session.enter("train 2 steps")
    #expect(session.screen.text.contains("\ntrained 2 steps"))
  }

  @Test("a second Ctrl-C gives the prompt back at once (I01)")
  func ctrlCTwiceGivesThePromptBackAtOnce() throws {
    let session = try session()
    try session.enter("set batch 64, microbatch 64")
    session.type("train 100 epochs\r")
    try session.waitFor("the plan") { $0.text.contains(" steps of 64 rows") }
    session.type("\u{3}\u{3}")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[6]> " }
    // While the step ends by itself, nothing it says touches the line.
    session.type("print 6")
    try session.waitFor("the text") { $0.beforeCursor == "ft[6]> print 6" }
    for _ in 0..<200 where !session.screen.text.hasSuffix("\n6\nft[7]>") {
      session.type("\r")
      try session.waitFor("an answer") { $0.beforeCursor.contains(/ft\[\d\]> $/) }
      if session.screen.text.contains("still stopping") { session.type("\u{1b}[A") }
    }
    #expect(session.screen.text.hasSuffix("\n6\nft[7]>"))
  }

  @Test func whatIsTypedMeanwhileWaitsAndBreaksNoLine() throws {
    let session = try session()
    session.type("train 60 steps\r")
    try session.waitFor("progress") { $0.beforeCursor.hasPrefix("epoch 1/1 ") }
    session.type("print 41 + 1\rprint 2")
    try session.waitFor("the next entries") { $0.beforeCursor == "ft[6]> print 2" }
    let after = session.screen.text.split(separator: "\n").drop { !$0.hasSuffix("train 60 steps") }
    #expect(after.dropFirst(2).first?.hasPrefix("trained 60 steps") == true)
    #expect(after.dropFirst(3) == ["ft[5]> print 41 + 1", "42", "ft[6]> print 2"])
    #expect(String(decoding: session.bytes, as: UTF8.self).ranges(of: "print 41").count == 1)
  }

  @Test("Ctrl-D typed while a command runs leaves after it") func ctrlDWaitsToo() throws {
    let session = try TerminalSession.shell()
    session.type("ft; echo code $?\r")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[1]> " }
    try session.prepareTraining()
    session.type("train 60 steps\r")
    try session.waitFor("progress") { $0.beforeCursor.hasPrefix("epoch 1/1 ") }
    // The first one asks whether the cells may go.
    session.type("1 + 1\r\u{4}\u{4}")
    try session.waitFor("the shell") { $0.text.hasSuffix("\ncode 0\n$") }
    #expect(session.screen.text.contains("\n2\n"))
    session.type("cat\rechoed\r\u{4}")
    try session.waitFor(ending: "\nechoed\nechoed\n$")
  }

  @Test("a narrower window leaves one line (I05)") func aNarrowerWindowLeavesOneLine() throws {
    let session = try session()
    try train(session)
    try session.waitFor("a long line") { $0.beforeCursor.count > 60 }
    session.resize(columns: 40)
    try session.waitFor("a line that fits") {
      $0.beforeCursor.count < 40 && $0.beforeCursor.contains("% ")
    }
    #expect(session.screen.lines.count { $0.contains("epoch 1/100") } == 1)
    #expect(!session.screen.text.contains("tok/s"))
    session.resize(columns: 100)
    try session.waitFor("a longer line") { $0.beforeCursor.count > 60 }
    session.type("\u{3}")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[5]> " }
    #expect(!session.screen.text.contains("epoch 1/100"))
  }

  @Test("Ctrl-Z stops it and fg goes on (I06)") func ctrlZStopsItAndFgGoesOn() throws {
    let session = try TerminalSession.shell()
    session.type("ft\r")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[1]> " }
    try session.prepareTraining()
    try train(session)
    session.type("\u{1a}")
    try session.waitFor("the shell") { $0.beforeCursor == "$ " }
    session.type("echo in between\r")
    try session.waitFor(ending: "$ echo in between\nin between\n$")
    session.type("fg\r")
    try session.waitFor("progress again") { $0.beforeCursor.hasPrefix("epoch 1/100 ") }
    session.type("\u{3}")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[5]> " }
    try session.enter("run.steps > 0")
    #expect(session.screen.text.hasSuffix("true\nft[6]>"))
    try session.enter("quit")
    session.type("quit\r")
    try session.waitFor("the shell") { $0.beforeCursor == "$ " }
    #expect(session.isTerminalCooked)
  }

  @Test(
    "a signal ends it, with the terminal given back (I03)", arguments: [SIGTERM: 143, SIGHUP: 129])
  func aSignalEndsItWithTheTerminalGivenBack(signal: Int32, code: Int) throws {
    let session = try TerminalSession.shell()
    session.type("ft; echo code $?\r")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[1]> " }
    try session.prepareTraining()
    try train(session)
    #expect(kill(-session.foregroundGroup, signal) == 0)
    try session.waitFor("the shell") { $0.text.hasSuffix("\ncode \(code)\n$") }
    session.type("cat\rechoed\r\u{4}")
    try session.waitFor(ending: "\nechoed\nechoed\n$")
  }

  @Test func fortyColumnsAreEnough() throws {
    let session = try session(columns: 40)
    try session.enter("train 20 steps")
    #expect(session.screen.unknown == [])
    #expect(!session.screen.text.contains("epoch 1/1"))
  }
}
