import Commands
import Language
import Reporting
import Testing

/// What holds for the declarations of all commands together.
@Suite("The commands' grammar") struct GrammarTests {
  static let table = CommandList.table

  /// A parenthesis is read alike in slots of every kind; read once a kind, commands in commands would
  /// take time that doubles with each level.
  @Test("commands in commands are read once", .timeLimit(.minutes(1)), arguments: table.verbs)
  func nestedCommands(verb: String) {
    for open in ["(\(verb) (", "(\(verb)((((", "f((\(verb)((("] {
      let text = String(repeating: open, count: 40)
      let (_, found) = Script.parse(SourceFile(.cell(1), text), commands: Self.table)
      #expect(!found.isEmpty)
    }
  }

  /// Every line that a pattern describes with each of its options left out or taken, some words a
  /// slot: at most a few hundred a pattern.
  static func lines(of signature: Signature, pattern: Pattern) -> [String] {
    expand(pattern.parts, signature).prefix(400).map {
      ([signature.verb] + $0).joined(separator: " ")
    }
  }

  private static func expand(_ parts: [Pattern.Part], _ signature: Signature) -> [[String]] {
    var lines: [[String]] = [[]]
    for part in parts {
      let ways = ways(part, signature)
      lines = lines.flatMap { line in ways.map { line + $0 } }
      if lines.count > 400 { lines = Array(lines.prefix(400)) }
    }
    return lines
  }

  private static func ways(_ part: Pattern.Part, _ signature: Signature) -> [[String]] {
    switch part {
    case .word(let word): [[word]]
    case .slot(let name, let kind): samples(kind, signature.rules[name]).map { [$0] }
    case .choice(let branches): branches.flatMap { expand($0, signature) }
    case .optional(let inner): [[]] + expand(inner, signature)
    case .options(let branches): [[]] + branches.flatMap { expand($0, signature) }
    }
  }

  private static func samples(_ kind: SlotKind, _ rule: SlotRule?) -> [String] {
    if let choices = rule?.choices, !choices.isEmpty { return [choices[0]] }
    switch kind {
    case .model: return ["finch", "\"folder\"", "(m)"]
    case .data: return ["dev", "rows.train", "(d)"]
    case .newName: return ["fresh"]
    case .setting: return ["lr 2e-4, rank 8"]
    case .settingName: return ["lr"]
    case .weights: return ["a 0.7, b 0.3", "a 1, b -n"]
    case .choice, .choices, .word, .column: return ["word"]
    case .int: return ["3", "(n)", "n"]
    case .ints: return ["3, 7", "[3]", "(l)"]
    case .float: return ["0.5", "n"]
    case .percent: return ["25%", "n"]
    case .ratio: return ["90/10", "([90, 10])"]
    case .duration: return ["10min", "t"]
    case .path, .output, .text: return ["\"x\"", "(p)"]
    case .list: return ["[1, 2]"]
    case .record: return ["{a: 1}", "(r)"]
    case .condition: return ["dev.loss stalls for 2", "loss < 1", "5min"]
    case .rowExpr: return ["row.line < 3"]
    case .expr: return ["n + 1", "\"x\""]
    case .block: return ["{ print 1 }"]
    }
  }

  @Test("no line fits two patterns of a verb", arguments: table.verbs)
  func unambiguous(verb: String) {
    let forms = Self.table.signatures.filter { $0.verb == verb }.flatMap { signature in
      signature.patterns.indices.map { (signature, $0) }
    }
    for (signature, number) in forms {
      for line in Self.lines(of: signature, pattern: signature.patterns[number]) {
        let fitting = forms.filter { other, index in fits(line, other, index) }
        #expect(
          fitting.count == 1, "`\(line)` fits \(fitting.map { $0.0.patterns[$0.1].notation })")
      }
    }
  }

  /// Whether a line parses with one pattern alone; the words of the verb's others stay reserved, by
  /// a pattern that no line fits.
  private func fits(_ line: String, _ signature: Signature, _ pattern: Int) -> Bool {
    let words = Self.table.signatures.filter { $0.verb == signature.verb }
      .flatMap { $0.patterns.flatMap(\.words) }
    let alone = Signature(
      signature.name, signature.summary,
      patterns: [
        String(signature.patterns[pattern].notation.dropFirst(signature.name.count)),
        "no_line_has_this_word " + words.joined(separator: " "),
      ], slots: signature.rules, examples: [])
    let table = CommandTable(
      [alone], settings: Self.table.settings, metrics: Self.table.metrics, names: Self.table.names)
    return Script.parse(SourceFile(.cell(1), line), commands: table).1.isEmpty
  }

  @Test("the lines of the language's design parse and run") func design()
    async throws
  {
    let bench = try Workbench()
    let lines = #"""
      load data "rows.jsonl" split 8/4 as data
      set lr 2e-4, rank 8
      train 3 epochs
      train until dev.loss stalls for 2
      eval dev
      sample "My parcel is late." at temperature 0.7
      compare base tuned on dev
      save adapter "out/a"
      let n = 3
      let name = "run-\(n)"
      train (n + 1) epochs on data
      let r = eval dev using tuned
      print "loss \(r.loss), was \((eval dev using base).loss)"
      let best = null
      reset
      for k in [4, 8, 16] {
        reset
        with lr 1e-4, rank (k) {
          train 1 epoch
          let r = eval dev
          if best == null or r.loss < best.loss { best = {rank: k, loss: r.loss} }
        }
      }
      proc fit(data, rank = 8, epochs = 1) {
        with rank (rank) { reset; train (epochs) epochs on (data) }
        return eval dev
      }
      let a = fit(data, rank: 16)
      use sweep
      let table = sweep.grid({rank: [4, 8], lr: [1e-4, 2e-4]}) do { train 1 epoch; eval dev }
      show table
      keep data where length(row.answer) < 800 and row.line != 1 as tidy
      while r.loss > 9 { train 100 steps; r = eval dev }
      check r.loss < 9.0, "dev loss should fall below 9"
      plot run.losses title "Loss" to "out/loss.svg"
      try { load data "missing.jsonl" } catch e { print e.message }
      sample '{"intent": "refund"}' times 3 top 40 at temperature 0
      set lr = 2e-4, warmup 10%
      train until dev.loss < 1.5 within 1s
      plot run.losses title "Loss" to "out/loss.svg"
      let j = {"a": [1, 2.5, true, null], "b": {"c": "x"}}
      let m = "finch"; load model (m)
      """#
    _ = try await bench.run(Workbench.preparation + lines)
    #expect(bench.screen.contains("there is no file \"missing.jsonl\"."))
  }
}
