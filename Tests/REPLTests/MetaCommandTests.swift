import Commands
import Foundation
import Notebook
import Reporting
import Session
import Terminal
import TestSupport
import Testing

@testable import REPL

@Suite("Meta-commands") struct MetaCommandTests {
  private let folder = NSTemporaryDirectory() + "tunebook-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// What entries gave, with the folder's name left out; and what was put into the line.
  private func run(_ entries: String...) async throws
    -> (results: String, notices: String, prefilled: [String])
  {
    let output = try TemporaryOutput()
    let texts = entries.map { $0.replacing("FOLDER", with: folder) }
    let prefilled = await onThread { [renderer = output.renderer] in
      let runner = Runner(resources: Resources(executable: "/nowhere/ft", home: nil)) {
        renderer.report($0)
      }
      let interrupts = Interrupts(stop: runner.stop, tell: { _ in })
      let repl = REPL(
        runner: runner, renderer: renderer, interrupts: interrupts, commands: CommandList.table,
        history: nil, theme: .plain)
      let lines = ScriptedLines(entries: texts)
      _ = repl.run(lines)
      return lines.prefilled
    }
    return (
      try output.results.replacing(folder, with: "FOLDER"),
      try output.notices.replacing(folder, with: "FOLDER"), prefilled
    )
  }

  private func read(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }

