import Foundation
import Language
import Testing

/// Rows with preferences, from loading to measuring, by commands.
@Suite("Preferences at the prompt") struct PreferenceTests {
  private static let pairs = (0..<12).map {
    #"{"prompt":"number \#($0)","chosen":"it is \#($0 * 7)","rejected":"no idea \#($0)"}"#
  }.joined(separator: "\n")

  private static let verdicts = (0..<12).map {
    #"{"prompt":"number \#($0)","completion":"it is \#($0 * 7)","label":\#($0 % 2 == 0)}"#
  }.joined(separator: "\n")

  /// A bench with other rows as the current data.
  private func bench(_ rows: String) async throws -> Workbench {
    let bench = try Workbench()
    try bench.write("pairs.jsonl", rows)
    _ = try await bench.run(
      Workbench.preparation
        + "load data \"\(bench.folder)/pairs.jsonl\" split 8/4\nset batch 4, lr 3e-3")
    return bench
  }

  @Test(
    "are learned, measured and told, by an adapter and by all weights",
    arguments: ["dpo", "ipo", "orpo", "simpo", "kto"], ["lora", "none"])
  func learned(objective: String, adapter: String) async throws {
    let bench = try await bench(Self.pairs)
    _ = try await bench.run("set objective \(objective), adapter \(adapter)")
    let before = try record(try await bench.run("eval train"))
    #expect(before["objective"] == .string(objective))
    let trained = try record(try await bench.run("train 30 steps"))
    let after = try record(try await bench.run("eval train"))
    #expect(try number(after, "loss") < number(before, "loss"))
    #expect(try number(after, "margin") > number(before, "margin"))
    #expect(try number(after, "accuracy_low") <= number(after, "accuracy"))
    // What was measured of the weights kept is what is measured of them afterwards.
    let dev = try record(try await bench.run("eval dev"))
    #expect(try abs(number(dev, "loss") - number(trained, "dev_loss")) < 1e-5)
    #expect(try abs(number(dev, "margin") - number(trained, "dev_margin")) < 1e-4)
    #expect(bench.screen.contains("preferences met"))
  }

  @Test("without an objective, rows choose their own") func automatic() async throws {
    let pairs = try await bench(Self.pairs)
    #expect(try record(try await pairs.run("eval dev"))["objective"] == .string("dpo"))
    let loss = try number(try record(try await pairs.run("eval dev")), "loss")
    #expect(abs(loss - 0.6931) < 1e-3)
    let verdicts = try await bench(Self.verdicts)
    #expect(try record(try await verdicts.run("eval dev"))["objective"] == .string("kto"))
    let texts = try await bench(try Workbench().text("rows.jsonl"))
    #expect(try record(try await texts.run("eval dev"))["objective"] == nil)
  }

  @Test("rows with one system prompt are told to share it, and are trained all the same")
  func shared() async throws {
    let system = "Answer as the shop does, in few words: "
    let rows = (0..<12).map {
      #"{"prompt":"\#(system)number \#($0)","chosen":"it is \#($0 * 7)","rejected":"no idea \#($0)"}"#
    }
    let bench = try await bench(rows.joined(separator: "\n"))
    let plan = try record(try await bench.run("plan 1 epoch"))
    #expect(plan["share_prefixes"] == .bool(true))
    #expect(bench.screen.contains("of the tokens, which rows begin with, are computed once"))
    let apart = try record(try await bench.run("set share_prefixes off\nplan 1 epoch"))
    #expect(apart["share_prefixes"] == .bool(false))
    #expect(try number(plan, "tokens") < number(apart, "tokens") * 0.8)
    let trained = try record(
      try await bench.run("set share_prefixes auto\ntrain 20 steps\neval dev"))
    #expect(try number(trained, "accuracy") > 0.7)
    #expect(bench.screen.contains("alike beginnings once"))
  }

  @Test("the better answers can be trained as any are") func supervised() async throws {
    let bench = try await bench(Self.pairs)
    let chosen = try record(try await bench.run("set objective supervised\neval dev"))
    let plain = try await self.bench(
      Self.pairs.replacing(/,"rejected":"[^"]*"/, with: "").replacing("chosen", with: "completion"))
    #expect(chosen["loss"] == (try record(try await plain.run("eval dev"))["loss"]))
  }

  @Test("a training waits for their margin, plans, and goes on") func verbs() async throws {
    let bench = try await bench(Self.pairs)
    let plan = try record(try await bench.run("plan 2 epochs"))
    #expect(try number(plan, "trained_tokens") > 0)
    let until = try record(
      try await bench.run("train until dev.margin > 0.05 checkpoint \"out/run\""))
    #expect(until["stopped"] == .string("condition"))
    #expect(try number(until, "dev_margin") > 0.05)
    let again = try record(
      try await bench.run("reset\ntrain until dev.margin > 0.05 checkpoint \"out/run\""))
    #expect(again == until)
    let resumed = try record(try await bench.run("resume \"out/run\""))
    #expect(resumed["kept_step"] == until["kept_step"])
    _ = try await bench.run("compare base tuned on dev showing 1\nshow mask 1\nshow data")
    #expect(bench.screen.contains("chosen, line 1") || bench.screen.contains("row 1, chosen"))
    #expect(bench.screen.contains("rejected"))
    _ = try await bench.run("save tokens \"out/tokens.jsonl\"\ncheck data\nadvise\nbaseline dev")
    #expect(try bench.text("out/tokens.jsonl").contains("\"rejected\""))
  }

  @Test("stages build on one another: the model of before is that of the stage's beginning")
  func stages() async throws {
    let bench = try await bench(Self.pairs)
    _ = try await bench.run("set objective supervised\ntrain 10 steps\nset objective dpo")
    let first = try record(try await bench.run("train 1 step each 1 step { print it.step_loss }"))
    // Nothing has been gained before the first step.
    #expect(try abs(number(first, "loss") - 0.6931) < 1e-3)
    #expect(try number(first, "dev_margin") != 0)
  }

  @Test(
    "an objective that does not suit is refused",
    arguments: [
      ("set objective dpo\ntrain 1 step", verdicts, "the objective dpo learns from pairs"),
      ("set objective supervised\neval dev", verdicts, "rows of `dev` are answers with a verdict"),
      ("set loss everything\ntrain 1 step", pairs, "dpo says nothing of prompts"),
    ])
  func unsuited(line: String, rows: String, words: String) async throws {
    let bench = try await bench(rows)
    let text = await bench.errorText(line)
    #expect(text.contains("T406") && text.contains(words), "\(text)")
  }
}
