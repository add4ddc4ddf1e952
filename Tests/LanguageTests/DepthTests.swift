import Language
import Reporting
import TestSupport
import Testing

/// No text may exhaust the stack or the memory.
@Suite("Depth") struct DepthTests {
  @Test("a hundred thousand open brackets are one error", arguments: ["(", "["])
  func nestedBrackets(open: String) {
    let text = "let x = " + String(repeating: open, count: 100_000)
    #expect(codes(text) == ["L118"])
    let (_, found) = Script.parse(SourceFile(.cell(1), text), commands: toyCommands)
    #expect(found.first?.primary?.span == SourceSpan(208, 209))
  }

  @Test(
    "every way to nest is counted",
    arguments: [
      "{a: ", "f(", "x[", "-(", "not (", "not ", "train (", "eval (", "sample (load model (",
      "train 1 step each epoch { ",
    ])
  func everyWayToNest(open: String) {
    #expect(codes("let x = " + String(repeating: open, count: 2000)) == ["L118"])
  }

  private func codes(_ text: String) -> [String] {
    let (_, found) = Script.parse(SourceFile(.cell(1), text), commands: toyCommands)
    return found.compactMap { $0.code?.id }
  }

  @Test func nestedBlocksEnd() {
    let text = String(repeating: "if true {\n", count: 50_000)
    let (_, found) = Script.parse(SourceFile(.cell(1), text), commands: toyCommands)
    #expect(found.contains { $0.code == "L118" })
    #expect(found.count <= 10)
  }

  @Test("two hundred closed brackets are fine", arguments: [199])
  func legalDepth(count: Int) {
    let text =
      "print " + String(repeating: "[", count: count - 10)
      + String(repeating: "]", count: count - 10)
    let (_, found) = Script.parse(SourceFile(.cell(1), text), commands: toyCommands)
    #expect(found.map(\.plainText) == [])
  }

  @Test func longSumsAreNotDeep() async throws {
    let text = "print 1" + String(repeating: " + 1", count: 50_000)
    #expect(try await runScript(text).printed == ["50001"])
  }

  @Test func longChainsAreRefused() {
    let text = "print x" + String(repeating: ".a", count: 100_000)
    let (_, found) = Script.parse(SourceFile(.cell(1), text), commands: toyCommands)
    #expect(found.first?.code == "L118")
  }

  @Test func nestedInterpolationIsRefused() {
    let text = "print " + String(repeating: "\"\\(", count: 50_000)
    let (_, found) = Script.parse(SourceFile(.cell(1), text), commands: toyCommands)
    #expect(found.first?.code == "L118")
  }

  @Test func recursionWithoutEndIsAnError() async throws {
    let text = try await firstDiagnostic("proc f(n) { return f(n + 1) }\nf(0)")
    #expect(text.hasPrefix("error[L155]: calls are nested more than 500 deep"))
  }
}
