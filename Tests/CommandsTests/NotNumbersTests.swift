import Foundation
import Testing

/// A model whose weights are NaN or infinite: nothing is measured, written or saved with it.
@Suite("Models that are no numbers") struct NotNumbersTests {
  /// A few steps at a rate that no model stands, with every safeguard off.
  private static let ruined =
    Workbench.preparation + """
      set adapter none, lr 1, clip 0, optimizer sgd, schedule constant, warmup 0%, momentum 0.99

      """

  /// Overwrites the first float32 of a tensor's data.
  private func poison(_ path: String, _ bits: UInt32) throws {
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    for index in 0..<4 {
      bytes[8 + length + index] = UInt8(truncatingIfNeeded: bits >> (8 * index))
    }
    try Data(bytes).write(to: URL(filePath: path))
  }

  @Test("a file with NaN is refused, of a model and of an adapter") func files() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation
        + "train 1 step\nsave adapter \"out/a\"\nsave model \"out/model\"\nreset")
    try bench.forgetManifest(of: "out/model")
    try bench.forgetManifest(of: "out/a")
    try poison(bench.folder + "/out/model/model.safetensors", 0x7FC0_0000)
    try poison(bench.folder + "/out/a/adapter_model.safetensors", 0x7F80_0000)
    let model = await bench.errorText("load model \"out/model\"")
    #expect(model.hasPrefix("error[M105]") && model.contains("holds nan at [0"), "\(model)")
    let adapter = await bench.errorText("load adapter \"out/a\"")
    #expect(adapter.hasPrefix("error[M105]") && adapter.contains("holds inf at [0"), "\(adapter)")
  }

  /// The adapter's alpha makes what it adds overflow, though each of its weights is a number.
  @Test("what overflows is refused by every command that measures or writes (T03)")
  func overflow() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + "set rank 1\ntrain 2 steps\nsave adapter \"out/a\"\nreset")
    try bench.forgetManifest(of: "out/a")
    // The largest finite float32, at the beginning of a matrix.
    try poison(bench.folder + "/out/a/adapter_model.safetensors", 0x7F7F_FFFF)
    let path = bench.folder + "/out/a/adapter_config.json"
    let config = try String(contentsOfFile: path, encoding: .utf8)
    try bench.write(
      "out/a/adapter_config.json",
      config.replacingOccurrences(of: "\"lora_alpha\": 32", with: "\"lora_alpha\": 1000000"))
    try bench.write(
      "few.jsonl", #"{"text":"day 1","label":"light"}"# + "\n" + #"{"text":"x","label":"dark"}"#)
    _ = try await bench.run(
      "load adapter \"out/a\"\nload data \"\(bench.folder)/few.jsonl\"\nload data \"rows.jsonl\" split 8/4"
    )
    for script in [
      "eval dev", "compare base tuned on dev", "sample \"Say\" raw length 3",
      "sample \"Say\" from [\" yes\", \" no\"] raw", "classify on few",
      "eval few by label",
    ] {
      let text = await bench.errorText(script)
      #expect(text.hasPrefix("error[T503]") && text.contains("try: reset"), "\(script): \(text)")
    }
    #expect(!bench.screen.contains("no clear difference"))
    let saving = await bench.errorText("save model \"out/merged\"")
    #expect(saving.hasPrefix("error[T503]") && saving.contains("nothing was written"), "\(saving)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/out/merged/config.json"))
    _ = try await bench.run("reset\neval dev")
  }
}
