import Foundation
import TestSupport
import Testing

/// A training on the whole screen.
@Suite("Watching a training", .serialized) struct PromptWatchTests {
  private func session(columns: Int = 80, rows: Int = 24, _ environment: [String: String] = [:])
    throws
    -> TerminalSession
  {
    let session = try TerminalSession(environment, columns: columns, rows: rows)
    try session.prepareTraining()
    return session
  }

  @Test("the screen has bar, numbers and curves, and gives way to a summary")
  func drawsAndLeaves() throws {
    let session = try session()
    session.type(":watch train 60 steps each 30 steps { print \"at \\(it.step)\" }\r")
    try session.waitFor("the curves") {
      $0.isTaken && $0.lines[0].hasPrefix("train 60 steps") && $0.lines[1].hasPrefix("epoch 1/1 ")
        && $0.lines[2].contains(" of 60, lr ") && $0.text.contains("Loss: nats per token over step")
        && $0.lines[23].hasPrefix("Ctrl-C stops it")
    }
    #expect(!session.screen.showsCursor)
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[5]> " }
    #expect(!session.screen.isTaken && session.screen.showsCursor)
    let text = session.screen.text
    for part in ["ft[4]> :watch train 60", "\nat 30\n", "\nat 60\n", "\ntrained 60 steps · loss "] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    #expect(text.contains("Loss: nats per token over step"))
    #expect(session.screen.unknown == [])
    // It is a cell like any other, and no part of it that it was watched.
    try session.enter("run.steps")
    #expect(session.screen.text.hasSuffix("60\nft[6]>"))
    session.type(":save lab.ft\r")
    try session.waitFor("it saved") { $0.text.contains("saved lab.ft") }
    let saved = try String(contentsOfFile: session.folder.path + "/lab.ft", encoding: .utf8)
    #expect(saved.contains("\ntrain 60 steps each") && !saved.contains("watch"))
  }

  @Test("Ctrl-C stops it, and another size is drawn anew") func stopsAndResizes() throws {
    let session = try session()
    session.type("watch train 100 epochs\r")
    try session.waitFor("the curves") { $0.isTaken && $0.text.contains("over step") }
    session.resize(columns: 60)
    try session.waitFor("lines that fit") {
      $0.lines[0] == "train 100 epochs" && $0.lines.allSatisfy { $0.count < 60 }
        && $0.lines.count { $0.contains("epoch 1/100") } == 1
    }
    session.type("\u{1a}\u{3}")
    try session.waitFor("the prompt") { $0.beforeCursor == "ft[5]> " }
    #expect(session.screen.text.contains("\nstopped at "))
    #expect(!session.screen.isTaken)
    try session.enter("train 2 steps")
    #expect(session.screen.text.contains("\ntrained 2 steps"))
  }

  @Test("an error ends it with the message") func fails() throws {
    let session = try session()
    try session.enter(":watch train 2 steps on nothing")
    #expect(session.screen.text.contains("there is no data called `nothing`"))
    #expect(!session.screen.isTaken)
  }

  @Test(
    "small and plain terminals get the line",
    arguments: [
      (30, 24, "xterm"), (80, 8, "xterm"), (80, 24, "dumb"),
    ])
  func small(columns: Int, rows: Int, terminal: String) throws {
    let session = try TerminalSession(["TERM": terminal], columns: columns, rows: rows)
    try session.prepareTraining()
    try session.enter(":watch train 4 steps")
    #expect(!String(decoding: session.bytes, as: UTF8.self).contains("?1049"))
    #expect(session.screen.text.replacing("\n", with: " ").contains("trained 4 steps"))
  }
}
