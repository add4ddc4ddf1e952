import Reporting
import TestSupport
import Testing

@Suite("Excerpts") struct ExcerptPlaceTests {
  @Test("an excerpt from inside a line gives the columns of the whole line")
  func columns() {
    let file = SourceFile(.file("a.jsonl"), "…\"x\": }\nnext", firstLine: 7, firstColumn: 212)
    #expect(file.place(at: 0) == "a.jsonl:7:212")
    #expect(file.place(at: 5) == "a.jsonl:7:215")
    #expect(file.place(at: 12) == "a.jsonl:8:3")
  }
}

@Suite("Diagnostics") struct DiagnosticRenderingTests {
  private func caret(_ text: String, _ start: Int, _ end: Int) -> [String] {
    let file = SourceFile(.file("a.ft"), text)
    let shown = Diagnostic(code: "L101", "m.", at: .init(file, SourceSpan(start, end), "here"))
    return shown.plainText.split(separator: "\n").map(String.init)
  }

  @Test func placesAreNamedByOrigin() {
    let file = SourceFile(.file("support.jsonl"), "{\"é\": 1}", firstLine: 412)
    #expect(file.place(at: 4) == "support.jsonl:412:4")
    #expect(SourceFile(.cell(4), "a\nb").place(at: 2) == "cell 4, line 2")
    #expect(file.place(at: 1_000_000) == "support.jsonl:412:9")
  }

  @Test func caretsFollowTabs() {
    #expect(
      caret("\tab\tc", 4, 5) == [
        "error[L101]: m.", "  a.ft:1:5", "  |     ab  c", "  |         ^ here",
      ])
  }

  @Test func caretsFollowWideCharacters() {
    #expect(
      caret("日本 x", 7, 8) == [
        "error[L101]: m.", "  a.ft:1:4", "  | 日本 x", "  |      ^ here",
      ])
    #expect(caret("日本", 0, 3).last == "  | ^^ here")
    #expect(caret("e\u{301}👩‍👩‍👧x", 21, 22).last == "  |    ^ here")
  }

  @Test func longLinesAreCutAroundTheCarets() {
    let lines = caret(
      String(repeating: "a", count: 5000) + "X" + String(repeating: "b", count: 5000), 5000, 5001)
    let at = lines[3].firstIndex(of: "^")
    #expect(lines[2].count < 120)
    #expect(at.map { lines[2][$0] } == "X")
  }

  @Test func controlCharactersNeverReachTheTerminal() {
    let text = caret("\u{1B}[31mred\u{9B}x", 0, 1).joined()
    #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x9B })
  }

  @Test func spansOutsideTheTextAreHarmless() {
    #expect(caret("ab", 2, 90).last == "  |   ^ here")
    #expect(caret("", 0, 0).last == "  | ^ here")
  }

  @Test func hintsWithRemarksAreAligned() {
    let shown = Diagnostic(
      code: "R401", "this run needs about 31 GB; 22 GB are free. Nothing was started.",
      hints: [
        .init(
          "needs",
          "weights 4.4, gradients 4.4, optimiser 8.8, activations 13.4 (batch 16, length 1024)"),
        .type("set batch 4", remark: "about 21 GB"),
        .type("set adapter lora, rank 8", remark: "about 18 GB"),
      ])
    #expect(
      shown.plainText == """
        error[R401]: this run needs about 31 GB; 22 GB are free. Nothing was started.
          needs: weights 4.4, gradients 4.4, optimiser 8.8, activations 13.4 (batch 16, length 1024)
          try: set batch 4                   about 21 GB
          try: set adapter lora, rank 8      about 18 GB

        """)
  }

  @Test func twoSpansAreShown() {
    let file = SourceFile(.file("a.ft"), "let a = (1\nlet b")
    let shown = Diagnostic(
      .note, code: nil, "two.", at: .init(file, SourceSpan(8, 9), "opened"),
      and: .init(file, SourceSpan(11, 14), "closed before"))
    #expect(
      shown.plainText == """
        note: two.
          a.ft:1:9
          | let a = (1
          |         ^ opened
          | let b
          | --- closed before

        """)
  }

  @Test func piecesJoinToThePlainText() {
    let file = SourceFile(.cell(1), "train 3 epoks")
    let shown = Diagnostic(
      code: "L101", "m.", at: .init(file, SourceSpan(8, 13), "l"), hints: [.help("h")])
    #expect(shown.styledText.map(\.text).joined() == shown.plainText)
    #expect(shown.styledText.first?.style == .severity(.error))
  }
}

