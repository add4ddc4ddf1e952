import Autograd
import Checkpoints
import Datasets
import Models
import Tensors
import TestSupport
import Testing

@testable import Adapters

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
    "what peft has on the tensors of all experts has its gradients",
    arguments: GoldenModel.adaptersOfExperts)
  func gradients(golden: GoldenModel) throws {
    let model = try golden.baseModel()
    let adapter = try LowRankAdapter(
      reading: AdapterDirectory(path: golden.path), attachingTo: model)
    for parameter in adapter.parameters { parameter.isTrainable = true }
    expectClose(
      model.meanLoss(of: try golden.examples()), try golden.number("loss"), withinShare: 1e-5)
    var gradients: [String: Tensor] = [:]
    for parameter in adapter.parameters { gradients[parameter.name] = parameter.collectGradient() }
    for stack in adapter.origin?.stacks ?? [] { stack.gather(in: &gradients) }
    #expect(gradients.keys.sorted() == (try golden.names("gradient/")))
    for (name, gradient) in gradients {
      expectClose(
        gradient.values, try golden.values("gradient/" + name), withinShareOfLargest: 1e-4)
    }
  }

  @Test(
    "what chooses experts is a target by its tensor",
    arguments: [("mixtral", "gate"), ("gpt_oss", "router"), ("qwen2_moe", "gate")])
  func routers(golden: String, name: String) throws {
    let folder = try TemporaryFolder()
    let model = try GoldenModel(description: golden).model()
    let settings = LowRankSettings(rank: 2, targets: .named(["q_proj", name]))
    let adapter = try LowRankAdapter(attachingTo: model, settings, seed: 1)
    try adapter.write(to: folder.path + "/adapter", baseModel: nil)
    let directory = try AdapterDirectory(path: folder.path + "/adapter")
    #expect(directory.config.targets == .modules(["q_proj"]))
    #expect(directory.config.targetParameters == ["\(name).weight"])
    let read = try LowRankAdapter(
      reading: directory, attachingTo: GoldenModel(description: golden).model())
    #expect(read.parameters.map(\.value.bits) == adapter.parameters.map(\.value.bits))
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
