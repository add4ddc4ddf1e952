import Checkpoints
import Foundation
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

@Suite("Adapter folders") struct AdapterDirectoryTests {
  static let module = "model.layers.0.self_attn.q_proj"

  private func tensors(rank: Int = 2) -> [String: Tensor] {
    [
      AdapterDirectory.nameOfA(Self.module): Tensor(
        (0..<rank * 3).map { Float($0) }, shape: [rank, 3]),
      AdapterDirectory.nameOfB(Self.module): Tensor(
        (0..<4 * rank).map { Float(-$0) }, shape: [4, rank]),
    ]
  }

  private func write(
    _ config: JSONObject, _ tensors: [String: Tensor]
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.put("adapter_config.json", JSONValue.object(config).text)
    try Safetensors.write(
      tensors, as: .float32, to: folder.path + "/adapter_model.safetensors")
    return folder
  }

  private func error(_ folder: TemporaryFolder) -> CheckpointError? {
    failure { () throws(CheckpointError) in try AdapterDirectory(path: folder.path) }
  }

  @Test(arguments: DType.allCases)
  func readsBackWhatItWrites(dtype: DType) throws {
    let folder = try TemporaryFolder()
    var config = AdapterConfig(
      baseModel: "some/base", rank: 2, alpha: 4, dropout: 0.05,
      targetModules: ["v_proj", "q_proj"], usesRankStabilization: true)
    config.rankPattern = ["q_proj": 4]
    config.alphaPattern = ["layers.0.*": 1.5]
    let hash = try AdapterDirectory.write(config, tensors: tensors(), as: dtype, to: folder.path)
    #expect(
      try folder.names == [
        "adapter-manifest.json", "adapter_config.json", "adapter_model.safetensors",
      ])
    #expect(ContentHash.of(try folder.bytes(of: "adapter_model.safetensors")) == hash)