  @Test func cellsAreListedWithTheirMarks() async throws {
    let found = try await run("let a = 1", "a + 1", "1 / 0", ":rerun 1", ":cells")
    let lines = found.results.split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }
    #expect(lines.contains { $0.hasPrefix("1 ok, now 4 ") && $0.hasSuffix("let a = 1") })
    #expect(lines.contains { $0.hasPrefix("2 ok, stale ") })
    #expect(lines.contains { $0.hasPrefix("3 error L150 ") })
    #expect(lines.contains { $0.hasPrefix("4 ok ") })
  }

  @Test(
    "reruns", arguments: [("2", "2\n"), ("1-2", "1\n2\n"), ("2,1", "2\n1\n"), ("1 2", "1\n2\n")])
  func reruns(cells: String, results: String) async throws {
    let found = try await run("print 1", "print 2", ":rerun \(cells)")
    #expect(found.results == "1\n2\n" + results)
    #expect(found.notices.contains("ft[3]> print "))
  }

  @Test func rerunEndsAtTheFirstError() async throws {
    let found = try await run("1 / 0", "print 2", ":rerun 1-2")
    #expect(found.results == "2\n")
  }

  @Test func editPutsTheTextIntoTheLine() async throws {
    let found = try await run("print 1", "print 2", ":edit 1", "print 3", ":edit")
    #expect(found.prefilled == ["print 1", "print 3"])
  }

  @Test func anEditedCellIsMadeFromTheOther() async throws {
    let found = try await run("let a = 1", "a", ":edit 1", "let a = 5", ":cells")
    #expect(found.results.contains("ok, now 3"))
    #expect(found.results.contains("ok, stale"))
  }

  @Test func savesBothForms() async throws {
    let found = try await run("print 1", "1 / 0", ":save FOLDER/a.ft", ":save \"FOLDER/a b.ft.md\"")
    #expect(found.results.contains("saved FOLDER/a.ft, 1 cell; left out what did not end well: 2"))
    #expect(try read("a.ft") == "#%% [1]\nprint 1\n")
    #expect(try read("a b.ft.md").contains("```output\n1\n```"))
  }

  @Test func aFileOfOthersIsNotReplaced() async throws {
    try "mine".write(toFile: folder + "/a.ft", atomically: true, encoding: .utf8)
    let found = try await run("print 1", ":save FOLDER/a.ft")
    #expect(found.notices.contains("error[N105]"))
    #expect(found.notices.contains("try: :save FOLDER/a.ft over"))
    #expect(try read("a.ft") == "mine")
    _ = try await run("print 1", ":save FOLDER/a.ft over", "print 2", ":save FOLDER/a.ft")
    #expect(try read("a.ft").hasSuffix("print 2\n"))
  }

  @Test func loadRunsTheCellsOfAFile() async throws {
    let text = "# Words\n\n```ft\nlet a = 1\n```\n\n```ft\nprint a\n```\n"
    try text.write(toFile: folder + "/a.ft.md", atomically: true, encoding: .utf8)
    let found = try await run(":load FOLDER/a.ft.md", "print a + 1", ":save FOLDER/a.ft.md")
    #expect(found.results.hasPrefix("1\n2\n"))
    #expect(try read("a.ft.md").hasPrefix("# Words\n\n```ft [1]\nlet a = 1\n```\n"))
  }

  @Test(
    "errors say what to type",
    arguments: [
      (":sav", "N103", "try: :save"), (":", "N103", "try: :help"),
      (":rerun 9", "N104", "try: :cells"),
      (":rerun", "L101", "try: :rerun 3-5"), (":rerun x", "L101", "try: :rerun 3-5"),
      (":rerun 2-1", "L101", "try: :rerun 3-5"), (":rerun 1-", "L101", "try: :rerun 3-5"),
      (":edit 7", "N104", "try: :cells"), (":cells 3", "L101", "try: :cells"),
      (":save", "L101", "try: :save lab.ft.md"), (":save a.txt", "L101", "try: :save a.ft"),
      (":save a.ft now", "L101", "try: :save"), (":load /nowhere.ft", "R290", "cannot read"),
      (":help nothing", "N103", "try: :help"),
    ])
  func errors(line: String, code: String, hint: String) async throws {
    let found = try await run("print 1", line)
    #expect(found.notices.contains("error[\(code)]"))
    #expect(found.notices.contains(hint))
  }

  @Test func savingNothingIsTold() async throws {
    #expect(try await run("1 / 0", ":save FOLDER/a.ft").notices.contains("error[N106]"))
  }

  @Test("every command's example is that command", arguments: MetaCommand.all.map(\.example))
  func examples(example: String) throws {
    let call = try MetaCall(example, cell: 1)
    #expect(call.command.example == example)
  }

  @Test(
    "Tab offers names, cells and files",
    arguments: [
      (":sa", ["save "]),
      (":", ["cells", "rerun", "edit", "diff", "watch", "save", "share", "load", "help"]),
      (":rerun 1", ["1", "10"]), (":help re", ["rerun "]), (":cells ", []), (":nothing x", []),
    ] as [(String, [String])])
  func completion(entry: String, candidates: [String]) {
    #expect(MetaCompletion.completions(entry, cells: [1, 2, 10]).candidates == candidates)
  }

  @Test func tabEndsAFileNameWithItsQuote() throws {
    try Data().write(to: URL(fileURLWithPath: folder + "/lab.ft"))
    let entry = ":load \"\(folder)/la"
    #expect(MetaCompletion.completions(entry, cells: []) == Completions(["lab.ft\""], replacing: 2))
  }

  @Test func comparesWhatTwoCellsGave() async throws {
    let found = try await run(
      "{a: 1.5, b: \"x\", c: [1, 2]}", "{a: 1.25, b: \"x\", c: [1, 4]}", ":diff 1 2", ":diff",
      ":diff 1 1", "let n = 1", ":diff 3,3")
    let rows = found.results.split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }
    #expect(rows.count { $0 == "value.a 1.5 1.25 -0.25" } == 2)
    #expect(rows.count { $0 == "value.c[1] 2 4 +2" } == 2)
    #expect(!rows.contains { $0.hasPrefix("value.b") })
    #expect(rows.contains("they gave the same values"))
    #expect(rows.contains("neither gave a value"))
  }

  @Test(
    "a comparison of two cells needs two",
    arguments: [
      (":diff", "there are no two cells yet"),
      (":diff 1", "`:diff` needs the numbers of two cells"),
      (":diff 1-3", "takes no more than that"), (":diff 1 9", "there is no cell 9"),
      (":diff a", "`a` is no number of a cell"),
    ])
  func badDiff(entry: String, message: String) async throws {
    let before = entry == ":diff" ? [] : ["1 + 1", "2 + 2", "3 + 3"]
    let output = try await run(before.joined(separator: "\n"), entry)
    let apart = try await run("1 + 1", "2 + 2", "3 + 3", entry)
    #expect((entry == ":diff" ? output : apart).notices.contains(message))
  }

  @Test func sharesOnePageThatRuns() async throws {
    let nasty = "print \"</pre><script>alert(1)</script>\""
    let found = try await run(
      nasty, "let a = 2", "a * 21", "1 / 0", ":share FOLDER/lab", ":share FOLDER/lab.html")
    #expect(found.notices.contains("a page's file name ends in .html"))
    #expect(
      found.results.contains("saved FOLDER/lab.html, 3 cells; left out what did not end well: 4"))
    let page = try read("lab.html")
    #expect(!page.contains("<script"))
    #expect(page.contains("&lt;/pre&gt;&lt;script&gt;"))
    let script = try NotebookFile.script(path: folder + "/lab.html")
    #expect(script.text.contains(nasty + "\n"))
    // An error is told at the line of the page.
    let line = page.split(separator: "\n", omittingEmptySubsequences: false)
      .lastIndex { $0 == "a * 21" }
    #expect(
      script.text.split(separator: "\n", omittingEmptySubsequences: false)
        .firstIndex { $0 == "a * 21" } == line)
    let loaded = try await run(":load FOLDER/lab.html", "a")
    #expect(loaded.results.hasSuffix("42\n2\n"))
    let again = try await run("let b = 1", "b", ":share FOLDER/lab.html")
    #expect(again.notices.contains(":share FOLDER/lab.html over"))
  }
}
