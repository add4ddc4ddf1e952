import Foundation
import Notebook
import Testing

@Suite("Verification") struct VerificationTests {
  /// A saved notebook of a tiny training, changed, and verified anew.
  private func verify(_ change: (String) -> String) async throws
    -> (code: ExitCode, result: Verification?)
  {
    let lab = try TinyNotebook()
    for cell in TinyNotebook.preparation { await lab.run(cell) }
    await lab.run("train 2 steps", "print \"loss \\(run.steps)\"", "sample \"a\" seed 3 length 4")
    try await lab.save()
    let again = try TinyNotebook()
    try again.write(
      "lab.ft.md",
      change(try lab.read("lab.ft.md")).replacing(
        lab.folder, with: again.folder))
    return await again.verify("lab.ft.md")
  }

  @Test func aNotebookIsEqualToItself() async throws {
    let (code, result) = try await verify { $0 }
    #expect(code == .done)
    #expect(result?.text(path: "lab.ft.md") == "equal: 6 cells of lab.ft.md\n")
  }

  @Test func timesMayDiffer() async throws {
    let (code, _) = try await verify { text in
      text.replacing(/"seconds":[0-9.e-]+/, with: "\"seconds\":99")
    }
    #expect(code == .done)
  }

  @Test func aValueThatDiffersIsToldWithItsCell() async throws {
    let (code, result) = try await verify {
      $0.replacing("\"steps\":2", with: "\"steps\":3").replacing("\nloss 2\n", with: "\nloss 3\n")
    }
    #expect(code == .difference)
    let text = try #require(result?.text(path: "lab.ft.md"))
    #expect(text.contains(": train 2 steps\n  train.steps: 3 -> 2\n"))
    #expect(text.contains("\n  printed: \"loss 3\" -> \"loss 2\"\n"))
    #expect(text.contains("program and inputs are those recorded"))
    #expect(text.hasSuffix("2 of 6 cells of lab.ft.md differ\n"))
  }

  @Test func anInputThatChangedIsTheCause() async throws {
    let (code, result) = try await verify { text in
      text.replacing("\"steps\":2", with: "\"steps\":3")
        .replacing(/rows.jsonl +sha256 [0-9a-f]{12}/, with: "rows.jsonl  sha256 000000000000")
    }
    #expect(code == .difference)
    let text = try #require(result?.text(path: "lab.ft.md"))
    #expect(text.contains("cause: data ") && text.contains("has changed: sha256 000000000000… -> "))
  }

  @Test func outputsThatAreMissingOrMoreDiffer() async throws {
    let (code, result) = try await verify {
      $0.replacing("\nloss 2\n", with: "\nloss 2\nand more\n").replacing("=> train:", with: "| ")
    }
    #expect(code == .difference)
    let places = result?.cells.flatMap { $0.differences.map(\.place) }
    #expect(places == ["train", "printed"])
  }

  // MARK: Stopped trainings

  /// A session whose cells are stopped when they print `now`, saved and verified anew.
  private func verifyStopped(_ cells: [String]) async throws
    -> (code: ExitCode, result: Verification?, text: String)
  {
    let lab = try TinyNotebook()
    for cell in TinyNotebook.preparation { await lab.run(cell) }
    lab.stopsAt = "now"
    for cell in cells { await lab.run(cell) }
    try await lab.save()
    let again = try TinyNotebook()
    try again.take("lab.ft.md", from: lab)
    let found = await again.verify("lab.ft.md")
    return (found.code, found.result, try lab.read("lab.ft.md"))
  }

  @Test(
    "a training that was stopped is recorded as the step it reached, and stops there again",
    arguments: [
      "train 5 epochs each 1 step { if it.step == 3 { print \"now\" } }",
      "train 5 epochs each 1 step { if it.step == 4 { print \"now\"; print \"never\" } }",
      "train 5 epochs each 1 step { if it.step == 3 { eval dev; print \"now\"; eval dev } }",
      "let a = 1\nfor i in 1..4 { train 2 steps each 1 step { if i == 2 { print \"now\" } } }\nprint a",
      "train 1 step\ntrain until dev.loss stalls for 3 each 1 step { if it.step == 5 { print \"now\" } }",
    ])
  func stopped(cell: String) async throws {
    let (code, result, text) = try await verifyStopped([
      cell, "eval dev", "train 1 step", "print \"steps \\(run.steps)\"",
    ])
    #expect(text.contains("\"stopped\":\"stopped\""), "\(text)")
    let told = result?.text(path: "lab.ft.md") ?? "it did not run"
    #expect(code == .done, "\(told)\n\(text)")
    #expect(result?.comparedCount == 7, "\(told)")
  }

