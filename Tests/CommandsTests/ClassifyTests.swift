import Foundation
import Language
import Testing

/// Heads that choose labels, from loading to asking, by commands.
@Suite("Labels by a head at the prompt") struct ClassifyTests {
  private static let texts = [
    "the sun is warm", "a warm and sunny day", "cold rain and wind", "it is cold and wet",
    "warm light all day", "rain again and cold", "sunny and bright", "wet cold feet",
  ]

  private static func rows(_ label: (Int) -> String) -> String {
    (0..<24).map { #"{"text":"\#(texts[$0 % 8]) \#($0)","label":\#(label($0))}"# }
      .joined(separator: "\n")
  }

  private static let sorts = rows { [0, 1, 4, 6].contains($0 % 8) ? #""good""# : #""bad""# }
  private static let lists = rows {
    [0, 1, 4, 6].contains($0 % 8) ? #"["warm","day"]"# : $0 % 8 == 7 ? "[]" : #"["cold"]"#
  }
  private static let ratings = rows { [0, 1, 4, 6].contains($0 % 8) ? "1.5" : "-1.5" }

  /// A bench with other rows as the current data.
  private func bench(_ rows: String) async throws -> Workbench {
    let bench = try Workbench()
    try bench.write("rows.jsonl", rows)
    _ = try await bench.run(
      Workbench.preparation
        + "load data \"\(bench.folder)/rows.jsonl\" split 16/8\nset batch 4, lr 5e-3")
    return bench
  }

  @Test("one label is learned, measured and told", arguments: ["lora", "none"])
  func one(adapter: String) async throws {
    let bench = try await bench(Self.sorts)
    _ = try await bench.run("set objective classify, adapter \(adapter)")
    await #expect(throws: (any Error).self) { try await bench.run("eval dev") }
    _ = try await bench.run("plan 1 epoch")
    let trained = try record(try await bench.run("train 40 steps"))
    #expect(bench.screen.contains("a head for 2 labels: `bad`, `good`"))
    let dev = try record(try await bench.run("eval dev"))
    #expect(dev["objective"] == .string("classify"))
    #expect(dev["labels"] == .list([.string("bad"), .string("good")]))
    #expect(try number(dev, "accuracy") > 0.8)
    #expect(try number(dev, "accuracy_low") <= number(dev, "accuracy"))
    for measure in ["macro_f1", "mcc", "ece"] {
      #expect(try number(dev, measure + "_low") <= number(dev, measure + "_high"))
    }
    #expect(try abs(number(dev, "loss") - number(trained, "dev_loss")) < 1e-5)
    let label = try record(try await bench.run("classify \"warm and sunny\""))
    #expect(label["label"] == .string("good"))
    _ = try await bench.run("compare base tuned")
    let rows = try record(try await bench.run("classify on dev"))
    #expect(try number(rows, "accuracy") == number(dev, "accuracy"))
  }

  @Test("a model that was saved gives the same labels", arguments: ["lora", "none"])
  func saved(adapter: String) async throws {
    let bench = try await bench(Self.sorts)
    _ = try await bench.run("set objective classify, adapter \(adapter)\ntrain 20 steps")
    let before = try record(try await bench.run("eval dev"))
    _ = try await bench.run("save model \"\(bench.folder)/saved\"")
    if adapter == "lora" { _ = try await bench.run("save adapter \"\(bench.folder)/adapter\"") }
    _ = try await bench.run("load model \"\(bench.folder)/saved\"\nset objective auto")
    let after = try record(try await bench.run("eval dev"))
    #expect(after["objective"] == .string("classify"))
    #expect(try abs(number(after, "loss") - number(before, "loss")) < 1e-5)
    #expect(after["confusion"] == before["confusion"])
    guard adapter == "lora" else { return }
    _ = try await bench.run(Workbench.preparation)
    _ = try await bench.run("load adapter \"\(bench.folder)/adapter\"")
    _ = try await bench.run("load data \"\(bench.folder)/rows.jsonl\" split 16/8")
    let again = try record(try await bench.run("eval dev"))
    #expect(again["loss"] == before["loss"])
    #expect(again["confusion"] == before["confusion"])
  }

  @Test("several labels are told by their lists") func several() async throws {
    let bench = try await bench(Self.lists)
    _ = try await bench.run("set objective classify\ntrain 60 steps")
    #expect(bench.screen.contains("a head for any of 3 labels: `cold`, `day`, `warm`"))
    let dev = try record(try await bench.run("eval train"))
    #expect(try number(dev, "micro_f1") > 0.8)
    let label = try record(try await bench.run("classify \"a warm and sunny day\""))
    #expect(label["labels"] == .list([.string("day"), .string("warm")]))
    _ = try await bench.run("classify on dev")
  }

  @Test("numbers are told by one that is not whole") func numbers() async throws {
    let bench = try await bench(Self.ratings)
    _ = try await bench.run("set objective classify\ntrain 60 steps")
    #expect(bench.screen.contains("a head for a number"))
    let dev = try record(try await bench.run("eval train"))
    #expect(try number(dev, "rmse") < number(dev, "baseline"))
    #expect(try number(dev, "pearson") > 0.5)
    let rating = try record(try await bench.run("classify \"a warm and sunny day\""))
    #expect(try number(rating, "number") > 0)
  }

  @Test("rows without labels are refused") func unlabelled() async throws {
    let bench = try await bench(
      (0..<24).map { #"{"text":"number \#($0)"}"# }.joined(separator: "\n"))
    await #expect(throws: (any Error).self) {
      try await bench.run("set objective classify\ntrain 1 steps")
    }
  }
}
