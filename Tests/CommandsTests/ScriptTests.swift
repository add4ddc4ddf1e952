import Commands
import Foundation
import Language
import Notebook
import Reporting
import Testing

/// The scripts that people run as they stand.
@Suite("Scripts") struct ScriptTests {
  static let folder = Workbench.checkout + "/scripts"
  /// The scripts themselves, and those in `uses`, one for each thing that people fine-tune for.
  static let names = ["", "uses/"].flatMap { part in
    ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + part)) ?? [])
      .filter { $0.hasSuffix(".ft") }.sorted().map { part + $0 }
  }

  static func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }

  @Test("there are some") func found() {
    #expect(Self.names.contains("quickstart.ft"))
    #expect(Self.names.contains("uses/sentiment.ft"))
  }

  @Test("parse and check before anything runs", arguments: names)
  func prepared(name: String) async throws {
    let bench = try Workbench()
    let file = SourceFile(.file(name), try Self.text(name))
    let (script, problems) = await bench.runner.prepare(file)
    #expect(script != nil)
    #expect(problems.map(\.plainText) == [])
  }

  /// The bundled model's training, with a few texts, a small vocabulary and two steps.
  @Test("pretrain-finch runs at small size") func pretraining() async throws {
    let bench = try Workbench()
    let folder = bench.folder + "/out/pretrain"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let texts = (0..<30).map { "<|user|>How many?<|end|><|assistant|>I have \($0) cats.<|end|>" }
    try bench.write("out/pretrain/train.txt", texts.joined(separator: "\n<|endoftext|>\n") + "\n")
    let small = try Self.text("pretrain-finch.ft")
      .replacingOccurrences(of: "tokenizer 4096", with: "tokenizer 300")
      .replacingOccurrences(of: "2500 steps", with: "2 steps")
      .replacingOccurrences(of: "length 120", with: "length 8")
    _ = try await bench.run(small)
    let files = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/out/finch")
    #expect(Set(files).isSuperset(of: ["config.json", "model.safetensors", "tokenizer.json"]))
  }
}

/// The first thing a newcomer runs, whole: it trains for about half a minute.
@Suite("The quickstart") struct QuickstartSlow {
  @Test("lowers the loss on rows it has not seen, and saves the adapter") func runs() async throws {
    let bench = try Workbench()
    _ = try await bench.run(try ScriptTests.text("quickstart.ft"))
    #expect(bench.screen.contains("tuned is better"))
    let files = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/out/support")
    #expect(
      files.sorted() == [
        "README.md", "adapter-manifest.json", "adapter_config.json", "adapter_model.safetensors",
      ])
  }
}
