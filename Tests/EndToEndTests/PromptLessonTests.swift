import Foundation
import Testing

/// A lesson as a learner takes it: with typing errors, the words that lead through it, and a
/// terminal that is gone in the middle.
@Suite("A lesson in a terminal", .serialized) struct PromptLessonTests {
  /// Begins lesson 1 and does its first step.
  private func take(_ session: TerminalSession) throws {
    session.type("lesson 1\r")
    try session.waitFor("the first step") { $0.beforeCursor == "lesson 1.1> " }
    session.type("load model finch\r")
    try session.waitFor("the second step") { $0.beforeCursor == "lesson 1.2> " }
  }

  @Test func aWrongTryIsLedOnAndTheRightOneGoesOn() throws {
    let session = try TerminalSession()
    session.type("lesson 1\r")
    try session.waitFor("the first step") { $0.beforeCursor == "lesson 1.1> " }
    session.type("load model finhc\r")
    try session.waitFor("the remark") { $0.text.contains("There is no model of that name here") }
    session.type("hint\r")
    try session.waitFor("a hint") { $0.text.contains("Hint: ") }
    session.type("load model finch\r")
    try session.waitFor("the second step") { $0.beforeCursor == "lesson 1.2> " }
    #expect(session.screen.text.contains("Done."))
  }

  @Test func wordsLeadBackOnAndOut() throws {
    let session = try TerminalSession()
    try session.enter("let mine = 7")
    try take(session)
    session.type("skip\r")
    try session.waitFor("the third step") { $0.beforeCursor == "lesson 1.3> " }
    session.type("back\r")
    try session.waitFor("the second step") { $0.beforeCursor == "lesson 1.2> " }
    session.type("leave\r")
    try session.waitFor("the session") { $0.beforeCursor == "ft[2]> " }
    // The learner's own session is as it was: its variables, and no model.
    try session.enter("mine + 1")
    #expect(session.screen.text.hasSuffix("8\nft[3]>"))
    try session.enter("show model")
    #expect(session.screen.text.contains("there is no `model` yet"))
  }

  @Test func whatWasPassedSurvivesAKill() throws {
    let first = try TerminalSession()
    try take(first)
    kill(first.process, SIGKILL)
    let second = try TerminalSession(in: first.folder)
    second.type("lesson 1\r")
    try second.waitFor("the second step") { $0.beforeCursor == "lesson 1.2> " }
    #expect(second.screen.text.contains("Welcome back"))
  }
}
