import Language
import Reporting
import Testing

/// Variables are changed where they lie, and yet no other variable changes with them.
@Suite("Changes in place", .serialized) struct InPlaceTests {
  static let shared: [(script: String, printed: [String])] = [
    ("let a = [1]; let b = a; a = a + [2]; print a, b", ["[1, 2] [1]"]),
    ("let a = [1]; let b = a; b = b + [2]; b = b + [3]; print a, b", ["[1] [1, 2, 3]"]),
    ("let a = {x: 1}; let b = a; a[\"y\"] = 2; a.x = 3; print a, b", ["{x: 3, y: 2} {x: 1}"]),
    ("let a = \"x\"; let b = a; a = a + \"y\"; a += \"z\"; print a, b", ["xyz x"]),
    (
      "let a = [[1], [2]]; let b = a; a[0][0] = 9; a[-1] = []; print a, b", ["[[9], []] [[1], [2]]"]
    ),
    ("let r = {xs: [1]}; let b = r.xs; r.xs = r.xs + [2]; print r, b", ["{xs: [1, 2]} [1]"]),
    ("let r = {xs: [1]}; let s = [r, r]; s[0].xs += [2]; print s", ["[{xs: [1, 2]}, {xs: [1]}]"]),
    ("let a = [1]; a = a + a; a = a + a; print a", ["[1, 1, 1, 1]"]),
    ("let a = [1]; a = a + [a]; print a", ["[1, [1]]"]),
    ("let a = {}; a.self = a; a.self = a; print a", ["{self: {self: {}}}"]),
    ("let a = [1]; for x in a { a = a + [x + 1] }; print a", ["[1, 2]"]),
    ("let a = [1]\nproc f() { a = a + [2]; return [3] }\na = a + f(); print a", ["[1, 3]"]),
    ("let a = [1]\nproc f() { a = a + [2]; return [3] }\na += f(); print a", ["[1, 2, 3]"]),
    (
      "let a = [1]\nproc f(a) { a = a + [2]; a[0] = 9; return a }\nprint f(a), a",
      ["[9, 2] [1]"]
    ),
    ("let a = [1]; let g = map(1..2) do { a = a + [it]; a }; print g", ["[[1, 1], [1, 1, 2]]"]),
    ("let a = [1]; try { a = a + [2] + 3 } catch e { print e.code }; print a", ["L151", "[1]"]),
    ("let a = \"x\"; try { a = a + \"y\" + 3 } catch e { print e.code }; print a", ["L151", "x"]),
    (
      "let a = {x: [1]}; try { a.x[7] = 3 } catch e { print e.code }; print a",
      ["L152", "{x: [1]}"]
    ),
    (
      "let a = {x: [1]}; try { a.y.z = 3 } catch e { print e.code }; print a", ["L152", "{x: [1]}"]
    ),
    ("let a = {x: 1}; try { a.y += 3 } catch e { print e.code }; print a", ["L152", "{x: 1}"]),
    ("let n = 1; n = n + 1 + 2; n += 3; print n", ["7"]),
    ("let t = 1s; t = t + 2s; print t", ["3s"]),
    ("let xs = [1, 2]; let i = 0; xs[i] = xs[i] + xs[1]; xs[i + 1] += 5; print xs", ["[3, 7]"]),
    (
      "let d = {}; d.b = 1; d[\"a\"] = 2; d.b = 3; print d, keys(d)",
      ["{b: 3, a: 2} [\"b\", \"a\"]"]
    ),
    ("let s = \"añb\"; print s[1], s[0..1], s[-1], s[1]", ["ñ añ b ñ"]),
    ("let s = \"ab\"; let t = s[0]; s = s + \"c\"; print t, s[2], length(s)", ["a c 3"]),
  ]

  @Test("a copy stays as it was", arguments: shared.map(\.script))
  func copies(script: String) async throws {
    let expected = Self.shared.first { $0.script == script }?.printed
    #expect(try await runScript(script).printed == expected)
  }

  /// Forty thousand steps of each kind of growth.
  ///
  /// One after the other, so that each has the machine's time.
  @Test(
    "a loop of changes takes time by their number, not by its square",
    .timeLimit(.minutes(2)),
    arguments: [
      "let d = {}; for i in 1..40000 { d[\"k\\(i)\"] = i }; print length(d)",
      "let d = {a: 0}; for i in 1..40000 { d.a = i }; print 40000",
      "let s = []; for i in 1..40000 { s = s + [i] }; print length(s)",
      "let s = []; for i in 1..40000 { s += [i] }; print length(s)",
      "let s = range(1, 40000); for i in 0..39999 { s[i] = s[i] + 1 }; print length(s)",
      "let s = map(1..200) do { range(1, 200) }; for i in 0..39999 { s[i div 200][i mod 200] = 0 }; "
        + "print length(s) * 200",
      "let d = {xs: []}; for i in 1..40000 { d.xs = d.xs + [{a: i}] }; print length(d.xs)",
      "let d = {a: [], b: []}; for i in 1..20000 { d.a += [i]; d.b += [i, i] }; "
        + "print length(d.a) * 2",
      "let s = []; let d = {}; for i in 1..40000 { s = s + [[i]]; d[\"k\\(i)\"] = [i] }; "
        + "print length(s)",
      "let t = \"\"; for i in 1..40000 { t = t + \"x\" }; print length(t)",
      "let t = \"\"; for i in 1..40000 { t += \"é\" }; print length(t)",
      "let t = join(map(1..40000) do { \"é\" }, \"\"); let n = 0; "
        + "for i in 0..39999 { if t[i] == \"é\" { n += 1 } }; print n",
    ])
  func growth(script: String) async throws {
    let start = ContinuousClock.now
    #expect(try await runScript(script).printed == ["40000"])
    // A third of a second on a quiet machine; copying each time takes some 10 s of its time.
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("what grows little by little meets the same limits (S07)") func limits() async throws {
    let doubled = "let xs = [1]\nwhile true { xs = xs + [xs] }"
    let text = try await firstDiagnostic(doubled)
    #expect(text.hasPrefix("error[L160]"), "\(text)")
    let wide = "let xs = range(1, 4000000)\nlet ys = []\nwhile true { ys += [xs] }"
    #expect(try await firstDiagnostic(wide).hasPrefix("error[L160]"))
    let inside = """
      let xs = range(1, 9000000)
      let ys = [0]
      ys += [1]
      ys[0] = xs
      ys += [2]
      while true { ys += [range(1, 600000)] }
      """
    #expect(try await firstDiagnostic(inside).hasPrefix("error[L160]"))
  }
}
