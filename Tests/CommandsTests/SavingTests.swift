import Foundation
import Testing

/// What `save` writes, read again.
@Suite("Saving") struct SavingTests {
  /// Tolerance: two ways of adding up the same weights in float32.
  @Test("a model with an adapter is saved with it merged in", arguments: ["lora", "dora"])
  func merged(adapter: String) async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + """
        set adapter \(adapter), rank 2, rslora on, lr 1e-2
        train 6 steps
        let kept = eval dev
        let base = eval dev using base
        save model "out/model"
        load model "out/model"
        let read = eval dev
        check kept.loss - read.loss < 1e-4 and read.loss - kept.loss < 1e-4, "not the same model"
        check base.loss - read.loss > 1e-3, "nothing was merged"
        """)
  }

  @Test("an adapter's folder has its form, and loads again", arguments: ["lora", "dora"])
  func adapterForm(adapter: String) async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + """
        set adapter \(adapter), rank 2, rslora on, targets ["q_proj"]
        train 2 steps
        let kept = eval dev
        save adapter "out/adapter"
        reset
        load adapter "out/adapter"
        let read = eval dev
        check kept.loss == read.loss, "not the same adapter"
        """)
    let config = try String(
      contentsOfFile: bench.folder + "/out/adapter/adapter_config.json", encoding: .utf8)
    #expect(config.contains("\"use_dora\": \(adapter == "dora")"))
    #expect(config.contains("\"use_rslora\": true"))
    #expect(bench.screen.contains("\(adapter) rank 2"))
  }

  /// A model whose answers hang on the last digits of its head: the rows differ by a ten-thousandth, and
  /// logits are large enough to tell them apart.
  private func fineModel() async throws -> Workbench {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation.replacing("context: 128}", with: "context: 128, tied: false}")
        + "save model \"out/fine\"")
    try bench.forgetManifest(of: "out/fine")
    let file = URL(filePath: bench.folder + "/out/fine/model.safetensors")
    var bytes = try Data(contentsOf: file)
    try fill("model.norm.weight", in: &bytes) { _ in Float(1 << 15) }
    try fill("lm_head.weight", in: &bytes) { 1 + 1e-4 * Float(sin(78.233 * Double($0))) }
    try bytes.write(to: file)
    _ = try await bench.run("load model \"out/fine\"")
    return bench
  }

  /// Writes other numbers into a tensor of a safetensors file, in float32.
  private func fill(_ name: String, in file: inout Data, _ value: (Int) -> Float) throws {
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: file[8..<8 + length]) as? [String: Any]
    let tensor = try #require(header?[name] as? [String: Any])
    let offsets = try #require(tensor["data_offsets"] as? [Int])
    for index in 0..<(offsets[1] - offsets[0]) / 4 {
      let bits = value(index).bitPattern
      for byte in 0..<4 {
        file[8 + length + offsets[0] + 4 * index + byte] = UInt8(
          truncatingIfNeeded: bits >> (8 * byte))
      }
    }
  }

  @Test(
    "what would compute something else is told, and nothing is there",
    arguments: [
      ("save model \"out/m\" as bf16", "out/m", "bf16"),
      ("save model \"out/m\" as f16", "out/m", "f16"),
      ("export gguf \"out/m.gguf\" as bf16", "out/m.gguf", "bf16"),
      ("export gguf \"out/m.gguf\" as q8_0", "out/m.gguf", "q8_0"),
      ("export gguf \"out/m.gguf\" as q4_0", "out/m.gguf", "4 bits"),
    ])
  func replayed(line: String, path: String, format: String) async throws {
    let bench = try await fineModel()
    let text = await bench.errorText(line)
    #expect(text.hasPrefix("error[M133]: what was written to \(path) does not compute"), "\(text)")
    #expect(text.contains("KL ") && text.contains("In \(format) the divergence may be"), "\(text)")
    #expect(text.contains("nothing was saved"), "\(text)")
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/out")
    #expect(left == ["fine"])
    // Without rounding it is the model.
    _ = try await bench.run("save model \"out/exact\"\nexport gguf \"out/exact.gguf\" as f32")
  }

  @Test("what was there stays when what would take its place is refused") func kept() async throws {
    let bench = try await fineModel()
    _ = try await bench.run("save model \"out/m\"\nexport gguf \"out/g/m.gguf\" as f32")
    func files() throws -> [Data] {
      try ["out/m/model.safetensors", "out/g/m.gguf"].map {
        try Data(contentsOf: URL(filePath: bench.folder + "/" + $0))
      }
    }
    let before = try files()
    for line in ["save model \"out/m\" as bf16", "export gguf \"out/g/m.gguf\" as q8_0"] {
      let text = await bench.errorText(line)
      #expect(text.hasPrefix("error[M133]"), "\(text)")
    }
    #expect(try files() == before)
  }

  @Test("tokens are written a row a line, with what is learned") func tokens() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "save tokens \"out/deep/tokens.jsonl\" on dev")
    let lines = try String(
      contentsOfFile: bench.folder + "/out/deep/tokens.jsonl", encoding: .utf8
    ).split(separator: "\n")
    #expect(lines.count == 4)
    for line in lines {
      let row = try #require(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let (ids, trained) = (row["ids"] as? [Int] ?? [], row["trained"] as? [Int] ?? [])
      #expect(ids.count == trained.count && ids.count > 4)
      // The answer is learned and the question is not.
      #expect(trained.first == 0 && trained.contains(1))
    }
  }
}
