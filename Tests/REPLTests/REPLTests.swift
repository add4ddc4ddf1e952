import Commands
import Foundation
import Language
import Notebook
import Session
import Terminal
import TestSupport
import Testing

@testable import REPL

@Suite("REPL") struct REPLTests {
  /// What a session at the prompt wrote, and how it ended.
  private struct Transcript {
    let code: ExitCode
    let results: String
    let notices: String
  }

  private func transcript(
    _ inputs: [LineInput], history: HistoryFile? = nil, asks: Bool = false
  ) async throws -> Transcript {
    let output = try TemporaryOutput()
    let code = await onThread { [renderer = output.renderer] in
      let runner = Runner(resources: Resources(executable: "/nowhere/ft", home: nil)) {
        renderer.report($0)
      }
      let interrupts = Interrupts(stop: runner.stop, tell: { _ in })
      let repl = REPL(
        runner: runner, renderer: renderer, interrupts: interrupts,
        commands: CommandList.table, history: history, asksBeforeLeaving: asks,
        theme: .plain)
      return repl.run(ScriptedLines(inputs))
    }
    return Transcript(code: code, results: try output.results, notices: try output.notices)
  }

  private func entries(_ texts: String...) -> [LineInput] {
    texts.map { .entry($0, firstLine: 1) }
  }

  @Test func showsValues() async throws {
    let found = try await transcript(entries("1 + 1", "let a = 3", "\"x\""))
    #expect(found.results == "2\n\"x\"\n")
    #expect(found.code == .done)
  }

  @Test func goesOnAfterAnError() async throws {
    let found = try await transcript(entries("print 1", "1 / 0", "prnt 2", "print 3"))
    #expect(found.results == "1\n3\n")
    #expect(found.notices.contains("cell 2, line 1"))
    #expect(found.notices.contains("error[L103]: there is no command `prnt`."))
    #expect(found.code == .done)
  }

  @Test func anEntryOfSeveralLinesIsOneCell() async throws {
    let found = try await transcript(
      entries("for i in 1..3 {\n  print i\n}\nit_is_unknown", "print 4"))
    #expect(found.results == "4\n")
    #expect(found.notices.contains("cell 1, line 4"))
  }

  @Test func emptyEntriesTakeNoNumber() async throws {
    let found = try await transcript(entries("", "# nothing", "x"))
    #expect(found.notices.contains("cell 1, line 1"))
  }

  @Test func quitEndsIt() async throws {
    let found = try await transcript(entries("print 1", "quit", "print 2"))
    #expect(found.results == "1\n")
    #expect(found.code == .done)
  }

  @Test func quitAsksOnceWhenCellsWereNotSaved() async throws {
    let found = try await transcript(
      entries("print 1", "x", "quit", "print 2", "quit", "print 3"), asks: true)
    #expect(found.results == "1\n2\n")
    let asked =
      "1 cell is not saved: `:save lab.ft.md` keeps them, `quit` again leaves\n"
    #expect(found.notices.ranges(of: asked).count == 1)
    #expect(found.code == .done)
  }

  @Test func theEndOfTheInputAsksToo() async throws {
    let found = try await transcript(
      entries("1 + 1", "let a = 3") + [.end, .entry("print 2", firstLine: 1), .end]
        + entries("print 3"), asks: true)
    #expect(found.results == "2\n2\n")
    #expect(found.notices.contains("\n2 cells are not saved: "))
  }

  @Test(
    "nothing to save, or all of it saved, is not asked about",
    arguments: [[], ["help"], ["1 / 0"], ["prnt"], ["print 1", ":save FILE"], [":load FILE"]])
  func doesNotAsk(lines: [String]) async throws {
    let path = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString + ".ft"
    defer { try? FileManager.default.removeItem(atPath: path) }
    if lines == [":load FILE"] { try Data("print 1".utf8).write(to: URL(filePath: path)) }
    let texts = (lines + ["quit", "print 99"]).map { $0.replacing("FILE", with: path) }
    let found = try await transcript(texts.map { .entry($0, firstLine: 1) }, asks: true)
    // A line of its own: the name of the file may have the digits in it.
    #expect(!found.results.split(separator: "\n").contains("99"), "\(found.notices)")
  }