    let read = try AdapterDirectory(path: folder.path)
    #expect(read.config.targets == .modules(["q_proj", "v_proj"]))
    #expect((read.config.rank, read.config.alpha, read.config.dropout) == (2, 4, 0.05))
    #expect(read.config.rankPattern == ["q_proj": 4])
    #expect(read.config.alphaPattern == ["layers.0.*": 1.5])
    #expect(read.config.usesRankStabilization)
    #expect(read.config.baseModel == "some/base")
    #expect(read.config.json == config.json.merging(read.config.raw))
    #expect(read.adaptedModules == [Self.module])
    #expect(
      try read.tensor(named: AdapterDirectory.nameOfB(Self.module), shape: [4, 2]).values
        == (0..<8).map { Float(-$0) })
    try AdapterDirectory.write(read.config, tensors: tensors(), as: dtype, to: folder.path)
  }

  /// The list of compatibility with PEFT 0.21.2: what a folder of its own has.
  @Test func writesEveryKeyOfPEFT() {
    let keys = AdapterConfig(baseModel: nil, rank: 8, alpha: 16, targetModules: ["q_proj"]).json
      .keys
    #expect(
      keys.sorted() == [
        "alpha_pattern", "auto_mapping", "base_model_name_or_path", "bias", "exclude_modules",
        "fan_in_fan_out", "inference_mode", "init_lora_weights", "layer_replication",
        "layers_pattern", "layers_to_transform", "loftq_config", "lora_alpha", "lora_bias",
        "lora_dropout", "megatron_config", "megatron_core", "modules_to_save", "peft_type",
        "peft_version", "r", "rank_pattern", "revision", "target_modules", "target_parameters",
        "task_type", "trainable_token_indices", "use_dora", "use_rslora",
      ])
  }

  @Test func needsOnlyTypeAndTargets() throws {
    let folder = try write(["peft_type": "LORA", "target_modules": ".*_proj"], tensors())
    let config = try AdapterDirectory(path: folder.path).config
    #expect((config.rank, config.alpha, config.dropout) == (8, 8, 0))
    #expect(config.targets == .pattern(".*_proj"))
    #expect(!config.usesRankStabilization)
  }

  static let refused: [(key: String, value: JSONValue?)] = [
    ("peft_type", "OFT"), ("peft_type", nil), ("target_modules", nil), ("target_modules", [1]),
    ("use_dora", 1), ("lora_bias", 1), ("bias", "some"), ("layers_to_transform", ["a"]),
    ("layers_pattern", 1), ("layer_replication", [[0, 1]]), ("exclude_modules", 1),
    ("trainable_token_indices", [-1]), ("trainable_token_indices", [1, 1]),
    ("target_parameters", ["a"]), ("megatron_config", ["a": 1]),
    ("init_lora_weights", "loftq"), ("init_lora_weights", "corda"), ("r", 0), ("r", "8"),
    ("r", 70_000), ("lora_alpha", 0), ("lora_alpha", "x"), ("lora_dropout", 1),
    ("lora_dropout", -0.1), ("use_rslora", 1), ("modules_to_save", "lm_head"),
    ("rank_pattern", ["q": 0]), ("alpha_pattern", ["q": -1]), ("rank_pattern", []),
  ]

  @Test("refuses a setting, naming it", arguments: refused)
  func refuses(key: String, value: JSONValue?) throws {
    var config: JSONObject = ["peft_type": "LORA", "target_modules": ["q_proj"]]
    config[key] = value
    let folder = try write(config, tensors())
    let error = try #require(self.error(folder))
    let inner = value?.object?.keys.first == "q" ? "q" : key
    #expect(error.message.contains("adapter_config.json"))
    #expect(error.message.contains("`\(inner)`"), "\(error.message)")
  }

  @Test("whole tensors go by the base's names") func wholeTensors() throws {
    var tensors = tensors()
    tensors["base_model.model.lm_head.weight"] = Tensor(zeros: [2, 2])
    tensors["base_model.model.norm.modules_to_save.default.bias"] = Tensor(zeros: [2])
    tensors["base_model.model.norm.original_module.bias"] = Tensor(zeros: [2])
    let folder = try write(["peft_type": "LORA", "target_modules": ["q_proj"]], tensors)
    #expect(
      try AdapterDirectory(path: folder.path).wholeTensors == ["lm_head.weight", "norm.bias"])
  }

  /// Names under which programs that save through peft write the same matrix.
  @Test(
    "a matrix is found under each of its names",
    arguments: [
      "base_model.model.model.layers.0.mlp.up_proj.lora_A.weight",
      "base_model.model.model.layers.0.mlp.up_proj.lora_A.default.weight",
      "base_model.model.model.layers.0.mlp.up_proj.lora_A.my-adapter.weight",
      "base_model.model._orig_mod.model.layers.0.mlp.up_proj.lora_A.weight",
      "base_model.model.model.layers.0._fsdp_wrapped_module.mlp.up_proj.lora_A.weight",
      "model.layers.0.mlp.up_proj.lora_A.weight", "model.layers.0.mlp.up_proj.lora_A.x.weight",
    ])
  func names(name: String) throws {
    let module = "model.layers.0.mlp.up_proj"
    let other = name.replacingOccurrences(of: "lora_A", with: "lora_B")
    let folder = try write(
      ["peft_type": "LORA", "target_modules": ["up_proj"]],
      [name: Tensor(zeros: [2, 3]), other: Tensor(zeros: [4, 2])])
    let directory = try AdapterDirectory(path: folder.path)
    #expect(directory.adaptedModules == [module])
    #expect(directory.entry(.lowRankA, of: module)?.name == name)
    #expect(directory.entry(.lowRankA, of: module)?.nameInPEFT == AdapterDirectory.nameOfA(module))
  }

  @Test("two adapters in one file are refused, and a matrix that is there twice") func twice()
    throws
  {
    let config: JSONObject = ["peft_type": "LORA", "target_modules": ["q_proj"]]
    let start = "base_model.model.q_proj."
    var tensors = [
      start + "lora_A.one.weight": Tensor(zeros: [2, 3]),
      start + "lora_B.two.weight": Tensor(zeros: [3, 2]),
    ]
    #expect(try error(write(config, tensors))?.message.contains("`one`, `two`") == true)
    tensors = [
      start + "lora_A.weight": Tensor(zeros: [2, 3]),
      "q_proj.lora_A.weight": Tensor(zeros: [2, 3]),
    ]
    #expect(try error(write(config, tensors))?.message.contains("lora_A") == true)
  }

  static let foreignNames = [
    "base_model.model.up_proj.lora_magnitude_vector", "base_model.model.up_proj.lora_B.bias",
    "base_model.model.up_proj.lora_A.default.weight", "base_model.model.up_proj.lora_A.a.b.weight",
    "base_model.model.up_proj.lora_B.default.x", "base_model.model.up_proj.scales",
  ]

  @Test("refuses tensors that stand alone, or are of no known kind", arguments: foreignNames)
  func refusesForeignTensors(name: String) throws {
    var tensors = tensors()
    tensors[name] = Tensor(zeros: [2, 2])
    let config: JSONObject = ["peft_type": "LORA", "target_modules": ["q_proj", "up_proj"]]
    #expect(try error(write(config, tensors))?.message.contains("up_proj") == true)
  }

  @Test func needsTheMagnitudesThatTheConfigNames() throws {
    let config: JSONObject = [
      "peft_type": "LORA", "target_modules": ["q_proj"], "use_dora": true,
    ]
    var tensors = tensors()
    let name = AdapterDirectory.nameOfMagnitude(Self.module)
    #expect(try error(write(config, tensors))?.message.contains("magnitude_vector, [4]") == true)
    tensors[name] = Tensor(zeros: [3])
    #expect(try error(write(config, tensors))?.message.contains("magnitude_vector, [4]") == true)
    tensors[name] = Tensor(zeros: [4])
    let folder = try write(config, tensors)
    #expect(try AdapterDirectory(path: folder.path).config.usesDecomposition)
  }

  @Test func refusesMatricesThatDoNotFit() throws {
    let config: JSONObject = ["peft_type": "LORA", "target_modules": ["q_proj"]]
    var tensors = tensors()
    tensors[AdapterDirectory.nameOfB(Self.module)] = Tensor(zeros: [4, 3])
    #expect(try error(write(config, tensors))?.message.contains("lora_B, [out, 2]") == true)
    tensors[AdapterDirectory.nameOfB(Self.module)] = nil
    #expect(try error(write(config, tensors))?.message.contains("lora_B") == true)
    tensors = [AdapterDirectory.nameOfB(Self.module): Tensor(zeros: [4, 2])]
    #expect(try error(write(config, tensors))?.message.contains("lora_A") == true)
  }

  @Test func saysWhatIsMissing() throws {
    let folder = try TemporaryFolder()
    #expect(error(folder) == .missingFile(name: "adapter_config.json", folder: folder.path))
    try folder.put("adapter_config.json", "{}")
    #expect(error(folder) == .missingFile(name: "adapter_model.safetensors", folder: folder.path))
    try folder.put("adapter_model.bin", "x")
    #expect(error(folder) == .pickleCheckpoint(folder: folder.path, file: "adapter_model.bin"))
  }
}

extension JSONObject {
  /// This object's values in the order of `other`, whose keys it must have.
  fileprivate func merging(_ other: JSONObject) -> JSONObject {
    JSONObject(other.keys.compactMap { key in self[key].map { (key, $0) } })
  }
}
