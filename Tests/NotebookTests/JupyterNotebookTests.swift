import Foundation
import Language
import Notebook
import Reporting
import Serialization
import Session
import Testing

@Suite("Jupyter notebooks") struct JupyterNotebookTests {
  /// What a session with a training, pictures, words and values saves.
  private func session() async throws -> TinyNotebook {
    let lab = try TinyNotebook()
    for cell in TinyNotebook.preparation { await lab.run(cell) }
    await lab.run(
      "# Two lines\n# of words", "# ```output\n# no output\n# ```", "print \"= 1\\nb\"",
      "train 3 steps", "sample \"number\"", "let r = {b: [1, 2.5, null], \"a c\": \"x\"}; r",
      "show settings", "1 / 0", "set lr 1e-3")
    try await lab.save()
    return lab
  }

  @Test func aSavedNotebookBecomesOneOfJupyterAndComesBack() async throws {
    let lab = try await session()
    let markdown = try lab.read("lab.ft.md")
    let picture = try FileManager.default.contentsOfDirectory(atPath: lab.path("lab.files"))
    try #require(!picture.isEmpty)
    let svg = try lab.read("lab.files/" + picture[0])
    for pass in 1...2 {
      _ = try NotebookConversion.convert(
        lab.path("lab.ft.md"), to: lab.path("lab.ipynb"), replaces: true)
      try FileManager.default.removeItem(atPath: lab.path("lab.files"))
      // Jupyter sorts the fields of objects when it saves.
      if pass == 2 { try lab.write("lab.ipynb", sorted(lab.read("lab.ipynb"))) }
      _ = try NotebookConversion.convert(
        lab.path("lab.ipynb"), to: lab.path("lab.ft.md"), replaces: true)
      #expect(try lab.read("lab.ft.md") == markdown)
      #expect(try lab.read("lab.files/" + picture[0]) == svg)
    }
    #expect(try !lab.read("lab.ipynb").contains("\"markdown\": \""), "ours needs no copy of itself")
  }

  @Test func savingForJupyterSavesTheSame() async throws {
    let lab = try await session()
    let markdown = try lab.read("lab.ft.md")
    let json = try JSONValue(parsing: Array(lab.read("lab.ipynb").utf8))
    let outputs = json["cells"]?.array?.flatMap { $0["outputs"]?.array ?? [] } ?? []
    let types = Set(outputs.flatMap { $0["data"]?.object?.keys ?? [] })
    #expect(types.isSuperset(of: ["text/plain", "text/html", "image/svg+xml"]))
    _ = try NotebookConversion.convert(
      lab.path("lab.ipynb"), to: lab.path("lab.ft.md"), replaces: true)
    #expect(try lab.read("lab.ft.md") == markdown)
  }

