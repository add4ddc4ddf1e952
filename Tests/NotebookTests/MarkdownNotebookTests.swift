import Notebook
import Serialization
import Testing

@Suite("MarkdownNotebook") struct MarkdownNotebookTests {
  static let files = [
    "", "\n", "text", "# a\n\n```ft\nprint 1\n```\n",
    "```ft [3]\nprint 1\n```\n```output\n1\n```\n",
    "```ft\nprint 1", "```ft\r\nprint 1\r\n```\r\ntext\r\n", "````ft\n```\n````\n",
    "~~~ft\nprint 1\n~~~\n", "   ```ft\nprint 1\n   ```\n", "    ```ft\ncode\n",
    "```python\n```ft\n```\n", "<!-- \n```ft\nprint 1\n```\n-->\n```ft\nprint 2\n```\n",
    "```ft\n```\n\n\n```output\n= 4\n```\n```environment\nft  1\n```\ntail", "a\u{2028}b\n```ft\n",
    "```ft`\n", "```output\nno cell before\n```\n", "```ft\n\"\"\"\n```\n\"\"\"\n",
  ]

  @Test("reading and writing gives the same bytes", arguments: files)
  func bytes(file: String) {
    #expect(Array(MarkdownNotebook(file).text.utf8) == Array(file.utf8))
  }

  @Test("the script has the file's lines", arguments: files)
  func lines(file: String) {
    let count = { (text: String) in text.utf8.count { $0 == 0x0A } }
    #expect(count(MarkdownNotebook(file).script) == count(file))
  }

  @Test(
    "finds the cells that a reader of Markdown sees",
    arguments: [
      ("```ft\nprint 1\n```\n", ["print 1"]), ("````ft\n```\n````\n", ["```"]),
      ("```python\n```ft\n```\n", []), ("    ```ft\ncode\n", []), ("```ft`\n", []),
      ("<!-- \n```ft\nprint 1\n```\n-->\n```ft\nprint 2\n```\n", ["print 2"]),
      ("```ft\r\nprint 1\r\nprint 2\r\n```\r\n", ["print 1\nprint 2"]),
      ("~~~ ft [2] \nprint 1\n~~~\n", ["print 1"]), ("```ft\nprint 1", ["print 1"]),
    ] as [(String, [String])])
  func cells(file: String, sources: [String]) {
    #expect(MarkdownNotebook(file).cells.map(\.cell.text) == sources)
  }

  @Test(
    "what a stored output holds is never run (S06)",
    arguments: [
      "quit", "| \u{1B}]52;c;eA==\u{7}", "<script>fetch('x')</script>", "=> eval: {\"loss\":0}",
      "```ft\nprint 9\n```", "<!-- -->\n```ft\nprint 9\n```", "#%%\nprint 9",
    ])
  func outputs(text: String) {
    for (fence, name) in [("````", "output"), ("~~~~", "output"), ("````", "environment")] {
      let file = "```ft\nprint 1\n```\n\n\(fence)\(name)\n\(text)\n\(fence)\n"
      let notebook = MarkdownNotebook(file)
      #expect(notebook.cells.map(\.cell.text) == ["print 1"])
      let code = notebook.script.split(separator: "\n").filter { !$0.hasPrefix("#") }
      #expect(code == ["print 1"], "\(notebook.script)")
    }
  }

  @Test func aCellHasTheOutputRightAfterIt() {
    let file = "```ft\n1\n```\n\n```output\n= 1\n```\n```ft\n2\n```\ntext\n```output\n= 2\n```\n"
    #expect(MarkdownNotebook(file).cells.map { $0.output?.text } == ["= 1", nil])
  }

  @Test func aTitleStaysInTheScript() {
    #expect(
      MarkdownNotebook("```ft [3] Rates\nset lr 1\n```").script == "#%% [3] Rates\nset lr 1\n")
  }
}

@Suite("OutputLine") struct OutputLineTests {
  @Test(
    "what is written is read",
    arguments: [
      .printed("hello"), .printed(""), .printed("= 4"), .printed("| x"), .printed("=> eval: 1"),
      .printed("\\x"), .printed("\\"), .printed("|"), .shown(""), .shown("dev: loss 1.4"),
      .shown("| =>"), .result(command: "load data", ["rows": 812]), .value(0.1), .value("a: b"),
      .result(command: "sample", ["text": "a: b\n\"c\""]), .value(nil), .printed(" tail\r"),
    ] as [OutputLine])
  func roundTrip(line: OutputLine) {
    #expect(OutputLine(line.text) == line)
    #expect(!line.text.contains("\n"))
  }

  @Test("what looks marked but is not was printed", arguments: ["= x", "=> eval", "|x", "=>"])
  func printed(text: String) { #expect(OutputLine(text) == .printed(text)) }
}
