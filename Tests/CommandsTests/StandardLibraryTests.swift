import Commands
import Foundation
import Language
import Reporting
import Session
import Testing

/// The modules of `stdlib/`: each has a page, and each of its examples runs.
@Suite("The standard library") struct StandardLibraryTests {
  static let resources = Resources(executable: "", home: Workbench.checkout)
  static let names = resources.moduleNames

  static let examples = names.flatMap { name in
    (ShowHelp.module(named: name, resources)?.examples ?? []).map { (name, $0) }
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

  @Test("each example runs", arguments: examples)
  func runs(module: String, example: String) async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "use \(module)\n" + example)
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
