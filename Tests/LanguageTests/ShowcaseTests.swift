import Language
import Reporting
import Testing

@Suite("The block of the design") struct ShowcaseTests {
  @Test func parsesWithoutDiagnostics() {
    let (script, diagnostics) = Script.parse(
      SourceFile(.cell(1), showcase), commands: toyCommands)
    #expect(diagnostics.map(\.plainText) == [])
    #expect(script.statements.count == 32)
  }

  @Test func checksWithoutErrors() {
    let (script, _) = Script.parse(SourceFile(.cell(1), showcase), commands: toyCommands)
    let found = Checker(commands: toyCommands).check(script)
    #expect(found.map(\.plainText) == [])
  }

  @Test func runs() async throws {
    let runner = ToyRunner(modules: [
      "sweep": """
      ## Tries all combinations.
      proc grid(space, body: block) {
        let rows = []
        for rank in space.rank {
          for lr in space.lr { rows += [{rank: rank, loss: body({rank: rank, lr: lr}).loss}] }
        }
        return rows
      }
      """
    ])
    let outcome = try await runScript(showcase, runner: runner)
    #expect(outcome.calls.first == "load model model=tiny")
    #expect(outcome.calls.contains("train epochs on count=4 data=data"))
    #expect(outcome.calls.contains("train epoch count=1 with lr=0.0001 rank=16"))
    #expect(outcome.calls.contains("set changes=lr:0.0002,warmup:0.1"))
    #expect(outcome.calls.contains("train until within stop=dev.loss<1.5 limit=10min"))
    #expect(
      outcome.printed == [
        "loss 0.6666666666666666, was 0.6666666666666666", "there is no file `missing.jsonl`.",
      ])
    #expect(outcome.calls.last == "load model model=\"tiny\"")
  }

  @Test func everyPrefixOfEveryLineIsClassified() {
    for line in showcase.split(separator: "\n") {
      for end in line.indices {
        _ = Entry.classify(text: String(line[..<end]), commands: toyCommands)
      }
    }
    // The whole is complete, and each beginning of it is not invalid at a line's end but incomplete.
    #expect(Entry.classify(text: showcase, commands: toyCommands) == .complete)
    var text = ""
    for line in showcase.split(separator: "\n") {
      text += line + "\n"
      let entry = Entry.classify(text: text, commands: toyCommands)
      if case .invalid(let found) = entry { Issue.record("\(found.map(\.plainText))") }
    }
  }
}
