import Foundation
import TestSupport
import Testing

/// `export gguf` and `export lora-gguf`, read again.
@Suite("Exporting for llama.cpp") struct ExportTests {
  /// Bounds: what the format's rounding does to the loss of a tiny model.
  @Test(
    "a model with an adapter is the same when it is loaded again",
    arguments: [
      ("f32", 1e-5), ("f16", 1e-3), ("bf16", 1e-2), ("q8_0", 2e-2), ("q4_0", 0.3), ("q4_K", 0.3),
    ])
  func model(format: String, bound: Double) async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + """
        new model wren {hidden: 32, layers: 2, heads: 2, context: 128} tokenizer "tokenizer.json"
        set rank 2, rslora on, lr 1e-2
        train 6 steps
        let kept = eval dev
        let written = export gguf "out/m.gguf" as \(format)
        check written.bytes > 1000
        load model "out/m.gguf"
        let read = eval dev
        check kept.loss - read.loss < \(bound) and read.loss - kept.loss < \(bound), "not the same model"
        """)
    #expect(bench.screen.contains("read again: 4 prompts"), "\(bench.screen)")
    #expect(bench.screen.contains("sha256"))
    let file = try bench.text("out/Modelfile")
    #expect(file.contains("\nFROM ./m.gguf\n") && file.contains("\nPARAMETER num_ctx 128\n"))
  }

  @Test(
    "a model of each kind that is written is the same again",
    arguments: [
      "llama", "qwen3", "gemma2", "gptneox", "arcee", "olmo", "falcon", "falcon-groups", "mpt",
      "mixtral", "qwen2moe", "qwen3moe", "olmoe",
    ])
  func kind(name: String) async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      """
      load model "\(GoldenModel.fixtures)/gguf/\(name).gguf"
      export gguf "out/m.gguf" as f32
      load model "out/m.gguf"
      """)
    #expect(bench.screen.contains("read again:"), "\(bench.screen)")
    #expect(bench.screen.contains("every choice is the same"), "\(bench.screen)")
  }

  @Test(
    "a kind that llama.cpp computes otherwise, or that is not written, is refused by name",
    arguments: [
      ("gpt-oss", "models of the family gpt_oss are not written"),
      ("deepseek2", "models of the family deepseek_v2 are not written"),
    ])
  func unwritten(name: String, says: String) async throws {
    let bench = try Workbench()
    let text = await bench.errorText(
      """
      load model "\(GoldenModel.fixtures)/gguf/\(name).gguf"
      export gguf "out/m.gguf" as f32
      """)
    #expect(text.contains(says), "\(text)")
    #expect(text.contains("try: "), "\(text)")
  }

  @Test("an adapter alone is written with its scale worked in") func adapter() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + """
        set rank 2, rslora on
        train 2 steps
        export lora-gguf "out/a.gguf"
        """)
    #expect(bench.screen.contains("every choice is the same"), "\(bench.screen)")
    let file = try bench.text("out/Modelfile")
    #expect(file.contains("\nADAPTER ./a.gguf\n"))
    let bytes = try Data(contentsOf: URL(filePath: bench.folder + "/out/a.gguf"))
    #expect(bytes.range(of: Data("blk.0.attn_q.weight.lora_a".utf8)) != nil)
    #expect(bytes.range(of: Data("adapter.lora.alpha".utf8)) != nil)
  }

  static let refusals: [(line: String, says: String, types: String)] = [
    ("save model \"x.gguf\"", "the name of a file", "export gguf \"x.gguf\""),
    ("save model \"x.safetensors\"", "the name of a file", "save model \"x\""),
    ("save adapter \"x.gguf\"", "the name of a file", "export lora-gguf \"x.gguf\""),
    ("save model \"a.b/x.ONNX\"", "the name of a file", "save model \"a.b/x\""),
    ("export gguf \"x\"", "ends in .gguf", "export gguf \"x.gguf\""),
    ("export lora-gguf \"out/\"", "ends in .gguf", "export lora-gguf"),
    ("reset\nexport lora-gguf \"x.gguf\"", "no adapter to save", "train 1 epoch"),
    (
      "reset\nset adapter dora\ntrain 1 step\nexport lora-gguf \"x.gguf\"", "more than that",
      "export gguf \"out/model.gguf\""
    ),
    ("reset\nset base q4\nexport gguf \"x.gguf\"", "kept as q4", "set base f32"),
  ]

  @Test("what cannot be is refused with a line that can", arguments: refusals)
  func refuses(line: String, says: String, types: String) async throws {
    let bench = try Workbench()
    let text = await bench.errorText(
      Workbench.preparation + "set rank 2\ntrain 1 step\n" + line)
    #expect(text.contains(says), "\(text)")
    #expect(text.contains("try: " + types), "\(text)")
    #expect(!FileManager.default.fileExists(atPath: "x.gguf"))
  }

  @Test("a Modelfile of somebody else's stays") func modelfile() async throws {
    let bench = try Workbench()
    try FileManager.default.createDirectory(
      atPath: bench.folder + "/out", withIntermediateDirectories: true)
    try bench.write("out/Modelfile", "FROM mine\n")
    _ = try await bench.run(Workbench.preparation + "export gguf \"out/m.gguf\" as q8_0")
    #expect(try bench.text("out/Modelfile") == "FROM mine\n")
    #expect(bench.screen.contains("is left alone"), "\(bench.screen)")
  }
}
