import Foundation
import Notebook
import Reporting
import TestSupport
import Testing

@Suite("ScriptRunner") struct ScriptRunnerTests {
  private let desk = Desk()

  @Test func eachStatementIsACell() async {
    #expect(await desk.runScripts("print 1\nset lr 2e-4\nprint 2") == .done)
    #expect(
      desk.recorder.all == [
        "cell 1", "print 1", "cell 2", "result set, line 2", "cell 3", "print 2",
      ])
  }

  @Test func proceduresAreKnownBeforeTheirLine() async {
    #expect(await desk.runScripts("print twice(4)\nproc twice(x) { return 2 * x }") == .done)
    #expect(desk.recorder.all.contains("print 8"))
  }

  @Test(
    "nothing runs when anything is wrong",
    arguments: [
      "print 1\nlet = 2", "print 1\nprint x", "print 1\nset lrr 2", "print 1\nlet s = \"a",
    ])
  func allOrNothing(text: String) async {
    #expect(await desk.runScripts(text) == .scriptError)
    #expect(desk.recorder.all.allSatisfy { $0.hasPrefix("error L") })
  }

  @Test func allErrorsOfAFileAreTold() async {
    #expect(await desk.runScripts("let = 2\nprint 1\nif { }\nprnt 3") == .scriptError)
    #expect(desk.recorder.all.count == 3)
  }

  @Test func nothingRunsWhenASettingOfTheCommandLineIsWrong() async {
    #expect(await desk.runScripts("set lrr=2", "print 1") == .scriptError)
    #expect(desk.recorder.all == ["error L105"])
  }

  @Test func settingsOfTheCommandLineHoldInTheScript() async {
    #expect(await desk.runScripts("set batch=3", "print settings.batch") == .done)
    #expect(desk.recorder.all.last == "print 3")
  }

  @Test func theFirstErrorEndsTheScript() async {
    #expect(await desk.runScripts("print 1\ncheck 1 == 2\nprint 2") == .scriptError)
    #expect(desk.recorder.all == ["cell 1", "print 1", "cell 2", "error L154"])
  }

  @Test func quitEndsAScriptWell() async {
    #expect(await desk.runScripts("quit\nprint 1", "print 2") == .done)
    #expect(!desk.recorder.all.contains { $0.hasPrefix("print") })
  }

  @Test func aMissingFileIsAnInputError() async {
    #expect(await desk.runScripts("load data \"/nowhere/rows.jsonl\"") == .badInputFile)
  }
}

@Suite("ExitCode") struct ExitCodeTests {
  @Test(
    "follows the letters of the diagnostic's code",
    arguments: [
      ("L101", 3), ("S301", 3), ("X101", 3), ("D201", 4), ("M101", 4), ("R201", 5), ("R290", 5),
      ("R401", 6), ("T501", 7), ("R801", 8), ("R901", 9), ("H101", 5), ("T101", 3),
    ] as [(String, Int32)])
  func table(id: String, code: Int32) {
    #expect(
      ExitCode(Diagnostic(code: DiagnosticCode(stringLiteral: id), "wrong.")).rawValue == code)
  }

  @Test func aDiagnosticWithoutCodeIsAScriptError() {
    #expect(ExitCode(Diagnostic(code: nil, "wrong.")) == .scriptError)
  }

  @Test func anUnknownErrorIsABug() {
    #expect(ExitCode(Runner.Outcome.broken(CocoaError(.fileNoSuchFile))) == .internalError)
  }

  @Test("signals have the shells' codes", arguments: [(1, 129), (2, 130), (15, 143)])
  func signals(signal: Int, code: Int) {
    #expect(ExitCode(signal: Int32(signal))?.rawValue == Int32(code))
  }
}

@Suite("ScriptText") struct ScriptTextTests {
  @Test func aMissingFileIsTold() {
    #expect(throws: expecting("R290", "cannot read /nowhere/a.ft: no such file or directory.")) {
      try ScriptText.read(path: "/nowhere/a.ft")
    }
  }

  @Test func aFolderIsNoScript() {
    #expect(throws: expecting("R290", "cannot read /: is a directory.")) {
      try ScriptText.read(path: "/")
    }
  }

  @Test func bytesThatAreNotUTF8AreTold() {
    #expect(throws: expecting("L190", "a.ft is not UTF-8 text: see byte 4, in line 2.")) {
      try ScriptText.file(name: "a.ft", Array("a\nb".utf8) + [0x20, 0xFF])
    }
  }

  @Test func allOfAPipeIsRead() throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data("print 1\nprint 2".utf8))
    try pipe.fileHandleForWriting.close()
    let file = try ScriptText.read(
      descriptor: pipe.fileHandleForReading.fileDescriptor, name: "stdin")
    #expect(file == SourceFile(.file("stdin"), "print 1\nprint 2"))
  }

  private func expecting(_ code: DiagnosticCode, _ message: String) -> Diagnostic {
    Diagnostic(code: code, message)
  }
}
