import Foundation
import Language
import Notebook
import Reporting
import Serialization
import Session
import Testing

@Suite("Notebook files") struct NotebookFileTests {
  @Test func aSavedScriptHasTheCellsThatRan() async throws {
    let lab = try TinyNotebook()
    await lab.run("# A title", "let a = 3", "prnt 1", "let b = 4; 1 / 0", "print a + b", "quit")
    try await lab.save()
    #expect(
      try lab.read("lab.ft") == """
        #%% [markdown]
        # A title

        #%% [1]
        let a = 3

        #%% [3]
        let b = 4

        #%% [4]
        print a + b

        """)
  }

  @Test func aSavedNotebookHasOutputsAndEnvironment() async throws {
    let lab = try TinyNotebook()
    await lab.run("print \"= 1\\nb\"", "40 + 2", "set lr 2e-4", "load data \"FOLDER/rows.jsonl\"")
    try await lab.save()
    let text = try lab.read("lab.ft.md").replacing(lab.folder, with: "")
    #expect(
      text.hasPrefix(
        """
        # lab

        ```ft [1]
        print "= 1\\nb"
        ```
        ```output
        \\= 1
        b
        ```

        ```ft [2]
        40 + 2
        ```
        ```output
        = 42
        ```

        ```ft [3]
        set lr 2e-4
        ```

        ```ft [4]
        load data "/rows.jsonl"
        ```
        ```output
        | rows: 12 rows, prompt-completion · train 12
        """) || text.contains("=> load data: {\"rows\":12,\"train\":12,\"dev\":0,\"test\":0}"))
    #expect(text.contains("```environment\nft "))
    #expect(text.contains("data /rows.jsonl  sha256 "))
  }

  @Test func whatIsSavedAndReadHasTheSameCellsAndOutputs() async throws {
    let lab = try TinyNotebook()
    await lab.run(
      "print \"```\"", "for i in 1..2 {\n  print i\n}", "\"\"\"\n````\n\"\"\"",
      "print \"\\\\ | =\"",
      "help train", "let r = {a: [1, 2.5, null], \"b c\": \"x\"}; r")
    try await lab.save()
    let notebook = MarkdownNotebook(try lab.read("lab.ft.md"))
    let cells = lab.runner.transcript.cells
    #expect(notebook.cells.map(\.cell.text) == cells.map(\.source))
    for (fence, cell) in zip(notebook.cells, cells) {
      #expect((fence.output?.lines ?? []).map { OutputLine($0) } == cell.outputLines)
    }
    let pieces = cells.map { NotebookPiece.cell($0.source) }
    #expect(try NotebookFile.contents(path: lab.path("lab.ft")) == pieces)
    #expect(
      try NotebookFile.contents(path: lab.path("lab.ft.md")) == [.text("# lab")] + pieces)
  }

  @Test func proseThatWouldSwallowCellsIsTakenApart() async throws {
    let lab = try TinyNotebook()
    await lab.run("# ```", "print 1", "# <!-- a", "print 2", "# ```python\n# x\n# ```", "print 3")
    try await lab.save()
    let notebook = MarkdownNotebook(try lab.read("lab.ft.md"))
    #expect(notebook.cells.map(\.cell.text) == ["print 1", "print 2", "print 3"])
    #expect(notebook.text.contains("```python\nx\n```"))
  }

  @Test func aTrainingLeavesItsCurveBesideTheNotebook() async throws {
    let lab = try TinyNotebook()
    for cell in TinyNotebook.preparation { await lab.run(cell) }
    await lab.run("train 3 steps")
    try await lab.save()
    #expect(try lab.read("lab.ft.md").contains("\n![Loss](lab.files/5-1.svg)\n"))
    #expect(try lab.read("lab.files/5-1.svg").hasPrefix("<svg "))
    #expect(try NotebookFile.contents(path: lab.path("lab.ft.md")).count == 6)
  }

  @Test func errorsHaveTheirPlaceInTheMarkdown() async throws {
    let lab = try TinyNotebook()
    try lab.write("a.ft.md", "# x\n\n```ft\nprint 1\n```\n\n```ft\nprint 2\n  prnt 3\n```\n")
    let script = try NotebookFile.script(path: lab.path("a.ft.md"))
    let problem = try #require(await lab.runner.prepare(script).problems.first?.primary)
    #expect(problem.file.line(at: problem.span.start) == 9)
    #expect(problem.file.column(at: problem.span.start) == 3)
  }

  @Test func aCellEndsWhatIsOpenInTheOneBefore() async throws {
    let lab = try TinyNotebook()
    try lab.write("a.ft.md", "```ft\nlet a = 1 +\n```\n```ft\n2\n```\n")
    let script = try NotebookFile.script(path: lab.path("a.ft.md"))
    #expect(await lab.runner.prepare(script).script == nil)
  }

  @Test func cellsCallProceduresOfLaterOnes() async throws {
    let lab = try TinyNotebook()
    try lab.write("a.ft", "#%%\nlet a = twice(4)\n#%% [7] b\nproc twice(x) { return 2 * x }\na")
    let script = try NotebookFile.script(path: lab.path("a.ft"))
    let prepared = try #require(await lab.runner.prepare(script).script)
    guard case .finished = await lab.runner.run(prepared) else {
      Issue.record("it failed")
      return
    }
    #expect(lab.runner.transcript.cells.map(\.number) == [1, 7])
    #expect(lab.runner.transcript.cells.last?.outputLines == [.value(8)])
  }

  @Test func markdownWithoutCellsIsTold() throws {
    let lab = try TinyNotebook()
    try lab.write("a.md", "# x\n")
    #expect(throws: Diagnostic.self) { try NotebookFile.script(path: lab.path("a.md")) }
  }

  @Test func theEnvironmentIsReadAsItWasWritten() {
    let environment = RunEnvironment(
      version: "1.2.3", vectorPath: "avx2", threadCount: 3,
      inputs: [
        .init(kind: "model", name: "out/my  model", sha256: String(repeating: "0", count: 64)),
        .init(kind: "data", name: "a.jsonl", sha256: nil),
      ])
    #expect(RunEnvironment(text: environment.text) == environment)
  }
}
