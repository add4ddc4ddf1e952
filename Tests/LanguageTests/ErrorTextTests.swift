import Language
import Reporting
import Testing

/// Every message is compared as a whole: input on the left, exact text on the right.
@Suite("Error texts") struct ErrorTextTests {
  static let parsing: [(String, String)] = [
    (
      "train 3 epoks",
      """
      error[L101]: I don't know the word `epoks` here.
        cell 1, line 1
        | train 3 epoks
        |         ^^^^^ after `3` I expected `epochs` or `steps`; did you mean `epochs`?
        try: train 3 epochs

      """
    ),
    (
      "set lr 2e-4 rank 8",
      """
      error[L104]: two settings need a comma between them.
        cell 1, line 1
        | set lr 2e-4 rank 8
        |             ^^^^
        try: set lr 2e-4, rank 8

      """
    ),
    (
      "train n + 1 epochs",
      """
      error[L110]: a sum in a command needs parentheses.
        cell 1, line 1
        | train n + 1 epochs
        |       ^^^^^
        try: train (n + 1) epochs

      """
    ),
    (
      "load data support.jsonl",
      """
      error[L112]: file names go in quotes.
        cell 1, line 1
        | load data support.jsonl
        |           ^^^^^^^^^^^^^
        try: load data "support.jsonl"

      """
    ),
    (
      "load model meta-llama/Llama-3.2-1B",
      """
      error[L112]: names with `/`, `-` or `.` go in quotes.
        cell 1, line 1
        | load model meta-llama/Llama-3.2-1B
        |            ^^^^^^^^^^^^^^^^^^^^^^^
        try: load model "meta-llama/Llama-3.2-1B"

      """
    ),
    (
      "let gap = (eval dev using Qwen2.5-0.5B)",
      """
      error[L112]: names with `/`, `-` or `.` go in quotes.
        cell 1, line 1
        | let gap = (eval dev using Qwen2.5-0.5B)
        |                           ^^^^^^^^^^^^
        try: let gap = (eval dev using "Qwen2.5-0.5B")

      """
    ),
    (
      "let gap = 1 + eval dev.loss",
      """
      error[L140]: `eval` is a command; to use its result in a sum, put it in parentheses.
        cell 1, line 1
        | let gap = 1 + eval dev.loss
        |               ^^^^
        try: let gap = 1 + (eval dev).loss

      """
    ),
    (
      "trian 3 epochs",
      """
      error[L103]: there is no command `trian`.
        cell 1, line 1
        | trian 3 epochs
        | ^^^^^ did you mean `train`?
        try: train 3 epochs

      """
    ),
    (
      "repeat 3 { eval dev }",
      """
      error[L103]: there is no command `repeat`.
        cell 1, line 1
        | repeat 3 { eval dev }
        | ^^^^^^ a loop is written `for i in 1..3 { … }`

      """
    ),
    (
      "import os",
      """
      error[L103]: there is no command `import`.
        cell 1, line 1
        | import os
        | ^^^^^^ a module is brought in with `use name`

      """
    ),
    (
      "learn the alphabet",
      """
      error[L103]: there is no command `learn`.
        cell 1, line 1
        | learn the alphabet
        | ^^^^^
        try: help

      """
    ),
    (
      "LOAD MODEL FINCH",
      """
      error[L103]: there is no command `LOAD`.
        cell 1, line 1
        | LOAD MODEL FINCH
        | ^^^^ did you mean `load`?
        try: load model finch

      """
    ),
    (
      "proc f(n) { return n }; f 3",
      """
      error[L111]: a call has parentheses.
        cell 1, line 1
        | proc f(n) { return n }; f 3
        |                         ^
        try: proc f(n) { return n }; f(3)

      """
    ),
    (
      "if true { eval dev } elif false { eval dev }",
      """
      error[L102]: I did not expect `elif` here.
        cell 1, line 1
        | if true { eval dev } elif false { eval dev }
        |                      ^^^^ a second condition is written `} else if … {`

      """
    ),
    (
      "finetune 3 epochs",
      """
      error[L103]: there is no command `finetune`.
        cell 1, line 1
        | finetune 3 epochs
        | ^^^^^^^^ did you mean `train`?
        try: train 3 epochs

      """
    ),
    (
      "train 3",
      """
      error[L108]: `train 3` is not finished.
        cell 1, line 1
        | train 3
        |        ^ expected `epochs` or `steps`
        try: train 3 epochs

      """
    ),
    (
      "train until dev.lost stalls for 2",
      """
      error[L128]: there is no metric `dev.lost`.
        cell 1, line 1
        | train until dev.lost stalls for 2
        |             ^^^^^^^^ did you mean `dev.loss`?
        try: train until dev.loss stalls for 2

      """
    ),
    (
      "print \"half",
      """
      error[L113]: the text is not closed.
        cell 1, line 1
        | print "half
        |       ^^^^^ a `"` is missing at the end of this text

      """
    ),
    (
      "let a = (1 + 2\nlet b = 3",
      """
      error[L117]: this `(` is not closed.
        cell 1, line 1
        | let a = (1 + 2
        |         ^
        | let b = 3
        | --- expected `)` before this

      """
    ),
    (
      "if 1 < 2 < 3 { print 1 }",
      """
      error[L126]: comparisons do not chain.
        cell 1, line 1
        | if 1 < 2 < 3 { print 1 }
        |          ^ write `a < b and b < c`

      """
    ),
    (
      "let train = 3",
      """
      error[L106]: `train` is a command and cannot name anything else.
        cell 1, line 1
        | let train = 3
        |     ^^^^^ choose another name

      """
    ),
    (
      "sample \u{201C}hi\u{201D}",
      """
      error[L114]: this is a curly quote.
        cell 1, line 1
        | sample \u{201C}hi\u{201D}
        |        ^ type " here

      """
    ),
    (
      "if true { print 1 }\nelse { print 2 }",
      """
      error[L141]: `else` goes on the line of the `}` before it.
        cell 1, line 2
        | else { print 2 }
        | ^^^^

      """
    ),
    (
      "sample \"x\" at temperature - 1",
      """
      error[L111]: a minus sign has no space after it here.
        cell 1, line 1
        | sample "x" at temperature - 1
        |                           ^ write it as `-1`

      """
    ),
    (
      "train within 10sec",
      """
      error[L116]: `sec` is no unit of a number.
        cell 1, line 1
        | train within 10sec
        |              ^^^^^ units are %, k, M, B, KB, MB, GB, ms, s, min or h
        try: 10s

      """
    ),
    (
      "print 1 2",
      """
      error[L107]: the statement should end before `2`.
        cell 1, line 1
        | print 1 2
        |         ^ a new statement goes on its own line, or after `;`

      """
    ),
    (
      "save model \"out\" as onnx",
      """
      error[L101]: I don't know the word `onnx` here.
        cell 1, line 1
        | save model "out" as onnx
        |                     ^^^^ after `as` I expected `safetensors` or `gguf`
        try: help save

      """
    ),
  ]

