import Foundation
import Language
import Serialization
import TestSupport
import Testing

/// Tokens that a template writes and the tokenizer does not have are added to the model.
@Suite("New tokens") struct NewTokenTests {
  /// A saved model without a template, and two conversations.
  private func bench(tied: Bool = true) async throws -> Workbench {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation.replacing("context: 128}", with: "context: 128, tied: \(tied)}")
        + "save model \"out/model\"")
    try bench.forgetManifest(of: "out/model")
    try FileManager.default.removeItem(atPath: bench.folder + "/out/model/chat_template.jinja")
    var config = try object(bench, "out/model/tokenizer_config.json")
    config["chat_template"] = nil
    try bench.write("out/model/tokenizer_config.json", JSONValue.object(config).text)
    try bench.write(
      "bad.jsonl",
      (0..<4).map {
        #"{"messages":[{"role":"user","content":"number \#($0)"},"#
          + #"{"role":"assistant","content":"it is \#($0 * 7)"}]}"#
      }.joined(separator: "\n"))
    return bench
  }

  private func object(_ bench: Workbench, _ name: String) throws -> JSONObject {
    try #require(try JSONValue(parsing: Array(bench.text(name).utf8)).object)
  }

  private static let loaded = """
    load data "bad.jsonl"
    load model "out/model"
    set template chatml, rank 2, lr 1e-2, seed 1, adapter

    """

  private func loaded(_ more: String = "lora", base: String = "f32") -> String {
    "set base \(base)\n" + Self.loaded.replacing("adapter\n", with: "adapter \(more)\n")
  }

  @Test("are told, and saved with the model in all its files", arguments: [true, false])
  func saved(tied: Bool) async throws {
    let bench = try await bench(tied: tied)
    let before = try #require(try object(bench, "out/model/config.json")["vocab_size"]?.int)
    _ = try await bench.run(
      loaded("none") + """
        train 3 steps
        let here = eval train
        save model "out/tuned"
        set template own
        load model "out/tuned"
        let again = eval train
        check here.loss - again.loss < 1e-5 and again.loss - here.loss < 1e-5
        """)
    #expect(
      bench.screen.contains(
        "2 tokens added to model: `<|im_start|>` \(before), `<|im_end|>` \(before + 1), their "
          + "vectors the mean of all others"), "\(bench.screen)")
    #expect(try object(bench, "out/tuned/config.json")["vocab_size"]?.int == before + 2)
    let tokenizer = try object(bench, "out/tuned/tokenizer.json")
    let last = try #require(tokenizer["added_tokens"]?.array?.last)
    #expect(last["content"]?.string == "<|im_end|>" && last["id"]?.int == before + 1)
    let names = try object(bench, "out/tuned/tokenizer_config.json")["additional_special_tokens"]
    #expect(names?.array?.compactMap(\.string) == ["<|im_start|>", "<|im_end|>"])
    let ends = try object(bench, "out/tuned/generation_config.json")["eos_token_id"]
    #expect(ends?.array?.first?.int == before + 1)
  }

  @Test(
    "an adapter learns them, and brings them to the model it is loaded beside",
    arguments: [true, false], ["f32", "int8", "q4"])
  func adapter(tied: Bool, base: String) async throws {
    let bench = try await bench(tied: tied)
    let before = try #require(try object(bench, "out/model/config.json")["vocab_size"]?.int)
    _ = try await bench.run(
      loaded(base: base) + """
        let untrained = eval train
        train 4 steps
        let here = eval train
        check here.loss < untrained.loss
        save adapter "out/a"
        set template own
        load model "out/model"
        load adapter "out/a"
        let beside = eval train
        check beside.loss == here.loss
        reset
        let back = eval train
        check back.loss == untrained.loss, "the base was changed"
        """)
    #expect(bench.screen.contains("which the adapter was trained with"), "\(bench.screen)")
    let config = try object(bench, "out/a/adapter_config.json")["trainable_token_indices"]
    let ids: JSONValue = [.integer(before), .integer(before + 1)]
    #expect(config == (tied ? ids : ["embed_tokens": ids, "lm_head": ids]))
    #expect(try object(bench, "out/a/tokenizer.json")["added_tokens"]?.array?.count ?? 0 > 2)
    #expect(try bench.text("out/a/README.md").contains("model.resize_token_embeddings(max("))
  }

  @Test("an adapter with them is worked into the model", arguments: [true, false])
  func merged(tied: Bool) async throws {
    let bench = try await bench(tied: tied)
    _ = try await bench.run(
      loaded() + """
        train 4 steps
        let beside = eval train
        save model "out/tuned"
        set template own
        load model "out/tuned"
        let merged = eval train
        check merged.loss - beside.loss < 1e-4 and beside.loss - merged.loss < 1e-4
        """)
  }

  @Test("a reset goes back to the weights as loaded, with the rows that were added")
  func reset() async throws {
    let bench = try await bench()
    _ = try await bench.run(
      loaded("none") + """
        let before = eval train
        train 2 steps
        let base = eval train using base
        check base.loss == before.loss
        reset
        let after = eval train
        check after.loss == before.loss
        """)
  }

  @Test("the text of an untrained model gets rows too") func untrained() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + """
        set template gemma, adapter none
        let before = eval dev
        train 1 step
        reset
        let after = eval dev
        check before.loss == after.loss
        """)
    #expect(bench.screen.contains("2 tokens added to wren: `<start_of_turn>`"), "\(bench.screen)")
  }

  @Test("beside an adapter they are refused, and spelled out where that is asked for")
  func refused() async throws {
    let bench = try await bench()
    let lines = "load data \"bad.jsonl\"\nload model \"out/model\"\nset rank 2, template plain\n"
    let text = await bench.errorText(lines + "train 1 step\nset template chatml")
    #expect(text.hasPrefix("error[T401]: `<|im_start|>`, `<|im_end|>` cannot become"), "\(text)")
    #expect(text.contains("try: reset") && text.contains("try: set new_tokens off"), "\(text)")
    _ = try await bench.run("set new_tokens off\nset template chatml\neval train")
    #expect(bench.screen.contains("`<|im_start|>`, `<|im_end|>` are no tokens"), "\(bench.screen)")
    _ = try await bench.run("reset\nset new_tokens on")
    #expect(bench.screen.contains("2 tokens added to model"), "\(bench.screen)")
  }

  @Test("a training with them goes on in another session, to the same bits") func resumed()
    async throws
  {
    let bench = try await bench()
    let lines = "load model \"out/model\"\nload data \"bad.jsonl\"\n"
    let settings = "set template chatml, seed 3, batch 2, rank 2\n"
    _ = try await Workbench(sharing: bench).run(
      lines + settings + "train 3 epochs\nsave adapter \"out/a\"")
    _ = try await Workbench(sharing: bench).run(
      lines + settings
        + "train 3 epochs checkpoint \"out/run\" each 1 step { if it.step == 4 { stop } }")
    let second = try Workbench(sharing: bench)
    _ = try await second.run(lines + "resume \"out/run\"\nsave adapter \"out/b\"")
    #expect(second.screen.contains("2 tokens added to model"), "\(second.screen)")
    let weights = try ["a", "b"].map {
      try Data(contentsOf: URL(filePath: "\(bench.folder)/out/\($0)/adapter_model.safetensors"))
    }
    #expect(weights[0] == weights[1])
  }

  @Test("hold in a `with`, and are told there") func withBlock() async throws {
    let bench = try await bench()
    _ = try await bench.run(
      "load data \"bad.jsonl\"\nload model \"out/model\"\nwith template chatml { train 1 step }")
    #expect(bench.screen.contains("2 tokens added to model"), "\(bench.screen)")
    let text = await bench.errorText("with template \"none\" { eval train }")
    #expect(text.contains("`none` is no chat template of ours"), "\(text)")
  }

  @Test("of a file's template are what stands between `<|` and `|>`, and what ours write")
  func file() async throws {
    let bench = try await bench()
    try bench.write(
      "own.jinja",
      "{% for m in messages %}<|{{ m.role }}|><|bot|>{{ m.content }}<|bot|><end_of_turn>"
        + "{% endfor %}")
    _ = try await bench.run(
      "load data \"bad.jsonl\"\nload model \"out/model\"\n"
        + "set template \"\(bench.folder)/own.jinja\"")
    #expect(bench.screen.contains("2 tokens added to model: `<|bot|>` "), "\(bench.screen)")
    #expect(bench.screen.contains("`<end_of_turn>` "), "\(bench.screen)")
  }

  @Test("are given to a GGUF file's packed table without rounding it") func ggufFile() async throws
  {
    let bench = try Workbench()
    let file = GoldenModel.fixtures + "/gguf/llama.gguf"
    _ = try await bench.run(
      """
      load model "\(file)"
      load data "rows.jsonl" split 8/4
      set template llama3
      let here = eval dev
      save model "out/model"
      set template own
      load model "out/model"
      let saved = eval dev
      check here.loss - saved.loss < 1e-5 and saved.loss - here.loss < 1e-5
      """)
    #expect(bench.screen.contains("tokens added to llama"), "\(bench.screen)")
  }
}