  @Test("another step than the recorded one is a difference") func otherStep() async throws {
    let lab = try TinyNotebook()
    for cell in TinyNotebook.preparation { await lab.run(cell) }
    lab.stopsAt = "now"
    await lab.run("train 5 epochs each 1 step { if it.step == 3 { print \"now\" } }", "eval dev")
    try await lab.save()
    let again = try TinyNotebook()
    let text = try lab.read("lab.ft.md").replacing(lab.folder, with: again.folder)
    try again.write("lab.ft.md", text.replacing("\"steps\":3", with: "\"steps\":4"))
    let (code, result) = await again.verify("lab.ft.md")
    #expect(code == .difference)
    #expect(result?.text(path: "lab.ft.md").contains("eval.loss") == true)
    // A script has no outputs that could tell the step.
    #expect(try !lab.read("lab.ft").contains("train 5 epochs"))
  }

  @Test func anErrorOnTheWayIsItsOwnEnd() async throws {
    let lab = try TinyNotebook()
    try lab.write("a.ft.md", "```ft\n1 / 0\n```\n```output\n= 1\n```\n")
    let (code, result) = await lab.verify("a.ft.md")
    #expect(code == .scriptError)
    #expect(result == nil)
  }

  @Test(
    "a file without recorded values is refused",
    arguments: [
      ("a.ft", "print 1"), ("a.ft.md", "```ft\nprint 1\n```\n"), ("a.ft.md", "text"),
    ])
  func nothingRecorded(name: String, text: String) async throws {
    let lab = try TinyNotebook()
    try lab.write(name, text)
    #expect(await lab.verify(name).code == .scriptError)
  }
}

/// Sessions as people have them, with errors and all: what is saved of them gives the same again.
@Suite("Random sessions are repeatable, Slow") struct RandomSessionsSlow {
  /// Numbers that the seed decides.
  private struct Dice {
    var state: UInt64

    mutating func roll(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
  }

  private static func cell(_ dice: inout Dice) -> String {
    let n = 1 + dice.roll(3)
    let cells = [
      "train \(n) steps", "eval dev", "eval dev using base", "sample \"number \(n)\" length \(n)",
      "set seed \(n), lr \(n)e-3", "set adapter none", "reset", "let x = \(n)", "x + \(n)", "it",
      "let y = x; print y; 1 / 0", "train 1 step\nprint nothing", "print \"# \\(run.steps)\"",
      "for i in 1..\(n) { train 1 step; print i }", "show run", "= 4", "# words \(n)",
      "proc f(a) { return a + \(n) }\nf(2)", "f(1)", "try { 1 / 0 } catch e { print e.message }",
      "with lr 2e-3 { train 1 step }", "let r = eval dev; r.loss",
      "compare base tuned on dev showing 0",
      "save adapter \"FOLDER/out\"", "load data \"nowhere.jsonl\"", "check x == 2", "show settings",
    ]
    return cells[dice.roll(cells.count)]
  }

  @Test("a saved session gives the same values again", arguments: 1...20)
  func session(seed: Int) async throws {
    var dice = Dice(state: UInt64(seed))
    let lab = try TinyNotebook()
    for cell in TinyNotebook.preparation { await lab.run(cell) }
    for _ in 0..<10 { await lab.run(Self.cell(&dice)) }
    try await lab.save()

    let clean = try TinyNotebook()
    try clean.take("lab.ft.md", from: lab)
    let (code, result) = await clean.verify("lab.ft.md")
    let text = result?.text(path: "lab.ft.md") ?? "it did not run"
    let saved = try clean.read("lab.ft.md")
    #expect(code == .done, "\(text)\n\(saved)")
    #expect((result?.comparedCount ?? 0) >= 3)

    let script = try TinyNotebook()
    try script.take("lab.ft", from: lab)
    let file = try NotebookFile.script(path: script.path("lab.ft"))
    #expect(await ScriptRunner(script.runner, report: { _ in }).run([file]) == .done)
    let numbers = lab.runner.transcript.cells.filter { !$0.ranSource.isEmpty }.map(\.number)
    #expect(script.runner.transcript.cells.map(\.number) == numbers)
  }
}
