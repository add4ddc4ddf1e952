import Commands
import Foundation
import Language
import Reporting
import Session
import Testing

/// The modules of `stdlib/`: each has a page, and each of its examples runs.
@Suite("The standard library") struct StandardLibraryTests {
  static let resources = Resources(executable: "", home: Workbench.checkout)
  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(Workbench.checkout)/stdlib")) ?? [])
    .filter { $0.hasSuffix(".ft") }.map { String($0.dropLast(3)) }.sorted()

  static let procedures = names.flatMap { name in
    (ShowHelp.module(named: name, resources)?.procedureNames ?? []).map { (name, $0) }
  }

  @Test("has these modules") func modules() {
    #expect(Self.names == ["curve", "kfold", "lrfind", "report", "sweep"])
  }

  @Test("every procedure with `##` lines has an example and a page", arguments: names)
  func pages(name: String) throws {
    let module = try #require(ShowHelp.module(named: name, Self.resources))
    #expect(!module.procedureNames.isEmpty)
    #expect(module.page()?.contains("use \(name)") ?? false)
    for procedure in module.procedureNames {
      let page = try #require(module.page(of: procedure))
      #expect(page.contains("Examples:"), "\(name).\(procedure) has no example")
    }
  }

  @Test("each example runs, and gives the fields that are declared", arguments: procedures)
  func runs(module name: String, procedure: String) async throws {
    let module = try #require(ShowHelp.module(named: name, Self.resources))
    let before = Workbench.preparation + "use \(name)\n"
    for example in module.examples(of: procedure) {
      _ = try await Workbench().run(before + example)
    }
    let declared = module.fields(of: procedure)
    guard !declared.isEmpty else { return }
    for example in module.examples(of: procedure) {
      let call = Self.call(of: "\(name).\(procedure)", in: example)
      let records = Self.records(in: try await Workbench().run(before + call))
      #expect(!records.isEmpty, "\(call)")
      // The table of a search has the settings that it went through as well.
      let settings = Set(CommandList.table.settings.map(\.name)).subtracting(declared)
      for record in records { #expect(record.names.filter { !settings.contains($0) } == declared) }
    }
  }

  /// A record, or those of a table.
  private static func records(in value: Value) -> [Record] {
    switch value {
    case .record(let record): [record]
    case .list(let items): items.flatMap(records(in:))
    default: []
    }
  }

  /// The call of a procedure in an example, with its block.
  private static func call(of procedure: String, in example: String) -> Substring {
    guard let start = example.firstRange(of: procedure + "(")?.lowerBound else { return "" }
    let rest = example[start...]
    let end = closing("(", ")", in: rest)
    guard rest[end...].hasPrefix(" do {") else { return rest[..<end] }
    return rest[..<closing("{", "}", in: rest[end...])]
  }

  /// The place after the bracket that closes the first one.
  private static func closing(
    _ open: Character, _ close: Character, in text: Substring
  ) -> Substring.Index {
    var depth = 0
    for index in text.indices {
      if text[index] == open { depth += 1 }
      guard text[index] == close else { continue }
      depth -= 1
      if depth == 0 { return text.index(after: index) }
    }
    return text.endIndex
  }

  @Test("a grid is every combination, sorted, with its settings") func grid() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation
        + """
        use sweep
        let seen = []
        let table = sweep.grid({rank: [2, 4], lr: [1e-3, 3e-2]}) do {
          train 2 epochs
          seen += [[it.rank == settings.rank, it.lr == settings.lr]]
        }
        let losses = map(table) do { it.loss }
        let best = sweep.best(table)
        [length(table), losses == sort(losses), seen == map(1..4) do { [true, true] }, best.lr,
          settings.rank, length(best)]
        """)
    #expect(value == .list([4, .bool(true), .bool(true), .number(3e-2), 16, 2]))
  }

  @Test(
    "halving gives the best more steps, with the bits of trainings that were given them at once")
  func halving() async throws {
    let bench = try Workbench()
    let search =
      "sweep.halving({lr: sweep.between(1e-4, 3e-2), rank: [2, 4]}, tries: 5, steps: 2, factor: 2, "
      + "folder: \"out/search\")\n"
    let value = try await bench.run(
      Workbench.preparation + "use sweep\nlet table = " + search
        + """
        let best = table[0]
        let twice = sweep.halving({lr: sweep.between(1e-4, 3e-2), rank: [2, 4]}, tries: 5, steps: 2, factor: 2, folder: "out/search")
        with lr (best.lr), rank (best.rank) { train (best.steps) steps }
        let alone = eval dev
        let steps = map(table) do { it.steps }
        let losses = map(table) do { it.loss }
        [steps, alone.loss == best.loss, losses == map(twice) do { it.loss },
          losses[0] <= losses[1], losses[2] <= losses[3]]
        """)
    // Five points have 2 steps, the best three 4, the best two 8.
    let steps: Value = .list([8, 8, 4, 2, 2])
    #expect(
      value == .list([steps, .bool(true), .bool(true), .bool(true), .bool(true)]), "\(value)")
  }

  @Test("a winner that is no better than the next is told") func doubt() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation
        + """
        use sweep
        sweep.halving({floor: [0, 0]}, tries: 3, steps: 1, factor: 2, folder: "out/search")
        """)
    #expect(
      bench.screen.contains("the best is not better than the next one beyond chance"),
      "\(bench.screen)")
  }

  /// The points of a grid do not depend on each other: each starts from base.
  @Test("a point of a grid is the training alone") func fair() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation
        + """
        use sweep
        let table = sweep.grid({rank: [2, 4]}) do { train 2 epochs }
        let one = filter(table) do { it.rank == 4 }
        with rank 4 { train 2 epochs }
        one[0].loss == (eval dev).loss
        """)
    #expect(value == .bool(true))
  }

  @Test("what is drawn lies in its range, and is the same again") func random() async throws {
    let value = try await Workbench().run(
      """
      use sweep
      proc points(seed) {
        let space = {lr: sweep.between(1e-5, 1e-2), rank: sweep.between(4, 64), floor: [0, 0.5]}
        return map(range(0, 49)) do { sweep.draw(space, seed, it) }
      }
      let all = points(3)
      for p in all {
        check p.lr >= 1e-5 and p.lr <= 1e-2 and p.rank >= 4 and p.rank <= 64 and p.rank mod 1 == 0
        check p.floor in [0, 0.5]
      }
      let low = length(filter(all) do { it.lr < 10 * 3.16e-5 })
      [all == points(3), all != points(4), low > 15 and low < 35]
      """)
    #expect(value == .list([.bool(true), .bool(true), .bool(true)]))
  }

  @Test("the mean of folds has Student's interval") func folds() async throws {
    let value = try await Workbench().run(
      Workbench.preparation
        + """
        use kfold
        let r = kfold.run(data, k: 3) do { train 1 step }
        let half = 4.303 * sd(r.losses) / sqrt(3)
        [length(r.losses), abs(r.mean - mean(r.losses)) < 1e-12, abs(r.high - r.mean - half) < 1e-9,
          data.rows]
        """)
    #expect(value == .list([3, .bool(true), .bool(true), 12]))
  }

  @Test(
    "a rising rate ends with a suggestion, also where training diverges", arguments: ["0.1", "1"])
  func rate(high: String) async throws {
    let value = try await Workbench().run(
      Workbench.preparation
        + """
        use lrfind
        let r = lrfind.run(high: \(high), steps: 30)
        [r.rate >= 1e-7 and r.rate <= \(high) / 10, length(r.curve) > 5 and length(r.curve) <= 30,
          abs(r.curve[0].lr / 1e-6 - 1) < 1e-9, r.curve[1].lr > r.curve[0].lr]
        """)
    #expect(value == .list([.bool(true), .bool(true), .bool(true), .bool(true)]))
  }

  @Test("`help` names what a module has, and what is near") func unknown() async throws {
    let bench = try Workbench()
    let text = await bench.errorText("help sweep.gird")
    #expect(text.contains("`sweep` has no procedure `gird`.") && text.contains("help sweep.grid"))
  }
}
