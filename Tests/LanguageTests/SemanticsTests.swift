import Language
import Reporting
import Testing

@Suite("Running scripts") struct SemanticsTests {
  static let scripts: [(String, [String])] = [
    ("print 1 + 2 * 3 - 8 / 4, 7 div 2, -7 mod 3, 2 * (3 + 4)", ["5 3 2 14"]),
    ("print 1..3, 2 in 1..3, \"b\" in {a: 1}, not 1 == 2", ["1..3 true false true"]),
    (
      "print 0.1 + 0.2, 2e-4, 1e-5, 1e21, 10%, 3k, 2GB",
      ["0.30000000000000004 0.0002 1e-5 1e21 0.1 3000 2000000000"]
    ),
    ("print 90s, 90min, 2h, 10min / 2, 1h > 59min", ["90s 90min 2h 5min true"]),
    // A `let` in a block is local; an assignment changes the nearest.
    ("let x = 1\nif true { let x = 2; x = 3 }\nprint x", ["1"]),
    ("let x = 1\nif true { x = 2 }\nprint x", ["2"]),
    ("let x = 1\nlet x = \"again\"\nprint x", ["again"]),
    ("for i in 1..5 { if i == 2 { continue }; if i == 4 { break }; print i }", ["1", "3"]),
    ("for name, value in ({a: 1, b: 2}) { print \"\\(name)=\\(value)\" }", ["a=1", "b=2"]),
    ("for i, x in [\"p\", \"q\"] { print i, x }", ["0 p", "1 q"]),
    ("let i = 0\nwhile i < 3 { i += 1 }\nprint i", ["3"]),
    (
      "proc f(a, b = 2, c = a * 10) { return [a, b, c] }\nprint f(1), f(1, c: 3), f(b: 5, a: 4)",
      ["[1, 2, 10] [1, 2, 3] [4, 5, 40]"]
    ),
    (
      "proc f(n) {\n  for i in 1..9 { if i == n { return \"early\" } }\n  return \"late\"\n}\nprint f(3), f(30)",
      ["early late"]
    ),
    (
      "print even(4)\nproc even(n) { if n == 0 { return true }; return odd(n - 1) }\nproc odd(n) { if n == 0 { return false }; return even(n - 1) }",
      ["true"]
    ),
    // A block sees and changes what is around it.
    (
      "let total = 0\nproc twice(body: block) { body(1); body(2) }\ntwice() do { total += it }\nprint total",
      ["3"]
    ),
    (
      "print map(1..3) do { it * it }, filter([1, 2, 3, 4]) do { it mod 2 == 0 }",
      ["[1, 4, 9] [2, 4]"]
    ),
    ("try { print 1 / 0 } catch e { print e.code, e.message }", ["L150 division by zero."]),
    ("let r = {a: {b: [1, 2]}}\nr.a.b[1] = 9\nr.c = 3\nprint r", ["{a: {b: [1, 9]}, c: 3}"]),
    (
      "let xs = [1, 2, 3, 4]\nprint xs[-1], xs[1..2], \"text\"[0], \"text\"[1..2]",
      ["4 [2, 3] t ex"]
    ),
    ("print 'raw \\(x)', \"tab\\t\\u00e9\\ud83d\\ude00 {column}\"", ["raw \\(x) tab\té😀 {column}"]),
    ("let text = \"\"\"\n  one\n    two \\(1 + 1)\n  \"\"\"\nprint text", ["one\n  two 2"]),
    ("print false and 1 / 0 == 1, true or 1 / 0 == 1", ["false true"]),
    ("print [1,\n  2,\n  3], 1 +\n  2", ["[1, 2, 3] 3"]),
    (
      "print length(\"né\"), round(1.005, 1), format(2, 2), min([2, 1]), max(1..4), sum([]), mean([1, 2])",
      ["2 1 2.00 1 4 0 1.5"]
    ),
    (
      "print sort([3, 1]), keys({b: 1}), values({b: 1}), contains(\"abc\", \"bc\"), range(0, 1, 0.5)",
      ["[1, 3] [\"b\"] [1] true [0, 0.5, 1]"]
    ),
    (
      "print split(\"a,b\", \",\"), join([1, \"x\"], \"-\"), upper(\"a\"), lower(\"B\"), trim(\" a \"), replace(\"aXbX\", \"X\", \"\")",
      ["[\"a\", \"b\"] 1-x A b a ab"]
    ),
    ("print abs(-2), number(\"2e-4\"), text(3) + \"!\", length(data)", ["2 0.0002 3! 2"]),
    ("if false { print 1 } else if true { print 2 } else { print 3 }", ["2"]),
    (
      "let s = {\"key with space\": null, ok: true}\nprint s",
      ["{\"key with space\": null, ok: true}"]
    ),
  ]

  @Test("prints", arguments: scripts)
  func prints(script: String, expected: [String]) async throws {
    #expect(try await runScript(script).printed == expected)
  }