  @Test func aCellAfterSavingIsAskedAbout() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString + ".ft"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let found = try await transcript(
      entries("print 1", ":save \(path)", "print 2", "quit", "print 99"), asks: true)
    #expect(found.results.contains("99") && found.notices.contains("1 cell is not saved"))
  }

  @Test func twoInterruptsAtThePromptSayHowToLeave() async throws {
    let found = try await transcript([.interrupted, .interrupted] + entries("print 1"))
    #expect(found.notices.hasPrefix("`quit` or Ctrl-D ends ft\n"))
    #expect(found.results == "1\n")
  }

  @Test("a signal ends it with the shells' code", arguments: [(1, 129), (15, 143)])
  func signal(number: Int, code: Int) async throws {
    #expect(try await transcript([.signal(Int32(number))]).code.rawValue == Int32(code))
  }

  @Test func remembersEntries() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    let history = HistoryFile(path: path)
    _ = try await transcript(entries("print 1", "", "prnt 2"), history: history)
    #expect(try history.load().map(\.text) == ["print 1", "prnt 2"])
  }
}

@Suite("Prompt") struct PromptTests {
  private let prompt = Prompt(commands: CommandList.table, theme: .plain)

  @Test(
    "shows the open bracket",
    arguments: [
      ("", "ft[1]> "), ("if true {", "ft[1]{ "), ("f([1], ", "ft[1]( "), ("{ \"}\"", "ft[1]{ "),
      ("# {", "ft[1]> "), ("(]", "ft[1]( "), ("'{' \"\\\"{\"", "ft[1]> "),
    ])
  func mark(entry: String, shown: String) { #expect(prompt.rules.prompt(entry) == shown) }

  @Test(
    "asks for another line, indented, when the entry goes on",
    arguments: [
      ("if true {", 2), ("if true {\n  for i in [1,", 4), ("print 1,", 0), ("print 1", nil),
      ("let = 2", nil), ("if true {\n}", nil),
    ] as [(String, Int?)])
  func continuation(entry: String, indent: Int?) {
    #expect(prompt.rules.continuation(entry) == indent)
  }

  @Test func completesWords() {
    let found = prompt.rules.completions("train 3 ep", 10)
    #expect(found == Completions(["epoch", "epochs"], replacing: 2))
  }

  @Test func putsASpaceAfterTheOnlyWord() {
    #expect(prompt.rules.completions("load mo", 7) == Completions(["model "], replacing: 2))
    #expect(prompt.rules.completions("print leng", 10) == Completions(["length("], replacing: 4))
  }

  @Test(
    "a question mark asks for help",
    arguments: [
      ("?", "help"), ("?train", "help train"), ("train?", "help train"),
      (" ? load data ", "help load data"),
      ("help train", nil), ("print \"?\"", nil), ("a ? b", nil),
    ])
  func helpRequests(entry: String, expected: String?) {
    #expect(HelpRequest(entry)?.command == expected)
  }

  @Test func completesFileNames() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(
      atPath: folder + "/support", withIntermediateDirectories: true)
    for name in ["sums.csv", ".secret", "other.txt"] {
      try Data().write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    let entry = "load data \"\(folder)/su"
    let found = prompt.rules.completions(entry, entry.utf8.count)
    #expect(found == Completions(["sums.csv", "support/"], replacing: 2))
    #expect(FileNames().completions(of: folder + "/").names.count == 3)
    let only = "load data \"\(folder)/ot"
    #expect(
      prompt.rules.completions(only, only.utf8.count)
        == Completions(["other.txt\""], replacing: 2))
    #expect(
      prompt.rules.completions(only + "\"", only.utf8.count)
        == Completions(["other.txt"], replacing: 2))
  }

  @Test func bundledNamesAreFileNamesToo() {
    prompt.known.files = ["zebra.jsonl"]
    prompt.known.models = ["zinc"]
    let data = prompt.rules.completions("load data \"ze", 13)
    #expect(data == Completions(["zebra.jsonl\""], replacing: 2))
    #expect(prompt.rules.completions("load model \"zi", 14).candidates == ["zinc\""])
    #expect(prompt.rules.completions("save model \"ze", 14).candidates == [])
  }

  @Test func helpCompletesItsTopics() {
    prompt.known.topics = ["load data", "load model", "lr", "train"]
    // Words of the field come with them.
    #expect(prompt.rules.completions("help l", 6).candidates.contains("lora"))
    #expect(Set(["load", "lr"]).isSubset(of: prompt.rules.completions("help l", 6).candidates))
    #expect(prompt.rules.completions("help load ", 10).candidates == ["data", "model"])
    #expect(prompt.rules.completions("1; help tr", 10).candidates == ["train "])
  }
}
