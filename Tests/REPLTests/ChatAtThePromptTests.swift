import Commands
import Foundation
import Notebook
import Session
import Terminal
import TestSupport
import Testing

@testable import REPL

@Suite("Talking at the prompt") struct ChatAtThePromptTests {
  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// What entries gave, with the sources of the cells they became.
  private func run(
    _ inputs: [LineInput]
  ) async throws -> (results: String, notices: String, cells: [String], code: ExitCode) {
    let output = try TemporaryOutput()
    let (cells, code) = await onThread { [renderer = output.renderer] in
      let runner = Runner(resources: Resources(executable: "", home: Self.checkout)) {
        renderer.report($0)
      }
      let interrupts = Interrupts(stop: runner.stop, tell: { _ in })
      let repl = REPL(
        runner: runner, renderer: renderer, interrupts: interrupts, commands: CommandList.table,
        history: nil, theme: .plain)
      let code = repl.run(ScriptedLines(inputs))
      return (runner.transcript.cells.map(\.source), code)
    }
    return (try output.results, try output.notices, cells, code)
  }

  private func type(
    _ entries: String...
  ) async throws -> (results: String, notices: String, cells: [String], code: ExitCode) {
    try await run(entries.map { .entry($0, firstLine: 1) })
  }

  @Test("each line is a message, and a cell that says it") func messages() async throws {
    let found = try await type(
      "load model finch", "set tokens 3", "chat", "Say \"hi\"", "", "/again", "/system Be brief.",
      "/fresh", "And now?", "//slash", "/undo", "/talk", "/set tokens 2", "/leave", "1 + 1")
    #expect(
      found.cells == [
        "load model finch", "set tokens 3", #"chat "Say \"hi\"""#, "chat again",
        #"chat "And now?" fresh system "Be brief.""#, #"chat "/slash""#, "chat undo",
        "set tokens 2",
        "1 + 1",
      ])
    #expect(found.notices.contains("You talk with finch."))
    #expect(found.notices.contains("Back at the prompt."))
    #expect(found.results.contains("system: Be brief.\nuser: And now?\nassistant: "))
    #expect(found.results.hasSuffix("2\n"))
  }

  @Test(
    "what cannot be done says what to type",
    arguments: [
      (["chat"], "load model finch"),
      (["load model finch", "chat", "/frobnicate"], "/help"),
      (["load model finch", "chat", "/again"], "nothing was said yet"),
      (["load model finch", "chat", "/system"], "/system Answer in one sentence."),
      (["load model finch", "chat", "/base", "/leave"], "`/train 1 epoch` changes that"),
      (["load model finch", "chat", "/temperature 1"], "/set temperature 1"),
    ])
  func mistakes(entries: [String], message: String) async throws {
    let found = try await run(entries.map { .entry($0, firstLine: 1) })
    #expect(found.notices.contains(message), "\(found.notices)")
  }

  @Test("Ctrl-D ends the chat, not the program; Ctrl-C neither") func leaving() async throws {
    let found = try await run([
      .entry("load model finch", firstLine: 1), .entry("chat", firstLine: 1), .interrupted,
      .interrupted, .end, .entry("2 * 3", firstLine: 1), .end,
    ])
    #expect(found.notices.contains("`/leave` or Ctrl-D ends the chat"))
    #expect(found.results.hasSuffix("6\n"))
    #expect(found.code == .done)
  }

  @Test(
    "lines after a slash are read",
    arguments: [
      ("  hello  ", .message("hello")), ("/regenerate", .word(.again, "")),
      ("/System  Be kind. ", .word(.system, "Be kind.")), ("/quit", .word(.leave, "")),
      ("/eval dev", .command("eval dev")), ("//x", .message("/x")), ("/", .command("")),
      ("/save a b.jsonl", .word(.save, "a b.jsonl")),
    ] as [(String, ChatEntry)])
  func reads(text: String, entry: ChatEntry) { #expect(ChatEntry(text) == entry) }

  @Test("an empty line is none", arguments: ["", "  ", "\t\n"]) func empty(text: String) {
    #expect(ChatEntry(text) == nil)
  }
}