  @Test("parsing", arguments: parsing)
  func syntax(input: String, expected: String) {
    let (_, found) = Script.parse(SourceFile(.cell(1), input), commands: toyCommands)
    #expect(found.map(\.plainText).joined() == expected)
  }

  static let checks: [(String, String)] = [
    (
      "x += 1",
      """
      error[L123]: there is no variable `x` to change.
        cell 1, line 1
        | x += 1
        | ^
        try: let x = 1

      """
    ),
    (
      "print zzzzzz",
      """
      error[L121]: there is nothing called `zzzzzz`.
        cell 1, line 1
        | print zzzzzz
        |       ^^^^^^
        try: print "zzzzzz"

      """
    ),
    (
      "let best = 1\nprint bets",
      """
      error[L121]: there is nothing called `bets`.
        cell 1, line 2
        | print bets
        |       ^^^^ did you mean `best`?

      """
    ),
    (
      "let total = 1\ntotl = 2",
      """
      error[L123]: there is no variable `totl` to change.
        cell 1, line 2
        | totl = 2
        | ^^^^ did you mean `total`?
        try: let totl = 2

      """
    ),
    (
      "proc fit(d, rank = 8) { return d }\nfit(1, 2, 3)",
      """
      error[L124]: `fit` takes 2 arguments, and 3 are given.
        cell 1, line 2
        | fit(1, 2, 3)
        | ^^^^^^^^^^^^ it is `fit(d, rank = …)`

      """
    ),
    (
      "set rnak 8",
      """
      error[L105]: there is no setting `rnak`.
        cell 1, line 1
        | set rnak 8
        |     ^^^^ did you mean `rank`?
        try: set rank 8

      """
    ),
    (
      "train 0 steps",
      """
      error[L131]: count 0 is outside 1 to 1000000.
        cell 1, line 1
        | train 0 steps
        |       ^

      """
    ),
    (
      "print lenght([1])",
      """
      error[L122]: there is no procedure or function `lenght`.
        cell 1, line 1
        | print lenght([1])
        |       ^^^^^^ did you mean `length`?

      """
    ),
    (
      "break",
      """
      error[L125]: `break` is not in a loop.
        cell 1, line 1
        | break
        | ^^^^^

      """
    ),
  ]

