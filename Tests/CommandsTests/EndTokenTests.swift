import Language
import Testing

/// What a row is trained to end with is what an answer stops at.
@Suite("The end token") struct EndTokenTests {
  /// Saves a model and takes its ends from the files, those named left as they are.
  private static func bench(keeping kept: String...) async throws -> Workbench {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "save model \"out/m\"")
    try bench.forgetManifest(of: "out/m")
    let files = [
      ("config.json", #""eos_token_id": 0"#, #""eos_token_id": null"#),
      ("tokenizer_config.json", #""eos_token": "<|endoftext|>""#, #""eos_token": null"#),
    ]
    for (name, old, new) in files where !kept.contains(name) {
      let text = try bench.text("out/m/\(name)")
      #expect(text.contains(old), "\(text)")
      try bench.write("out/m/\(name)", text.replacing(old, with: new))
    }
    if !kept.contains("generation_config.json") {
      try bench.write("out/m/generation_config.json", "{}")
    }
    try bench.write("bad.jsonl", #"{"text":"a b c"}"#)
    return bench
  }

  private static let tokens =
    "load model \"out/m\"\nload data \"bad.jsonl\"\nsave tokens \"out/t.jsonl\"\n"

  @Test("any file may name it", arguments: ["config.json", "tokenizer_config.json"])
  func named(file: String) async throws {
    let bench = try await Self.bench(keeping: file)
    _ = try await bench.run(Self.tokens)
    #expect(try bench.text("out/t.jsonl").contains(",0],\"trained\""))
  }

  @Test func theTokenizerMaySayItAlone() async throws {
    let bench = try await Self.bench()
    _ = try await bench.run(Self.tokens)
    #expect(try bench.text("out/t.jsonl").contains(",0],\"trained\""))
  }

  @Test func withoutOneTrainingSaysHowToSetIt() async throws {
    let bench = try await Self.bench()
    // A name that no end goes by.
    let tokenizer = try bench.text("out/m/tokenizer.json")
    try bench.write(
      "out/m/tokenizer.json", tokenizer.replacing("<|endoftext|>", with: "<|nothing|>"))
    let text = await bench.errorText(Self.tokens)
    #expect(text.hasPrefix("error[D245]") && text.contains("set end"), "\(text)")
    #expect(await bench.errorText("set end \"</s>\"\n" + Self.tokens).contains("\"</s>\""))
    _ = try await bench.run("set end \"<|end|>\"\n" + Self.tokens)
    #expect(try bench.text("out/t.jsonl").contains(",4],\"trained\""))
    // A folder that is saved so knows its end.
    _ = try await bench.run("save model \"out/n\"\nset end auto\nload model \"out/n\"")
    #expect(try bench.text("out/n/tokenizer_config.json").contains(#""eos_token": "<|end|>""#))
    _ = try await bench.run("save tokens \"out/t.jsonl\"")
    #expect(try bench.text("out/t.jsonl").contains(",4],\"trained\""))
  }

  @Test func theTrainedEndStopsWhateverGenerationSays() async throws {
    let bench = try await Self.bench(keeping: "tokenizer_config.json")
    try bench.write("out/m/generation_config.json", #"{"eos_token_id": 3}"#)
    let result = try await bench.run(
      Self.tokens + """
        set adapter none, lr 1e-2, temperature 0
        train 60 steps
        sample "a" raw length 60
        """)
    guard case .record(let record) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(record["ending"] == .string("endOfText"))
  }
}
