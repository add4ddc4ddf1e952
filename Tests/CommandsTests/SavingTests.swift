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