  @Test("checking", arguments: checks)
  func checking(input: String, expected: String) async throws {
    #expect(try await firstDiagnostic(input) == expected)
  }

  static let failures: [(String, String)] = [
    (
      "proc gain(a, b) { return (a - b) / b }\nproc report(x) { return gain(x, 0) }\nreport(3)",
      """
      error[L150]: division by zero, in `gain` called from `report`.
        cell 1, line 1
        | proc gain(a, b) { return (a - b) / b }
        |                                    ^ b is 0
        called from cell 1: gain(x, 0)
        called from cell 1: report(3)

      """
    ),
    (
      "let r = {loss: 1.5}\nprint r.lost",
      """
      error[L152]: the record has no field `lost`.
        cell 1, line 2
        | print r.lost
        |         ^^^^ did you mean `loss`?

      """
    ),
    (
      "check 1.85 < 1.2, \"loss should fall\"",
      """
      error[L154]: check failed: loss should fall.
        cell 1, line 1
        | check 1.85 < 1.2, "loss should fall"
        |       ^^^^^^^^^^ 1.85 < 1.2 is false

      """
    ),
    (
      "print \"a\" + 1",
      """
      error[L151]: `+` does not work on a text and a number.
        cell 1, line 1
        | print "a" + 1
        |       ^^^^^^^ to put a value into a text, write "… \\(value)"

      """
    ),
    (
      "let xs = [1, 2]\nprint xs[2]",
      """
      error[L152]: there is no item 2.
        cell 1, line 2
        | print xs[2]
        |          ^ items go from 0 to 1

      """
    ),
    (
      "let n = 2.5\ntrain n steps",
      """
      error[L132]: this should be a whole number, and is 2.5.
        cell 1, line 2
        | train n steps
        |       ^
        try: train 3 epochs

      """
    ),
    (
      "load data \"missing.jsonl\"",
      """
      error[D204]: there is no file `missing.jsonl`.
        cell 1, line 1
        | load data "missing.jsonl"
        | ^^^^^^^^^^^^^^^^^^^^^^^^^

      """
    ),
  ]

  @Test("running", arguments: failures)
  func running(input: String, expected: String) async throws {
    #expect(try await firstDiagnostic(input) == expected)
  }

  @Test("each line to try ends otherwise", arguments: (parsing + checks + failures).map(\.0))
  func linesToTry(input: String) async throws {
    let text = try await firstDiagnostic(input)
    for line in text.split(separator: "\n") where line.hasPrefix("  try: ") {
      let typed = line.dropFirst("  try: ".count)
      let end = typed.firstRange(of: "      ")?.lowerBound ?? typed.endIndex
      let next = try await firstDiagnostic(String(typed[..<end]))
      #expect(next.split(separator: "\n").first != text.split(separator: "\n").first, "\(typed)")
    }
  }

  @Test func allParseErrorsAreReportedAtOnce() {
    let text =
      "train 3 epoks\nlet ok = 1\nset lr 2e-4 rank 8\nfor x in [1] {\n  trian 2 steps\n  eval 3\n}\n"
    let (script, found) = Script.parse(SourceFile(.cell(1), text), commands: toyCommands)
    #expect(found.compactMap { $0.code?.id } == ["L101", "L104", "L103", "L102"])
    #expect(script.statements.count == 2)
  }

  @Test func atMostTen() {
    let text = String(repeating: "let = 1\n", count: 50)
    let (_, found) = Script.parse(SourceFile(.cell(1), text), commands: toyCommands)
    #expect(found.count == 10)
  }
}
