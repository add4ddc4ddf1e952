import Foundation
import Language
import Reporting
import Testing

/// What a folder with the state of a training knows: its record, what it was made of, and how to come
/// back to it in a new session.
@Suite("Going on with a training") struct ResumeTests {
  @Test(
    "a finished training run once more gives the first record",
    arguments: [
      "train 2 epochs checkpoint \"out/run\"", "train 3 steps checkpoint \"out/run\"",
      "train until dev.loss stalls for 1 checkpoint \"out/run\"",
      "train until loss < 9 checkpoint \"out/run\"", "train 0.2s checkpoint \"out/run\"",
      "train 4 steps checkpoint \"out/run\" each 1 step { if it.step == 2 { stop } }",
      "train 1 epoch on dev checkpoint \"out/run\"",
    ])
  func again(line: String) async throws {
    let bench = try Workbench()
    let first = try record(try await bench.run(Workbench.preparation + line))
    let second = try record(try await bench.run("reset\n" + line))
    #expect(first == second)
    #expect((first["dev_loss"] == nil) == line.contains("on dev"))
  }

  @Test("a training in two parts has the tokens of one in one part") func parts() async throws {
    let whole = try record(
      try await Workbench().run(Workbench.preparation + "train 2 epochs"))
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation
        + "train 2 epochs checkpoint \"out/run\" each 1 step { if it.step == 3 { stop } }")
    let parts = try record(try await bench.run("reset\nresume \"out/run\""))
    for name in ["tokens", "steps", "loss", "dev_loss"] { #expect(parts[name] == whole[name]) }
  }

  @Test("what was measured on other rows is not told as if it were of these") func otherDev()
    async throws
  {
    let bench = try Workbench()
    let line = "train 2 epochs on train checkpoint \"out/run\""
    let first = try record(try await bench.run(Workbench.preparation + line))
    let second = try record(
      try await bench.run(
        "keep dev where row.line < 9999 as other\nreset\n" + line))
    #expect(first["dev_loss"] == second["dev_loss"])
    let third = try record(try await bench.run("keep 50% of dev as less\nreset\n" + line))
    #expect(third["dev_loss"] != nil && third["dev_loss"] != first["dev_loss"])
  }

  @Test("rows of dev that decide are a part of the training") func decidingDev() async throws {
    let bench = try Workbench()
    let line = "train until dev.loss stalls for 1 checkpoint \"out/run\""
    _ = try await bench.run(Workbench.preparation + line)
    let text = await bench.errorText("keep 50% of dev as less\nreset\n" + line)
    #expect(text.hasPrefix("error[R901]") && text.contains(": dev."), "\(text)")
    let other = await bench.errorText(
      "load data \"rows.jsonl\" split 8/4\nreset\ntrain until dev.accuracy stalls for 1 checkpoint \"out/run\""
    )
    #expect(other.hasPrefix("error[R901]") && other.contains("until"), "\(other)")
  }

  // MARK: The architecture

  @Test(
    "a config that was changed is refused by name",
    arguments: [
      ("\"num_attention_heads\": 2", "\"num_attention_heads\": 4", "num_attention_heads"),
      ("\"rope_theta\": 10000", "\"rope_theta\": 500000", "rope_theta"),
      ("\"rms_norm_eps\": 1e-05", "\"rms_norm_eps\": 0.001", "rms_norm_eps"),
      ("\"hidden_act\": \"silu\"", "\"hidden_act\": \"gelu\"", "hidden_act"),
      ("\"model_type\": \"llama\"", "\"model_type\": \"mistral\"", "model_type"),
    ])
  func otherConfig(old: String, new: String, name: String) async throws {
    let bench = try Workbench()
    let lines = "load data \"rows.jsonl\" split 8/4\nset batch 4\nload model \"out/m\"\n"
    _ = try await bench.run(Workbench.preparation + "save model \"out/m\"")
    // As other programs write it, without a list of its files.
    try FileManager.default.removeItem(atPath: bench.folder + "/out/m/model-manifest.json")
    _ = try await bench.run(lines + "train 4 steps checkpoint \"out/run\" each 2 steps { stop }")
    let path = bench.folder + "/out/m/config.json"
    var config = try String(contentsOfFile: path, encoding: .utf8)
    config = config.replacingOccurrences(of: "\"head_dim\": 8,\n", with: "")
    #expect(config.contains(old), "\(config)")
    // As many keys as heads, whatever their number.
    config = config.replacingOccurrences(
      of: "\"num_key_value_heads\": 2",
      with: old.contains("heads\"") ? "\"num_key_value_heads\": 4" : "\"num_key_value_heads\": 2")
    try bench.write("out/m/config.json", config.replacingOccurrences(of: old, with: new))
    for way in ["resume \"out/run\"", "train 4 steps checkpoint \"out/run\""] {
      let text = await bench.errorText(lines + way)
      #expect(text.hasPrefix("error[R901]") && text.contains("config \(name)"), "\(text)")
    }
  }

