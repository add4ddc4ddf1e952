import Adapters
import Autograd
import Checkpoints
import Models
import Serialization
import Tensors
import TestSupport
import Testing

/// Folders as MLX writes them: matrices turned, and a scale instead of alpha and rank.
@Suite("Adapters of MLX") struct MLXAdapterTests {
  private let ids: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6]

  /// What peft wrote, written as MLX writes it, has the same logits; and so has what is written
  /// then, as PEFT has it.
  @Test(arguments: ["adapter-few", "adapter-dora", "adapter-table-tied", "adapter-ends"])
  func sameAdapter(name: String) throws {
    let golden = try #require(GoldenModel.adapters.first { $0.description == name })
    let original = try AdapterDirectory(path: golden.path)
    let expected = try golden.baseModel()
    _ = try LowRankAdapter(reading: original, attachingTo: expected)
    let folder = try TemporaryFolder()
    try put(original, in: folder)
    let model = try golden.baseModel()
    let adapter = try LowRankAdapter(
      reading: AdapterDirectory(path: folder.path), attachingTo: model)
    #expect(model.logits(ofAll: ids).bits == expected.logits(ofAll: ids).bits)
    try adapter.write(to: folder.path + "/peft", baseModel: nil)
    let again = try golden.baseModel()
    _ = try LowRankAdapter(
      reading: AdapterDirectory(path: folder.path + "/peft"), attachingTo: again)
    #expect(again.logits(ofAll: ids).bits == expected.logits(ofAll: ids).bits)
  }

  @Test("after a training of all weights it has whole tensors") func full() throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel.make(isTied: false)
    let name = "model.layers.1.mlp.up_proj.weight"
    let weight = try #require(model.parameters.first { $0.name == name })
    let other = sampleTensor(weight.shape)
    try Safetensors.write([name: other], as: .float32, to: folder.path + "/adapters.safetensors")
    try folder.put(
      "adapter_config.json", Array(#"{"fine_tune_type": "full", "num_layers": 1}"#.utf8))
    let adapter = try LowRankAdapter(
      reading: AdapterDirectory(path: folder.path), attachingTo: model)
    #expect(weight.weights.tensor.bits == other.bits)
    #expect(adapter.parameters.map(\.name) == ["base_model.model." + name])
  }

  static let refused: [(config: String, word: String)] = [
    (#"{"fine_tune_type": "new"}"#, "fine_tune_type"), ("{}", "lora_parameters"),
    (#"{"lora_parameters": {"rank": 2}}"#, "scale"),
    (#"{"lora_parameters": {"rank": 0, "scale": 1}}"#, "rank"),
    (#"{"lora_parameters": {"rank": 2, "scale": 1, "twist": 3}}"#, "twist"),
  ]

  @Test("what is missing or not known is named", arguments: refused)
  func refuses(config: String, word: String) throws {
    let folder = try TemporaryFolder()
    try Safetensors.write(
      ["q_proj.lora_a": Tensor(zeros: [3, 2]), "q_proj.lora_b": Tensor(zeros: [2, 4])],
      as: .float32, to: folder.path + "/adapters.safetensors")
    try folder.put("adapter_config.json", Array(config.utf8))
    let error = failure { () throws(CheckpointError) in try AdapterDirectory(path: folder.path) }
    #expect("\(String(describing: error))".contains("`\(word)`"), "\(String(describing: error))")
  }

  private func put(_ original: AdapterDirectory, in folder: TemporaryFolder) throws {
    var tensors: [String: Tensor] = [:]
    for entry in original.tensors {
      let tensor = try original.tensor(named: entry.name)
      switch entry.role {
      case .lowRankA, .tableA: tensors[entry.module + ".lora_a"] = tensor.turned
      case .lowRankB, .tableB: tensors[entry.module + ".lora_b"] = tensor.turned
      case .magnitude: tensors[entry.module + ".m"] = tensor
      default: continue
      }
    }
    try Safetensors.write(tensors, as: .float32, to: folder.path + "/adapters.safetensors")
    let config = original.config
    let object: JSONObject = [
      "fine_tune_type": config.usesDecomposition ? "dora" : "lora", "num_layers": 2,
      "model": "mlx-community/some-4bit", "batch_size": 4, "iters": 1000,
      "lora_parameters": [
        "rank": .integer(config.rank), "dropout": 0.0, "keys": ["self_attn.q_proj"],
        "scale": .number(config.alpha / Double(config.rank)),
      ],
    ]
    try folder.put("adapter_config.json", Array(JSONValue.object(object).text.utf8))
  }
}
