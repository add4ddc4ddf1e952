import Notebook
import Reporting
import Serialization
import Testing

@Suite("Transcript") struct TranscriptTests {
  @Test func keepsWhatCellsShowedAndHowTheyEnded() async throws {
    let lab = try TinyNotebook()
    await lab.run("print 1", "prnt", "1 / 0", "6 * 7")
    let cells = lab.runner.transcript.cells
    #expect(cells.map(\.mark) == [nil, "error L121", "error L150", nil])
    #expect(cells.map(\.number) == [1, 2, 3, 4])
    #expect(cells[0].outputLines == [.printed("1")])
    #expect(cells[3].outputLines == [.value(42)])
    #expect(cells[2].outputLines.first == .shown("error[L150]: division by zero."))
  }

  @Test func aLoopThatPrintsForEverIsCutOff() async throws {
    let lab = try TinyNotebook()
    await lab.run("for i in 1..20000 { print i }")
    let lines = try #require(lab.runner.transcript.cells.first?.outputLines)
    #expect(lines.count == 10_001)
    #expect(lines.last == .shown("(more was left out here)"))
  }

  @Test func commentsAloneAreWordsBetweenCells() async throws {
    let lab = try TinyNotebook()
    await lab.run("# A title\n#\n# and more", "print 1 # no words")
    #expect(lab.runner.transcript.entries.first == .text("A title\n\nand more"))
    #expect(lab.runner.transcript.cells.count == 1)
  }

  @Test func aScriptCanWriteItsReport() async throws {
    let lab = try TinyNotebook()
    let script = "print \"<b>\"\nsave report \"\(lab.path("out/lab.html"))\" title \"T\""
    _ = await ScriptRunner(lab.runner, report: { _ in }).run([SourceFile(.file("a.ft"), script)])
    let html = try lab.read("out/lab.html")
    #expect(html.contains("<pre class=\"text\">&lt;b&gt;</pre>") && html.contains("<h1>T</h1>"))
  }
}

@Suite("StaleCells") struct StaleCellsTests {
  @Test(
    "cells that build on a changed one are stale",
    arguments: [
      (["let a = 1", "a + 1", "let b = 2", "b"], [2]),
      (["let a = 1", "let c = a + 1", "c", "let d = 5"], [2, 3]),
      (["set lr 1e-4", "let b = 2", "b"], []),
    ] as [([String], [Int])])
  func variables(sources: [String], stale: [Int]) async throws {
    let lab = try TinyNotebook()
    for source in sources { await lab.run(source) }
    await lab.run(sources[0].replacing("1", with: "9"), madeFrom: 1)
    #expect(StaleCells(lab.runner.transcript.cells).numbers.sorted() == stale)
  }

  @Test func aTrainingBuildsOnSettingsAndTheNextOnIt() async throws {
    let lab = try TinyNotebook()
    for cell in TinyNotebook.preparation { await lab.run(cell) }
    await lab.run("train 1 step", "print 1", "eval dev")
    await lab.run("set batch 2", madeFrom: 4)
    #expect(StaleCells(lab.runner.transcript.cells).numbers == [5, 7])
    await lab.run("train 1 step", madeFrom: 5)
    #expect(StaleCells(lab.runner.transcript.cells).numbers == [7])
  }
}
