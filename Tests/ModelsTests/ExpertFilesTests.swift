import Autograd
import Checkpoints
import Models
import Serialization
import Tensors
import TestSupport
import Testing

@Suite("Files of models with experts") struct ExpertFilesTests {
  /// As transformers 5 has them in memory, and writes them when it is told to keep its own names.
  @Test(
    "the layers of all experts in one tensor are read as those in tensors of their own",
    arguments: ["mixtral", "qwen3_moe", "deepseek_v2"])
  func stacked(golden: String) throws {
    let model = try GoldenModel(description: golden).model()
    var tensors: [String: Tensor] = [:]
    for (plan, tensor) in model.tensors.map({ ($0.plan, $0.parameter.value) }) {
      guard let stack = plan.stack else {
        tensors[plan.name] = tensor
        continue
      }
      let name = stack.name.replacing("block_sparse_moe", with: "mlp")
      let whole = tensors[name] ?? Tensor(zeros: stack.shape)
      whole.elements(stack.start..<stack.start + tensor.count).assign(tensor)
      tensors[name] = whole
    }
    let folder = try TemporaryFolder()
    try ModelDirectory.write(
      ModelContents(config: model.config.json, tokenizer: Array("{}".utf8)), tensors: tensors,
      as: .float32, to: folder.path + "/model")
    let read = try Transformer(reading: ModelFiles(path: folder.path + "/model"))
    #expect(read.bits == model.bits)
  }

  @Test("layers after the last are left out, with a note, where the config says that they predict")
  func predictionLayers() throws {
    let model = try GoldenModel(description: "deepseek_v3").model()
    let count = model.blueprint.layers.count
    var tensors = model.tensorsForFiles()
    for name in ["embed_tokens", "eh_proj", "mlp.experts.0.up_proj"] {
      tensors["model.layers.\(count).\(name).weight"] = Tensor(zeros: [2, 2])
    }
    func files(_ key: String, _ layers: Int) throws -> ModelFiles {
      let folder = try TemporaryFolder()
      var config = model.config.json
      config[key] = .integer(layers)
      try ModelDirectory.write(
        ModelContents(config: config, tokenizer: Array("{}".utf8)), tensors: tensors,
        as: .float32, to: folder.path + "/model")
      return try ModelFiles(path: folder.path + "/model")
    }
    let read = try files("num_nextn_predict_layers", 1)
    #expect(read.contents.notes.contains { $0.contains("a layer that predicts tokens") })
    #expect(try Transformer(reading: read).bits == model.bits)
    let unstated = try files("num_nextn_predict_layers", 0)
    // Without a word of them they would be a part of the model that is left out in silence.
    let error = failure { () throws(CheckpointError) in
      try Transformer(reading: unstated)
    }
    #expect(error.map { "\($0.diagnostic)".contains("eh_proj") } == true)
  }

  @Test(
    "a type that has parts which are not computed is refused by what it has",
    arguments: [
      ("lfm2_moe", "convolutions"), ("qwen3_next", "linear attention"), ("mamba", "state"),
    ])
  func unsupported(type: String, word: String) {
    let error = failure { () throws(CheckpointError) in
      try ModelConfig(tinyConfig([("model_type", .string(type))]))
    }
    #expect(error.map { "\($0.diagnostic)".contains(word) } == true)
  }

  static let wrong: [([(String, JSONValue?)], String)] = [
    ([("num_experts_per_tok", 9)], "from 1 to 8"),
    ([("num_experts", 4)], "4, as `num_experts` says"),
    ([("num_local_experts", 1_000_000)], "from 1 to"),
  ]

  @Test("numbers of experts that do not fit are refused", arguments: wrong)
  func refused(changes: [(String, JSONValue?)], words: String) {
    let sizes: [(String, JSONValue?)] = [("model_type", "mixtral"), ("num_local_experts", 8)]
    let error = failure { () throws(CheckpointError) in
      try ModelConfig(tinyConfig(sizes + changes))
    }
    #expect(
      error.map { "\($0.diagnostic)".contains(words) } == true, "\(String(describing: error))")
  }
}
