import Language
import Reporting
import Testing

/// Values that grow without end are errors with a place, never a crash.
@Suite("Limits of values") struct ValueLimitTests {
  @Test(
    "deeper than 200 is an error, however it is made (S07)",
    arguments: [
      "let xs = [1]\nfor i in 1..100000 { xs = [xs] }",
      "let r = {a: 1}\nfor i in 1..100000 { r = {a: r} }",
      "let r = {a: 1}\nfor i in 1..100000 { r.a = r }",
      "let xs = [1]\nfor i in 1..100000 { xs = map([xs]) do { it } }",
    ])
  func tooDeep(script: String) async throws {
    let text = try await firstDiagnostic(script)
    #expect(text.hasPrefix("error[L159]: this value is nested more than 200 deep."))
    #expect(text.contains("cell 1, line 2"))
  }

  @Test func twoHundredLevelsCanBeComparedAndPrinted() async throws {
    let script = """
      let a = [1]; let b = [1]
      for i in 1..199 { a = [a]; b = [b] }
      print a == b
      """
    #expect(try await runScript(script).printed == ["true"])
    let deeper = try await firstDiagnostic(script + "\na = [a]")
    #expect(deeper.hasPrefix("error[L159]"))
  }

  @Test(
    "texts over 64 MB are refused (S07)",
    arguments: ["s = s + s", "s = \"\\(s)\\(s)\"", "s = join([s, s], \"\")"])
  func longTexts(statement: String) async throws {
    let text = try await firstDiagnostic("let s = \"a\"\nwhile true { \(statement) }")
    #expect(text.contains("longer than 64 MB"))
  }

  @Test func replacingCannotMakeALongText() async throws {
    let script = """
      let s = "aaaaaaaaaa"
      while true { s = replace(s, "a", s) }
      """
    #expect(try await firstDiagnostic(script).hasPrefix("error[L156]"))
  }

  @Test(
    "more than ten million items are refused (S07)",
    arguments: ["xs = xs + xs", "xs = [[1, 2, 3], xs]"])
  func longLists(statement: String) async throws {
    let script = "let xs = range(1, 9999999)\nwhile true { \(statement) }"
    #expect(try await firstDiagnostic(script).hasPrefix("error[L160]"))
  }
}