@Suite("Codes") struct DiagnosticCodeTests {
  @Test("are told apart by their names alone") func equality() {
    #expect(DiagnosticCode("L101", "a title", "A page.") == "L101")
    #expect(
      DiagnosticCode("L101", "a title", "A page.") != DiagnosticCode("L102", "a title", "A page."))
  }
}

/// An error as modules declare them.
private enum ToyError: Explained {
  case tooFar(metres: Int)

  var diagnostic: Diagnostic {
    switch self {
    case .tooFar(let metres):
      Diagnostic(code: "X101", "\(metres) m is too far", hints: [.type("go 5")])
    }
  }
}

@Suite("Explained errors") struct ExplainedTests {
  @Test("are told in a sentence, or as a part of one") func message() {
    #expect(Diagnostic(ToyError.tooFar(metres: 9)).message == "9 m is too far.")
    #expect(ToyError.tooFar(metres: 9).message == "9 m is too far")
  }

  @Test(
    "end as sentences do",
    arguments: [("why", "why."), ("why.", "why."), ("why?", "why?"), ("", "")])
  func sentences(given: String, told: String) {
    #expect(Diagnostic(code: nil, given).message == told)
  }
}

@Suite("Suggestions") struct SuggestionTests {
  @Test(
    "distances",
    arguments: [
      ("epoks", "epochs", 2), ("dve", "dev", 1), ("", "ab", 2), ("ca", "abc", 3),
      ("same", "same", 0),
    ])
  func distance(a: String, b: String, expected: Int) {
    #expect(Suggestion.distance(a, b) == expected)
    #expect(Suggestion.distance(b, a) == expected)
  }

  @Test func nearWordsOnly() {
    #expect(Suggestion.nearest(to: "trian", among: ["eval", "train"]) == "train")
    #expect(Suggestion.nearest(to: "xyzzy", among: ["eval", "train"]) == nil)
    #expect(Suggestion.nearest(to: "e", among: ["eval", "ev"]) == nil)
    #expect(
      Suggestion.nearest(to: "learn", among: ["train"], synonyms: ["learn": "train"]) == "train")
  }
}

@Suite("Values shown") struct QuantityTests {
  static let cases: [(Quantity, String)] = [
    (.count(2140), "2,140"), (.count(-1_234_567), "-1,234,567"), (.count(0), "0"),
    (Quantity(0.421, .percent), "42.1%"), (Quantity(1.414_213_5, .loss), "1.4142"),
    (Quantity(0.214, .seconds), "0.21 s"), (Quantity(185, .seconds), "3 min 05 s"),
    (Quantity(7800, .seconds), "2 h 10 min"), (Quantity(18.4e9, .bytes), "18.4 GB"),
    (Quantity(999, .bytes), "999 bytes"), (Quantity(3_400_000, .magnitude), "3.4 M"),
    (Quantity(12_411.4, .perSecond), "12,411/s"), (Quantity(2e-4, .exact), "0.0002"),
    (Quantity(1e-5, .exact), "1e-5"), (Quantity(.nan, .loss), "nan"),
    (Quantity(-0.00001, .decimals(2)), "0.00"), (Quantity(1e300, .count), "1e300"),
  ]

  @Test("are written as people read them", arguments: cases)
  func text(quantity: Quantity, expected: String) { #expect(quantity.text == expected) }

  @Test func tablesAlign() {
    let table = Table(
      columns: [.init("name"), .init("time", .right, unit: "s")],
      rows: [["日本", .quantity(.count(1200))], ["a"], ["b", "1", "dropped"]])
    #expect(table.plainText == "name  time (s)\n日本     1,200\na\nb            1\n")
  }

  @Test func reportsJoin() {
    let report = Report.group([
      .text("one"), .fields([.init("loss", .quantity(Quantity(1.5, .loss))), .init("n", "3")]),
      .chart(
        Chart(
          "Loss", x: "step", y: "loss", [Series("dev", [.init(x: 0, y: 2), .init(x: 1, y: 1)])])),
    ])
    #expect(
      report.plainText
        == "one\nloss  1.5000\nn     3\nLoss: loss over step\n  dev: 2.0000 -> 1.0000 (2 points)\n")
  }
}
