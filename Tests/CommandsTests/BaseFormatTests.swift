import Foundation
import Language
import Testing

/// `set base`: what frozen weights are kept as.
@Suite("The setting base") struct BaseFormatTests {
  private static let saved = Workbench.preparation + "save model \"out/model\"\n"

  @Test(
    "packs the model that is loaded, and those loaded later", arguments: ["bf16", "int8", "q4"])
  func packs(format: String) async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Self.saved + "load model \"out/model\"\nset base \(format)\nshow model\n"
        + "let now = eval dev\nload model \"out/model\"\nlet later = eval dev\n"
        + "check now.loss == later.loss")
    #expect(bench.screen.contains("model: base \(format), "), "\(bench.screen)")
    #expect(bench.screen.contains(", base \(format), "), "\(bench.screen)")
  }

  @Test("a rounded base says what to type to have float32 again") func back() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Self.saved + "set base int8\nload model \"out/model\"\nset base f32")
    #expect(
      bench.screen.contains(
        "model is in memory as int8; base f32 takes effect with the next load: load model \""),
      "\(bench.screen)")
  }

  @Test("products in integers change answers of integer weights alone, and floats say so")
  func integers() async throws {
    let bench = try Workbench()
    let sampled = "sample \"number\" at temperature 1 length 40 times 6 seed 3"
    _ = try await bench.run(
      Self.saved + """
        load model "out/model"
        let floats = \(sampled)
        set activations int8
        let same = \(sampled)
        check same.answers == floats.answers
        set base q4
        let integers = \(sampled)
        set activations float
        let others = \(sampled)
        check others.answers != integers.answers
        """)
    let note =
      "activations int8 changes nothing for model, whose weights are no integers: set base int8"
    #expect(bench.screen.components(separatedBy: note).count == 2, "\(bench.screen)")
    _ = try await bench.run("set base f32, activations int8\nload model \"out/model\"")
    #expect(bench.screen.components(separatedBy: note).count == 3, "\(bench.screen)")
  }

  @Test("training all weights of a rounded base is refused") func fullTraining() async throws {
    let bench = try Workbench()
    let text = await bench.errorText(
      Self.saved + "set base q4, adapter none\nload model \"out/model\"\ntrain 1 step")
    #expect(text.hasPrefix("error[T403]: the weights are kept as q4"), "\(text)")
    #expect(text.contains("try: set adapter lora"), "\(text)")
  }

  @Test("an adapter trained beside a rounded base is saved, the rounded model is not")
  func saving() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Self.saved + "set base int8, rank 2\nload model \"out/model\"\ntrain 3 steps\n"
        + "save adapter \"out/adapter\"\nreset")
    #expect(FileManager.default.fileExists(atPath: bench.folder + "/out/adapter"))
    let text = await bench.errorText("save model \"out/rounded\"")
    #expect(text.hasPrefix("error[M132]"), "\(text)")
    #expect(text.contains("try: set base f32") && text.contains("try: load model"), "\(text)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/out/rounded"))
  }

  /// Tolerance: two ways of adding up the same weights in float32.
  @Test("an adapter trained beside a rounded base is merged into the file's weights")
  func merging() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Self.saved + """
        set base q4, rank 2, lr 1e-2
        load model "out/model"
        train 4 steps
        let rounded = eval dev
        save model "out/merged"
        export gguf "out/merged.gguf" as f32
        let still = eval dev
        check still.loss == rounded.loss, "saving changed the model"
        save adapter "out/adapter"
        set base f32
        load model "out/merged"
        let merged = eval dev
        load model "out/merged.gguf"
        let exported = eval dev
        load model "out/model"
        load adapter "out/adapter"
        let beside = eval dev
        check merged.loss - beside.loss < 1e-4 and beside.loss - merged.loss < 1e-4, "not the file's"
        check exported.loss - merged.loss < 1e-4 and merged.loss - exported.loss < 1e-4, "not its"
        check beside.loss != rounded.loss
        """)
    #expect(bench.screen.contains("q4, differ from them by "), "\(bench.screen)")
  }

  @Test("after full training the base is still there, and the tuned model is saved")
  func fullTrainingInFloat32() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Self.saved + """
        load model "out/model"
        set adapter none
        let before = eval dev
        train 3 steps
        let tuned = eval dev
        check tuned.loss != before.loss
        let base = eval dev using base
        check base.loss == before.loss
        save model "out/tuned"
        train 1 step
        reset
        let again = eval dev
        check again.loss == before.loss
        load model "out/tuned"
        let read = eval dev
        check read.loss == tuned.loss
        """)
  }
}
