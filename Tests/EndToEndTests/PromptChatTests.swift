import Foundation
import Testing

/// Talking with a model in a terminal.
@Suite("A chat in a terminal", .serialized) struct PromptChatTests {
  @Test("answers come as they are written, and Ctrl-C stops one of them alone")
  func talks() throws {
    let session = try TerminalSession()
    try session.enter("load model finch")
    try session.enter("set temperature 0, tokens 6, seed 1")
    session.type("chat\r")
    try session.waitFor("the chat") { $0.beforeCursor == "chat> " }
    session.type("Hello\r")
    try session.waitFor("an answer") {
      $0.text.contains("chat> Hello\n") && $0.beforeCursor == "chat> "
    }
    let answered = session.screen.text.split(separator: "\n").drop { $0 != "chat> Hello" }
    #expect(answered.count == 3)
    session.type("/set tokens 400, temperature 2\r")
    try session.waitFor("the setting") { $0.text.contains("/set tokens 400, temperature 2\nchat>") }
    session.type("Tell me more\r")
    try session.waitFor("a beginning") {
      !$0.beforeCursor.hasPrefix("chat> ") && !$0.beforeCursor.isEmpty
    }
    session.type("\u{3}")
    try session.waitFor("the next message") { $0.beforeCursor == "chat> " }
    session.type("/un\t\r")
    try session.waitFor("the undo") { $0.text.contains("the talk has 2 messages now") }
    session.type("\u{4}")
    try session.waitFor("the prompt") { $0.beforeCursor.hasPrefix("ft[") }
    try session.enter("1 + 1")
    #expect(session.screen.text.contains("\n2\nft["))
    #expect(session.screen.unknown == [])
  }
}
