import Foundation
import Language
import TestSupport
import Testing

/// What a user does with a model in a GGUF file.
@Suite("A GGUF file at the prompt") struct LoadGGUFTests {
  private static let file = GoldenModel.fixtures + "/gguf/llama.gguf"
  private static let loading = "load model \"\(file)\"\nload data \"rows.jsonl\" split 8/4\n"

  private func loss(_ bench: Workbench, after script: String) async throws -> Double {
    let value = try await bench.run(script + "\nlet result = eval\nresult.loss")
    guard case .number(let loss) = value else { throw Missing(value: "\(value)") }
    return loss
  }

  private struct Missing: Error { let value: String }

  @Test("trains an adapter over its packed weights, and is saved as a folder of the same model")
  func adapter() async throws {
    let bench = try Workbench()
    let before = try await loss(bench, after: Self.loading)
    #expect(bench.screen.contains("base q"), "\(bench.screen)")
    for format in ["q8_0", "q4_1", "q4_0"] { #expect(bench.screen.contains(format)) }
    _ = try await bench.run("save model \"out/model\"")
    let tuned = try await loss(bench, after: "set rank 2, lr 0.01, seed 1\ntrain 6 steps")
    #expect(tuned < before)
    let again = try await loss(bench, after: "reset\nload model \"out/model\"")
    #expect(again == before)
  }

  @Test("trains all weights, and goes back to those of the file") func full() async throws {
    let bench = try Workbench()
    let before = try await loss(bench, after: Self.loading)
    let tuned = try await loss(bench, after: "set adapter none, lr 0.001, seed 1\ntrain 6 steps")
    #expect(tuned < before)
    #expect(try await loss(bench, after: "reset") == before)
  }

  @Test("a folder with one is the model in it") func folder() async throws {
    let bench = try Workbench()
    try FileManager.default.createDirectory(
      atPath: bench.folder + "/out", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Self.file, toPath: bench.folder + "/out/x.gguf")
    _ = try await bench.run("load model \"\(bench.folder)/out\"")
    #expect(bench.screen.contains("llama family"))
  }

  @Test("a broken one is an error with its place and a line to type") func broken() async throws {
    let bench = try Workbench()
    try bench.write("x.gguf", "GGUF")
    let text = await bench.errorText("load model \"\(bench.folder)/x.gguf\"")
    #expect(text.contains("ends at byte 4"), "\(text)")
    try bench.write("y.gguf", "tjgg\u{1}\u{0}\u{0}\u{0}aaaaaaaaaaaaaaaaaaaa")
    let other = await bench.errorText("load model \"\(bench.folder)/y.gguf\"")
    #expect(other.contains("begins with `tjgg`") && other.contains("sha256sum"), "\(other)")
  }
}
