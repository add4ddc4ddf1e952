import Foundation
import Language
import Testing

/// The functions of mathematics beside those of the C library.
@Suite("Functions of mathematics") struct MathematicsTests {
  private func number(_ text: String) async throws -> Double {
    guard case .number(let number) = try await runScript(text).value else { return .nan }
    return number
  }

  @Test(
    "exp and log agree with the C library to four ulps",
    arguments: [-745, -700, -10, -1, -1e-9, 0, 1e-9, 0.3, 0.5, 1, 2, 10, 100, 709])
  func exponential(x: Double) async throws {
    let own = try await number("exp(\(x))")
    #expect(abs(own - exp(x)) <= 4 * exp(x).ulp, "\(own) \(exp(x))")
    let positive = abs(x) + 1e-300
    let logarithm = try await number("log(\(positive))")
    #expect(abs(logarithm - log(positive)) <= 4 * abs(log(positive)).ulp)
  }

  @Test func deviations() async throws {
    #expect(
      try await number("sd([2, 4, 4, 4, 5, 5, 7, 9])") == 32.0.squareRoot() / 7.0.squareRoot())
    #expect(try await number("sqrt(2)") == 2.0.squareRoot())
  }

  @Test("chance is even over 0 up to 1") func chance() async throws {
    let mean = try await number("mean(map(0..9999) do { chance(1, it) })")
    let low = try await number("length(filter(0..9999) do { chance(2, it) < 0.1 })")
    // Four standard deviations: 1 / sqrt(12 n), and sqrt(n p q).
    #expect(abs(mean - 0.5) < 0.0116 && abs(low - 1000) < 120)
  }

  @Test("records are sorted by a field, equal ones in their order") func sorting() async throws {
    let text = "sort([{a: 2, b: 1}, {a: 1, b: 2}, {a: 2, b: 3}], \"a\")"
    let sorted = try await runScript(text).value
    #expect(sorted.source == "[{a: 1, b: 2}, {a: 2, b: 1}, {a: 2, b: 3}]")
    #expect(try await firstDiagnostic("sort([{a: 1}], \"b\")").contains("finds no field `b`"))
  }
}
