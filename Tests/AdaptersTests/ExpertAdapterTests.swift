import Adapters
import Autograd
import Checkpoints
import Datasets
import Models
import TestSupport
import Testing

/// What peft needs to be told to find the layers of experts.
@Suite("Adapters of experts") struct ExpertAdapterTests {
  private static func written(_ golden: String) throws -> AdapterConfig {
    let folder = try TemporaryFolder()
    let model = try GoldenModel(description: golden).model()
    let settings = LowRankSettings(rank: 2, alpha: 3, dropout: 0.1)
    let adapter = try LowRankAdapter(attachingTo: model, settings, seed: 1)
    try adapter.write(to: folder.path + "/adapter", baseModel: nil)
    let directory = try AdapterDirectory(path: folder.path + "/adapter")
    let read = try LowRankAdapter(
      reading: directory, attachingTo: GoldenModel(description: golden).model())
    #expect(read.parameters.map(\.value.bits) == adapter.parameters.map(\.value.bits))
    return directory.config
  }

  @Test("names of their own are enough", arguments: ["mixtral", "olmoe"])
  func ownNames(golden: String) throws {
    let config = try Self.written(golden)
    let inner = golden == "mixtral" ? ["w1", "w2", "w3"] : ["down_proj", "gate_proj", "up_proj"]
    #expect(
      config.targets == .modules((["k_proj", "o_proj", "q_proj", "v_proj"] + inner).sorted()))
    // peft refuses dropout of experts' inputs.
    #expect(config.targetParameters.isEmpty && config.rankPattern.isEmpty && config.dropout == 0)
  }

  @Test(
    "names that other layers have too are told as tensors", arguments: ["qwen3_moe", "qwen2_moe"])
  func sharedNames(golden: String) throws {
    let config = try Self.written(golden)
    #expect(config.targets == .modules(["k_proj", "o_proj", "q_proj", "v_proj"]))
    #expect(
      config.targetParameters.sorted() == [
        "down_proj.weight", "gate_proj.weight", "mlp.experts.down_proj",
        "mlp.experts.gate_up_proj", "up_proj.weight",
      ])
    #expect(config.rankPattern == [#".*\.experts\.gate_up_proj"#: 4])
    #expect(config.alphaPattern == [#".*\.experts\.gate_up_proj"#: 6])
  }

  @Test("all layers are those that peft knows by a name") func stacked() throws {
    #expect(
      try Self.written("gpt_oss").targets == .modules(["k_proj", "o_proj", "q_proj", "v_proj"]))
  }

  @Test(
    "what peft has on the tensors of all experts is written so that it is the same",
    arguments: GoldenModel.adaptersOfExperts)
  func ofAllExperts(golden: GoldenModel) throws {
    let folder = try TemporaryFolder()
    let original = try AdapterDirectory(path: golden.path)
    let model = try golden.baseModel()
    let adapter = try LowRankAdapter(reading: original, attachingTo: model)
    try adapter.write(to: folder.path + "/adapter", baseModel: nil)
    let written = try AdapterDirectory(path: folder.path + "/adapter")
    let other = try golden.baseModel()
    _ = try LowRankAdapter(reading: written, attachingTo: other)
    let ids = try #require(golden.examples().first).ids
    #expect(other.logits(ofAll: ids).bits == model.logits(ofAll: ids).bits)
    // Where the base's files have these tensors, so have the adapter's.
    guard golden.description == "adapter-gpt_oss" else {
      #expect(written.config.rankPattern == [#".*\.experts\.gate_up_proj"#: 6])
      return
    }
    #expect(written.tensorNames == original.tensorNames)
    for name in original.tensorNames {
      #expect(try written.tensor(named: name).bits == original.tensor(named: name).bits)
    }
  }

  @Test("magnitudes are refused") func magnitudes() throws {
    let model = try GoldenModel(description: "mixtral").model()
    #expect(throws: AdapterError.self) {
      try LowRankAdapter(
        attachingTo: model, LowRankSettings(rank: 2, isDecomposed: true), seed: 1)
    }
    #expect(model.linears.allSatisfy { $0.adapter == nil })
  }
}
