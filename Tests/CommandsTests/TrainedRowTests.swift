import Foundation
import Language
import Reporting
import Testing

/// What a training found of each row, and what is done with it.
@Suite("Rows that were trained on") struct TrainedRowTests {
  private func lines(_ value: Value) throws -> [Value] {
    guard case .list(let lines)? = try record(value)["lines"] else { return [] }
    return lines
  }

  private func losses(_ value: Value) throws -> [[Double]] {
    guard case .list(let rows)? = try record(value)["rows"] else { return [] }
    return try rows.map { row in
      guard case .list(let items)? = try record(row)["losses"] else { return [] }
      return items.compactMap { if case .number(let number) = $0 { number } else { nil } }
    }
  }

  @Test("the worst come first, with a loss for each epoch, and cost no other bits")
  func worst() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "train 3 epochs")
    let value = try await bench.run("show worst 5")
    let found = try losses(value)
    #expect(found.count == 5 && found.allSatisfy { $0.count == 3 })
    let last = found.compactMap(\.last)
    #expect(last == last.sorted(by: >))
    #expect(try lines(try await bench.run("show worst 100")).count == 8)
  }

  @Test("a session that trained nothing asks the record of runs") func otherSession() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "train 2 epochs")
    let here = try await bench.run("show worst 4")
    let other = try Workbench(sharing: bench)
    let there = try await other.run("load data \"rows.jsonl\" split 8/4\nshow worst 4")
    #expect(try lines(here) == lines(there))
    #expect(try losses(here) == losses(there))
    #expect(other.screen.contains("number"))
  }

  @Test("a row whose loss rose is forgotten") func forgotten() async throws {
    let bench = try Workbench()
    // At such a rate, a row at a time, each row undoes much of those before it.
    _ = try await bench.run(
      Workbench.preparation + "set lr 0.3, schedule constant, adapter none, batch 1\ntrain 6 epochs"
    )
    let found = try losses(try await bench.run("show forgotten 100"))
    #expect(!found.isEmpty)
    for losses in found {
      let (last, least) = (try #require(losses.last), try #require(losses.min()))
      #expect(last > least)
    }
  }

  @Test("losses of an interrupted training are those of an unbroken one") func resumed()
    async throws
  {
    let whole = try Workbench()
    _ = try await whole.run(Workbench.preparation + "train 2 epochs")
    let parts = try Workbench()
    _ = try await parts.run(
      Workbench.preparation
        + "train 2 epochs checkpoint \"out/run\" each 1 step { if it.step == 3 { stop } }\n"
        + "resume \"out/run\"")
    let line = "show worst 8"
    #expect(try losses(try await parts.run(line)) == losses(try await whole.run(line)))
  }

  // MARK: Dropping

  @Test(
    "rows are dropped by their lines, and brought back",
    arguments: [
      "drop 3,7", "drop 3, 7", "drop ([3, 7])", "drop [3, 7]", "drop data where row.line == 3",
    ])
  func drop(line: String) async throws {
    let bench = try Workbench()
    guard !line.contains("where") else {
      let text = await bench.errorText(Workbench.preparation + line)
      #expect(text.hasPrefix("error["), "\(text)")
      return
    }
    let value = try record(try await bench.run(Workbench.preparation + line))
    #expect(value["dropped"] == .integer(2) && value["rows"] == .integer(10))
    let back = try record(try await bench.run("undo"))
    #expect(back["rows"] == .integer(12))
  }

  @Test("a line that no row begins in is refused, and nothing changes") func unknownLine()
    async throws
  {
    let bench = try Workbench()
    for (line, part) in [
      ("drop 3,99", "line 99"), ("drop 0", "from 1"), ("drop (-1)", "should be"),
      ("drop ([1.5])", "from 1"), ("drop 2 of dev.train", "error["),
    ] {
      let text = await bench.errorText(Workbench.preparation + line)
      #expect(text.hasPrefix("error[") && text.contains(part), "\(line): \(text)")
    }
    _ = try await bench.run("drop 3")
    let text = await bench.errorText("drop 3")
    #expect(text.hasPrefix("error[L176]"), "\(text)")
  }

  @Test("changes are taken back one by one, to the beginning") func undo() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + "drop 1\ndrop 2 as less\nkeep 50% of train as half")
    var counts: [Value] = []
    for _ in 0..<3 { counts.append(try record(try await bench.run("undo"))["rows"] ?? .null) }
    #expect(counts == [.integer(10), .integer(11), .integer(12)])
    #expect(try record(try await bench.run("undo"))["rows"] == nil)
    let text = await bench.errorText("undo")
    #expect(text.hasPrefix("error[L177]"), "\(text)")
  }

  @Test("what the worst rows give is what drop takes") func together() async throws {
    let bench = try Workbench()
    let value = try record(
      try await bench.run(
        Workbench.preparation + "train 1 epoch\nlet hard = show worst 2\ndrop (hard.lines) of train"
      ))
    #expect(value["dropped"] == .integer(2))
  }
}