  @Test("a script gives the value of its last statement")
  func lastValue() async throws {
    #expect(try await runScript("let x = 2\nx * 3").value == .number(6))
    #expect(try await runScript("let x = 2").value == .null)
  }

  @Test func settingsOfWithAreUndoneAfterAnError() async throws {
    let outcome = try await runScript(
      "try { with lr 1e-3 { train 1 epoch; print 1 / 0 } } catch e { train 2 epochs }")
    #expect(outcome.calls == ["train epoch count=1 with lr=0.001", "train epochs count=2"])
  }

  @Test func aCommandsBlockRunsWhenItAsks() async throws {
    let outcome = try await runScript("let n = 0\ntrain 2 epochs each epoch { n += it }\nprint n")
    #expect(outcome.printed == ["3"])
  }

  @Test func aRowConditionIsEvaluatedForARow() async throws {
    let outcome = try await runScript(
      "let limit = 5\nkeep data where length(row.reply) < limit as short")
    #expect(outcome.value == .bool(true))
    #expect(
      outcome.calls == ["keep where as data=data filter=length(row.reply) < limit name=short"])
  }

  @Test func wordsOfSettingsAreTakenByKind() async throws {
    let outcome = try await runScript("let lora = 1\nlet k = 16\nset adapter lora, rank k, lr -1")
    #expect(outcome.calls == ["set changes=adapter:\"lora\",rank:16,lr:-1"])
  }

  @Test func stopsBetweenStatements() async throws {
    let runner = ToyRunner()
    runner.stop(after: 2)
    await #expect(throws: CancellationError.self) {
      _ = try await runScript(
        "try { while true { train 1 step } } catch e { print 1 }", runner: runner)
    }
    #expect(runner.calls.count == 2)
  }

  @Test func variablesStayFromScriptToScript() async throws {
    let runner = ToyRunner()
    let interpreter = Interpreter(
      commands: toyCommands, runner: runner, names: runner, output: { _ in })
    for text in ["let n = 2", "proc twice(x) { return x * 2 }"] {
      _ = try await interpreter.run(
        Script.parse(SourceFile(.cell(1), text), commands: toyCommands).0)
    }
    let known = KnownNames(
      variables: await interpreter.variables.map(\.name), procedures: await interpreter.procedures)
    let (script, _) = Script.parse(SourceFile(.cell(2), "twice(n)"), commands: toyCommands)
    #expect(Checker(commands: toyCommands, known: known).check(script) == [])
    #expect(try await interpreter.run(script) == .number(4))
  }

  @Test(
    "JSON is a value",
    arguments: [
      #"{"a": [1, -2.5e+3, true, false, null, ""], "b": {"c": "x\/\u0041\ud834\udd1e"}}"#,
      "[[], {}, -0, 1E2, \"\\\\\"]", " [1\n,\n2] ", "{\"a\"\n:\n1\n}", "\"\\b\\f\\n\\r\\t\"", "-1",
      "{}",
    ])
  func json(text: String) async throws {
    let value = try await runScript("let j = \(text.drop { $0 == " " })\nj").value
    // Printed as source it reads back as the same value.
    #expect(try await runScript(value.source).value == value)
  }

  @Test func modulesAreReadOnceAndNotInCircles() async throws {
    let runner = ToyRunner(modules: ["a": "let x = 5\nuse b", "b": "use a"])
    let text = try await firstDiagnostic("use a\nprint a.x", runner: runner)
    #expect(text.hasPrefix("error[L157]: the module `a` uses itself."))
    let good = ToyRunner(modules: ["a": "train 1 step\nlet x = 5"])
    let outcome = try await runScript("use a\nuse a as b\nprint a.x + b.x", runner: good)
    #expect(outcome.printed == ["10"])
    #expect(outcome.calls.count == 1)
  }

  @Test func aVariableThatLooksLikeDataIsNoted() {
    let (script, _) = Script.parse(
      SourceFile(.cell(1), "let d = 3\ntrain 1 epoch on d"), commands: toyCommands)
    let found = Checker(commands: toyCommands).check(script)
    #expect(found.map(\.severity) == [.note])
    #expect(found.first?.primary?.text == "for the variable's value write `(d)`")
  }

  @Test func wholeNumbersHaveNoPoint() async throws {
    let script = "print 9007199254740993\nprint -3e15 * 3\nprint 2e20"
    #expect(
      try await runScript(script).printed == ["9007199254740992", "-9000000000000000", "2e20"])
  }

  @Test(
    "a result too large for a number is an error",
    arguments: [
      "1e308 * 10", "1e308 + 1e308", "-1e308 - 1e308", "1 / 1e-320", "1e300 div 1e-300",
      "1e308h + 1e308h", "sum([1e308, 1e308])", "mean([1e308, 1e308])", "1e308GB",
    ])
  func overflow(expression: String) async throws {
    let text = try await firstDiagnostic("print " + expression)
    #expect(text.contains("too large"))
  }

  @Test func roundingALargeNumberKeepsIt() async throws {
    #expect(try await runScript("print round(1e308, 12)").printed == ["1e308"])
  }
}
