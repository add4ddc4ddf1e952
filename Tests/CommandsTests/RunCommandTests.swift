import Foundation
import Language
import Reporting
import Testing

/// Trainings that were recorded, as commands show them.
@Suite("Recorded runs") struct RunCommandTests {
  /// A bench with three trainings: two at different rates, and one without dev.
  private func bench() async throws -> Workbench {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + """
        train 2 epochs
        reset
        set lr 1e-2
        train 2 epochs
        save adapter "out/a"
        reset
        train 1 step on dev
        """)
    return bench
  }

  private func ids(_ value: Value) throws -> [Value] {
    guard case .list(let runs)? = try record(value)["runs"] else { return [] }
    return try runs.map { try record($0)["id"] ?? .null }
  }

  @Test(
    "are listed by conditions over their fields and settings",
    arguments: [
      ("runs", [1, 2, 3]), ("runs where dev.loss < 99", [1, 2]), ("runs where dev.loss > 99", []),
      ("runs where steps == 1", [3]), ("runs where lr == 0.01 and data == \"train\"", [2]),
      ("runs where seed == 0 limit 2", [1, 2]), ("runs order by steps", [3, 1, 2]),
      ("runs order by id descending limit 1", [3]), ("runs where batch == 4", [1, 2, 3]),
      ("runs where state == \"finished\" order by dev.loss limit 9", nil),
      ("runs where row.settings.batch == 4 and not (id == 2)", [1, 3]),
    ] as [(String, [Int]?)])
  func list(line: String, expected: [Int]?) async throws {
    let bench = try await bench()
    let found = try ids(try await bench.run(line))
    if let expected {
      #expect(found == expected.map { Value.integer($0) })
    } else {
      #expect(found.count == 3)
    }
  }

  @Test("in the order of dev.loss, those without one last") func order() async throws {
    let bench = try await bench()
    let value = try record(try await bench.run("runs order by dev.loss"))
    guard case .list(let runs)? = value["runs"] else { throw Diagnostic(code: nil, "no list") }
    let losses = try runs.map { run -> Double in
      guard case .record(let dev)? = try record(run)["dev"], case .number(let loss)? = dev["loss"]
      else { return .infinity }
      return loss
    }
    #expect(losses.count == 3 && losses == losses.sorted() && losses.last == .infinity)
  }

  @Test("a misspelt field, and a condition that is none, are errors with a place")
  func badConditions() async throws {
    let bench = try await bench()
    let misspelt = await bench.errorText("runs where dv.loss < 1")
    #expect(misspelt.hasPrefix("error[L1") && misspelt.contains("`dv`"), "\(misspelt)")
    let number = await bench.errorText("runs where steps")
    #expect(number.contains("true or false for each run"), "\(number)")
    let list = await bench.errorText("runs order by settings")
    #expect(list.contains("a number or a text"), "\(list)")
  }

  @Test("one is shown with its script's hash, settings with their origin, inputs and artefacts")
  func show() async throws {
    let bench = try await bench()
    let value = try record(try await bench.run("show run 2"))
    #expect(value["steps"] == .integer(4) && value["state"] == .string("finished"))
    let screen = bench.screen
    for part in ["lr 0.01", "batch 4", "save adapter", "sha256", "rows.jsonl", "script"] {
      #expect(screen.contains(part), "\(part): \(screen)")
    }
    let last = try record(try await bench.run("show run last"))
    #expect(last["id"] == .integer(3) && last["dev_loss"] == nil)
    let text = await bench.errorText("show run 9")
    #expect(text.hasPrefix("error[L174]") && text.contains("1 to 3"), "\(text)")
  }

  @Test("two are compared: what differs, and dev in pairs") func compare() async throws {
    let bench = try await bench()
    let value = try record(try await bench.run("compare run 1 run 2"))
    guard case .list(let differences)? = value["differences"] else {
      throw Diagnostic(code: nil, "no list")
    }
    #expect(try differences.contains { try record($0)["name"] == .string("lr") })
    #expect(value["low"] != nil && value["better"] != nil)
    let other = try record(try await bench.run("compare run 1 run 3"))
    #expect(other["difference"] == nil)
    let same = try record(try await bench.run("compare run 2 run 2"))
    #expect(same["differences"] == .list([]) && same["difference"] == .number(0))
  }

  @Test("go into tables for other programs") func tables() async throws {
    let bench = try await bench()
    _ = try await bench.run(
      "save runs \"out/runs.csv\"\nsave runs \"out/runs.json\" where steps > 1")
    let lines = try bench.text("out/runs.csv").split(separator: "\n")
    #expect(lines.count == 4 && lines[0].hasPrefix("id,started,state"))
    let data = Data(try bench.text("out/runs.json").utf8)
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    #expect(json.count == 2 && (json[0]["losses"] as? [Double])?.count == 4)
    let text = await bench.errorText("save runs \"out/runs.xlsx\"")
    #expect(text.hasPrefix("error[L175]"), "\(text)")
  }

  @Test("a report is one page") func report() async throws {
    let bench = try await bench()
    let value = try record(try await bench.run("save report \"out/runs.html\" of runs"))
    #expect(value["best"] != nil && value["cells"] == .integer(3))
    #expect(try bench.text("out/runs.html").contains("</html>"))
  }

  // MARK: What goes wrong

  @Test(
    "a record that cannot be used is a note, and the training goes on",
    arguments: [
      "garbage that is no database at all", "",
    ])
  func broken(text: String) async throws {
    let bench = try Workbench()
    try FileManager.default.createDirectory(
      atPath: bench.folder + "/.tunebook", withIntermediateDirectories: true)
    if text.isEmpty {
      try FileManager.default.createDirectory(
        atPath: bench.folder + "/.tunebook/runs.sqlite", withIntermediateDirectories: true)
    } else {
      try bench.write(".tunebook/runs.sqlite", text)
    }
    let value = try record(try await bench.run(Workbench.preparation + "train 2 steps"))
    #expect(value["steps"] == .integer(2))
    #expect(bench.screen.contains("this training is not recorded"), "\(bench.screen)")
    let error = await bench.errorText("runs")
    #expect(error.hasPrefix("error[R"), "\(error)")
  }

  @Test("a loss that is no number is recorded as it was, with its step (T04)") func notANumber()
    async throws
  {
    let bench = try Workbench()
    let settings =
      "set adapter none, lr 1, clip 0, optimizer sgd, schedule constant, warmup 0%, momentum 0.99\n"
    let text = await bench.errorText(Workbench.preparation + settings + "train 500 steps")
    #expect(text.hasPrefix("stopped[T501]"), "\(text)")
    let value = try record(try await bench.run("show run last"))
    #expect(value["state"] == .string("failed"))
    let line = bench.screen.split(separator: "\n").last { $0.contains("diverged") }
    let isNumber = try #require(line).contains("nan") || line?.contains("inf") == true
    #expect(isNumber, "\(bench.screen)")
  }

  @Test("before the first training there are none") func none() async throws {
    let text = try await Workbench().errorText("runs")
    #expect(text.hasPrefix("error[L174]"), "\(text)")
  }

  // MARK: Going on

  @Test("a training that is interrupted and goes on is one run") func resumed() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation
        + "train 2 epochs checkpoint \"out/run\" each 1 step { if it.step == 3 { stop } }\n"
        + "resume \"out/run\"")
    let value = try record(try await bench.run("show run last"))
    #expect(value["id"] == .integer(1) && value["steps"] == .integer(4))
    #expect(value["state"] == .string("finished"))
  }

  @Test(
    "a setting that was changed is refused on going on, and taken up anyway as another run (R13)")
  func anyway() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation
        + "train 2 epochs checkpoint \"out/run\" each 1 step { if it.step == 3 { stop } }\n"
        + "set lr 1e-2")
    let text = await bench.errorText("resume \"out/run\"")
    #expect(text.hasPrefix("error[R901]") && text.contains("set lr (0.01, was auto)"), "\(text)")
    let value = try record(try await bench.run("resume \"out/run\" anyway"))
    #expect(value["steps"] == .integer(4))
    #expect(bench.screen.contains("a run of its own"), "\(bench.screen)")
    let runs = try ids(try await bench.run("runs"))
    #expect(runs == [.integer(1), .integer(2)])
  }
}