  // MARK: A new session

  @Test("the lines that led to a training are offered, and lead to its bits") func newSession()
    async throws
  {
    let loading = """
      load model "out/m"
      load data "rows.jsonl" split 8/4
      keep data where row.line != 5
      keep 90% of train as most

      """
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + "set seed 7\nnew model wren {hidden: 16, layers: 1, heads: 2, "
        + "context: 128} tokenizer \"tokenizer.json\"\nsave model \"out/m\"")
    func session() throws -> Workbench { try Workbench(sharing: bench) }
    let unbroken = try await session().run(
      "set seed 3, batch 2\n" + loading + "train 3 epochs\nsave adapter \"out/a\"")
    let first = try session()
    _ = try await first.run(
      "let rows = \"rows.jsonl\"\nset seed 3, batch 2\n"
        + loading.replacingOccurrences(
          of: "load data \"rows.jsonl\"", with: "load data \"rows.jsonl\"")
        + "train 3 epochs checkpoint \"out/run\" each 1 step { if it.step == 4 { stop } }")
    let second = try session()
    let text = await second.errorText("resume \"out/run\"")
    #expect(text.hasPrefix("error[L130]"), "\(text)")
    let lines = text.split(separator: "\n").filter { $0.contains("try: ") }
      .map { $0.components(separatedBy: "try: ")[1] }
    #expect(
      lines == [
        "set seed 3", "load model \"out/m\"", "load data \"rows.jsonl\" split 8/4",
        "keep data where row.line != 5", "keep 90% of train as most",
      ], "\(text)")
    for line in lines { _ = try await second.run(line) }
    let resumed = try await second.run("resume \"out/run\"\nsave adapter \"out/b\"")
    #expect(hash(resumed) == hash(unbroken) && hash(resumed) != nil)
  }

  private func hash(_ value: Value) -> Value? {
    if case .record(let record) = value { record["sha256"] } else { nil }
  }

  @Test("what variables give is in the lines, and what was loaded before is not")
  func lines() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation
        + """
        let n = 50%
        train 1 step
        reset
        load data "rows.jsonl" split 9/3 as again
        keep n of again as half
        train 2 steps on half.train checkpoint "out/run"
        unload model
        """)
    let text = await bench.errorText("resume \"out/run\"")
    #expect(
      text.contains("keep 0.5 of again as half") || text.contains("keep 50% of again as half"))
    #expect(text.contains("new model wren {hidden: 16"), "\(text)")
    #expect(!text.contains("train 1 step"), "\(text)")
  }

  @Test("a model that is another one is told with the lines") func otherModel() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "train 2 steps checkpoint \"out/run\"")
    let text = await bench.errorText(
      "set seed 9\nnew model wren {hidden: 16, layers: 1, heads: 2, context: 128} "
        + "tokenizer \"tokenizer.json\"\nresume \"out/run\"")
    #expect(text.hasPrefix("error[R901]") && text.contains("new model wren"), "\(text)")
  }
}