  @Test func lessonsComeBackByteForByte() throws {
    let folder = TinyNotebook.checkout + "/tutorials/"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".ft.md") }
    try #require(names.count > 3)
    for name in names {
      let text = try ScriptText.read(path: folder + name).text
      let notebook = MarkdownNotebook(text)
      let jupyter = JupyterNotebook(notebook, path: name) { path in
        (try? ScriptText.read(path: folder + path))?.text
      }
      let read = try JupyterNotebook(
        SourceFile(.file(name), sorted(jupyter.text)), path: name)
      #expect(read.markdown(for: name).notebook.text == text, "\(name)")
      #expect(
        read.cells.filter { $0.kind == .code }.map(\.source) == notebook.cells.map(\.cell.text))
    }
  }

  @Test func aChangeInJupyterIsKept() throws {
    let text = "Words first.\n```ft\nprint 1\n```\n"
    let jupyter = JupyterNotebook(MarkdownNotebook(text), path: "a.ft.md") { _ in nil }
    let changed = jupyter.text.replacing("print 1\"", with: "print 2\"")
    let read = try JupyterNotebook(SourceFile(.file("a"), changed), path: "a.ipynb")
    #expect(
      read.markdown(for: "a.ft.md").notebook.text
        == "Words first.\n\n\n```ft\nprint 2\n```\n\n")
  }

  @Test func wordsStayTheCellsThatTheyWere() throws {
    let sources = ["# A", "b", "```ft\nprint 1\n```", "```output\nx\n```", "<!-- a", "\nc\n", ""]
    let cells = sources.map {
      JSONValue.object([
        "cell_type": "markdown", "metadata": [:], "source": .string($0),
      ])
    }
    let code: JSONValue = [
      "cell_type": "code", "execution_count": nil, "metadata": [:], "outputs": [],
      "source": ["print 1\n", "print 2"],
    ]
    let file: JSONValue = [
      "cells": .array(cells + [code]), "metadata": [:], "nbformat": 4, "nbformat_minor": 5,
    ]
    let read = try JupyterNotebook(SourceFile(.file("a"), file.text), path: "a.ipynb")
    let markdown = read.markdown(for: "a.ft.md").notebook
    #expect(markdown.cells.map(\.cell.text) == ["print 1\nprint 2"])
    let again = JupyterNotebook(
      MarkdownNotebook(markdown.text), path: "a.ft.md", picture: { _ in nil })
    #expect(again.cells.count == read.cells.count)
    #expect(again.cells.map(\.kind) == read.cells.map(\.kind))
    #expect(again.cells[0].source == "# A" && again.cells[1].source == "b")
    #expect(again.cells[5].source == "\nc\n")
  }

  @Test func whatAKernelShowedIsToldApart() throws {
    let outputs: JSONValue = [
      ["output_type": "stream", "name": "stdout", "text": ["before\n", "a mo"]],
      ["output_type": "stream", "name": "stdout", "text": "del's\nwords\nafter\n"],
      [
        "output_type": "display_data", "data": ["text/plain": "40 %"],
        "metadata": ["tunebook": ["progress": true]],
      ],
      [
        "output_type": "display_data",
        "data": [
          "text/plain": "=> sample: {\"b\":1,\"a\":2}",
          "application/vnd.tunebook.result+json": [
            "command": "sample", "value": ["a": 2, "b": 1],
          ],
        ], "metadata": ["tunebook": ["generated": [[7, 22], [7, 22], [-1, 3], "x"]]],
      ],
      ["output_type": "stream", "name": "stderr", "text": "\u{1B}[36mnote:\u{1B}[0m look\n"],
      [
        "output_type": "execute_result", "execution_count": 1, "metadata": [:],
        "data": ["text/plain": "3 s", "application/vnd.tunebook.value+json": 3],
      ],
      ["output_type": "error", "ename": "L1", "evalue": "", "traceback": ["one", "two"]],
    ]
    let file: JSONValue = [
      "cells": [
        ["cell_type": "code", "execution_count": 7, "outputs": outputs, "source": "sample \"x\""]
      ], "nbformat": 4,
    ]
    let read = try JupyterNotebook(SourceFile(.file("a"), file.text), path: "a.ipynb")
    #expect(
      read.markdown(for: "a.ft.md").notebook.text == """
        ```ft [7]
        sample "x"
        ```
        ```output
        before
        | a model's
        | words
        after
        => sample: {"b":1,"a":2}
        | note: look
        = 3
        | one
        | two
        ```


        """)
  }

  @Test func runsAndVerifies() async throws {
    let lab = try await session()
    let other = try TinyNotebook()
    try other.take("lab.ipynb", from: lab)
    let equal = await other.verify("lab.ipynb")
    #expect(equal.code == .done)
    #expect(equal.result?.comparedCount ?? 0 > 5)
    let third = try TinyNotebook()
    let text = try other.read("lab.ipynb").replacing(other.folder, with: third.folder)
    let changed = text.replacing("\"text\": \"= 1\\nb\\n\"", with: "\"text\": \"= 1\\nc\\n\"")
    try #require(changed != text)
    try third.write("lab.ipynb", changed)
    let different = await third.verify("lab.ipynb")
    #expect(different.code == .difference)
    #expect(different.result?.text(path: "lab.ipynb").contains("differs, lab.ipynb: print") == true)
  }

  @Test func aPlaceIsACell() async throws {
    let lab = try TinyNotebook()
    try lab.write("a.ft.md", "# A\n\n```ft\nprint 1\n```\n\n```ft [7]\nprint 1\n\nprnt 2\n```\n")
    _ = try NotebookConversion.convert(
      lab.path("a.ft.md"), to: lab.path("a.ipynb"), replaces: false)
    let script = try NotebookFile.script(path: lab.path("a.ipynb"))
    let problem = try #require(await lab.runner.prepare(script).problems.first)
    let label = try #require(problem.primary)
    #expect(
      label.file.place(at: label.span.start) == "\(lab.path("a.ipynb")), cell 7, line 3")
  }

  @Test(
    "refuses what is none",
    arguments: [
      ("", "no notebook of Jupyter"), ("{}", "it has no cells"), ("[1]", "it has no cells"),
      (#"{"nbformat":3,"worksheets":[]}"#, "of format 3"),
      (#"{"nbformat":4,"cells":[{}]}"#, "cell 1 of a.ipynb is of no kind"),
      (#"{"nbformat":4,"cells":[{"cell_type":"code"}]}"#, "cell 1 of a.ipynb has no `source`"),
      (
        #"{"nbformat":4,"cells":[{"cell_type":"code","source":[1]}]}"#,
        "cell 1 of a.ipynb has no `source`"
      ),
      (
        #"{"nbformat":4,"cells":[{"cell_type":"code","source":"","outputs":[3]}]}"#,
        "an output without `output_type`"
      ),
      (
        #"{"nbformat":4,"cells":[],"metadata":{"kernelspec":{"language":"python"}}}"#,
        "a notebook of python"
      ),
    ])
  func refuses(text: String, part: String) throws {
    let problem = #expect(throws: Diagnostic.self) {
      try JupyterNotebook(SourceFile(.file("a"), text), path: "a.ipynb")
    }
    #expect(problem?.message.contains(part) == true)
    #expect(problem?.code?.id == "N122" && problem?.hints.isEmpty == false)
  }

  @Test func convertsEveryFormIntoEveryOther() async throws {
    let lab = try await session()
    let scripts = try lab.read("lab.ft")
    for (from, to) in [("lab.ft", "b.ipynb"), ("b.ipynb", "c.ft.md"), ("c.ft.md", "d.ft")] {
      _ = try NotebookConversion.convert(lab.path(from), to: lab.path(to), replaces: false)
    }
    let sources = try [scripts, lab.read("d.ft")].map { text in
      // Words that look like a fence of ours become those of another.
      text.split(separator: "\n").filter { !$0.hasPrefix("#%%") && !$0.contains("```") }
    }
    #expect(sources[0] == sources[1])
    #expect(throws: Diagnostic.self) {
      try NotebookConversion.convert(lab.path("lab.ft"), to: lab.path("d.ft"), replaces: false)
    }
    #expect(throws: Diagnostic.self) {
      try NotebookConversion.convert(lab.path("lab.ft"), to: lab.path("d.txt"), replaces: true)
    }
  }

  /// A JSON text as Jupyter writes it, with its fields sorted.
  private func sorted(_ text: String) throws -> String {
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }
}
