import Foundation
import Language
import Reporting
import Testing

/// `plan`, the refusal of what cannot fit, and the base that is no longer kept in memory.
@Suite("Memory as the user meets it") struct MemoryPlanTests {
  /// A model of eight layers and rows of which a step has some 3,000 tokens: 40 MB.
  static let preparation = """
    load data "rows.jsonl" split 8/4
    train tokenizer 300 to "tokenizer.json"
    new model wren {hidden: 64, layers: 8, heads: 4, context: 128} tokenizer "tokenizer.json"
    load data "bad.jsonl"
    set batch 32, adapter none

    """

  static func bench() throws -> Workbench {
    let bench = try Workbench()
    let answer = String(repeating: "it is so ", count: 9)
    try bench.write(
      "bad.jsonl",
      (0..<40).map { #"{"prompt":"number \#($0)","completion":"\#(answer)"}"# }
        .joined(separator: "\n"))
    return bench
  }

  @Test("a plan is the sum of its parts, and tells what train then does") func plan() async throws {
    let bench = try Self.bench()
    let value = try await bench.run(
      Self.preparation
        + """
        let p = plan 3 epochs
        check p.memory == p.weights + p.gradients + p.optimizer + p.activations + p.logits + p.other
        check p.fits
        let t = train 3 epochs
        check p.steps == t.steps, "steps"
        check p.tokens == t.tokens, "tokens"
        let shorter = plan 1 step
        check shorter.flops < p.flops
        p.flops > 6 * p.tokens * 400000
        """)
    #expect(value == .bool(true))
    #expect(bench.screen.contains("it fits"))
  }

  @Test("what does not fit is refused, and what is suggested fits (T06)") func refused()
    async throws
  {
    let bench = try Self.bench()
    let settings = "set memory 24MB, recompute off\n"
    let text = await bench.errorText(Self.preparation + settings + "train 1 step")
    #expect(text.hasPrefix("error[R401]: this run needs about "), "\(text)")
    #expect(text.contains("24.0 MB are allowed. Nothing was started."), "\(text)")
    #expect(text.contains("needs: weights ") && text.contains(" tokens at a time)"), "\(text)")
    let lines = text.split(separator: "\n").filter { $0.contains("try: ") }
      .compactMap { $0.components(separatedBy: "try: ").last?.components(separatedBy: "  ").first }
    #expect(lines.contains("set recompute on"), "\(text)")
    #expect(lines.contains { $0.hasPrefix("set microbatch ") }, "\(text)")
    for line in lines {
      _ = try await bench.run(
        "set recompute off, microbatch 1024, adapter none\n\(line)\ntrain 1 step")
      _ = try await bench.run("reset")
    }
  }

  @Test("blocks are recomputed by themselves where only that fits, with the same bits")
  func automatic() async throws {
    var hashes: [String] = []
    for limit in ["auto", "24MB"] {
      let bench = try Self.bench()
      let value = try await bench.run(
        Self.preparation + "set memory \(limit)\ntrain 2 steps\n(save model \"out/m\").sha256")
      #expect(bench.screen.contains("recomputing blocks") == (limit != "auto"))
      hashes.append(value.shown)
    }
    #expect(hashes[0].count == 64)
    #expect(hashes[0] == hashes[1])
  }

  @Test("a model that cannot fit by any setting") func hopeless() async throws {
    let bench = try Self.bench()
    let text = await bench.errorText(Self.preparation + "set memory 1MB\ntrain 1 step")
    #expect(text.contains("no setting makes it fit"), "\(text)")
  }

  static let trainAndSave = """
    set adapter none
    train 2 steps
    let tuned = (save model "out/model").sha256
    let c = compare base tuned on dev showing 1
    check c.base != c.tuned
    check (save model "out/tuned").sha256 == tuned, "comparing changed the weights"
    reset
    check (save model "out/again").sha256 == first, "not the base"
    """

  @Test("reset and compare find the base of an untrained model") func baseOfNew() async throws {
    _ = try await Workbench().run(
      "set seed 3\n" + Workbench.preparation
        + "let first = (save model \"out/model\").sha256\nset seed 4\n" + Self.trainAndSave)
  }

  @Test("and of a folder that was saved over meanwhile") func baseOfFolder() async throws {
    _ = try await Workbench().run(
      Workbench.preparation + "let first = (save model \"out/model\").sha256\n"
        + "load model \"out/model\"\n" + Self.trainAndSave)
  }

  @Test("a folder whose file was written into is refused") func changedBase() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + "save model \"out/model\"\nload model \"out/model\"\n"
        + "set adapter none\ntrain 1 step")
    let path = bench.folder + "/out/model/model.safetensors"
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([0]))
    try handle.close()
    let text = await bench.errorText("reset")
    #expect(text.hasPrefix("error[M140]") && text.contains("was changed since"), "\(text)")
  }
}
