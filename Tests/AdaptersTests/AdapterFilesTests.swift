import Adapters
import Autograd
import Checkpoints
import Models
import Serialization
import Tensors
import TestSupport
import Testing

@Suite("Adapter files") struct AdapterFilesTests {
  private let ids: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6]

  @Test(
    "an adapter written and read again has the same bits",
    arguments: [
      TargetModules.allLinear, .named(["q_proj", "up_proj"]),
      .named(["model.layers.1.mlp.down_proj"]),
    ], [false, true])
  func roundTrip(targets: TargetModules, isRankStabilized: Bool) throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel.make(isTied: false)
    let settings = LowRankSettings(
      rank: 3, alpha: 5, dropout: 0.25, targets: targets, isRankStabilized: isRankStabilized)
    let adapter = try LowRankAdapter(attachingTo: model, settings, seed: 4)
    for parameter in adapter.parameters where parameter.name.hasSuffix("lora_B.weight") {
      parameter.value.add(sampleTensor(parameter.value.shape))
    }
    try adapter.write(to: place(folder), baseModel: "base")
    let directory = try AdapterDirectory(path: place(folder))
    #expect(directory.config.baseModel == "base")
    let other = try TinyModel.make(isTied: false)
    let read = try LowRankAdapter(reading: directory, attachingTo: other)
    #expect(read.parameters.map(\.name) == adapter.parameters.map(\.name))
    #expect(read.parameters.map(\.value.bits) == adapter.parameters.map(\.value.bits))
    #expect(read.settings.dropout == 0.25 && read.settings.scale == settings.scale)
    #expect(other.logits(ofAll: ids).bits == model.logits(ofAll: ids).bits)
  }

  /// peft puts an adapter on every module that `target_modules` name: were `down_proj` written for
  /// one layer's, it would look for matrices of the others.
  @Test("the config names the layers that were changed, and no more") func writtenTargets() throws {
    let folder = try TemporaryFolder()
    let one = ["model.layers.1.mlp.down_proj"]
    let model = try TinyModel.make(isTied: true)
    let adapter = try LowRankAdapter(
      attachingTo: model, LowRankSettings(rank: 2, targets: .named(one)), seed: 1)
    try adapter.write(to: place(folder), baseModel: nil)
    #expect(try AdapterDirectory(path: place(folder)).config.targets == .modules(one))
  }

  @Test("a card lies beside it; one that a person wrote stays") func card() throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel.make(isTied: true)
    let adapter = try LowRankAdapter(attachingTo: model, LowRankSettings(rank: 2), seed: 1)
    let card = { try String(decoding: folder.bytes(of: "adapter/README.md"), as: UTF8.self) }
    for base in ["finch", "a\"b\n---"] {
      try adapter.write(to: place(folder), baseModel: base)
      #expect(try card().hasPrefix("---\nbase_model: \(JSONValue.string(base).text)\n"))
    }
    try folder.put("adapter/README.md", Array("mine".utf8))
    try adapter.write(to: place(folder), baseModel: "finch")
    #expect(try card() == "mine")
  }

  @Test("peft's own file is written with the settings it had") func keepsSettings() throws {
    let folder = try TemporaryFolder()
    let golden = GoldenModel.tied
    let original = try AdapterDirectory(path: golden.adapterPath)
    let adapter = try LowRankAdapter(reading: original, attachingTo: golden.model())
    try adapter.write(to: place(folder), baseModel: nil)
    let written = try AdapterDirectory(path: place(folder))
    #expect(written.config.targets == original.config.targets)
    #expect(written.config.baseModel == "llama-tied")
    for name in original.tensorNames {
      #expect(try written.tensor(named: name).bits == original.tensor(named: name).bits)
    }
  }

  // MARK: Layers with a rank or an alpha of their own

  /// Keys, and the two layers' scales: alpha is 6 but where the pattern makes it 12, and ranks are
  /// those of the matrices, 4 and 2.
  static let keysAndScales: [(String, [Float])] = [
    ("q_proj", [3, 6]), ("layers.0.self_attn.q_proj", [3, 3]),
    ("model.layers.1.self_attn.q_proj", [1.5, 6]), ("o_proj", [1.5, 3]),
  ]

  /// The second layer's rank, which is not the common one.
  private static let ranks: (String, JSONValue) = (
    "rank_pattern", ["model.layers.1.self_attn.q_proj": 2]
  )

  @Test("each layer has its own rank and alpha", arguments: keysAndScales)
  func patterns(key: String, expected: [Float]) throws {
    let folder = try TemporaryFolder()
    try putAdapter(
      in: folder, [Self.ranks, ("alpha_pattern", .object(JSONObject([(key, .integer(12))])))])
    let model = try TinyModel.make(isTied: true)
    _ = try LowRankAdapter(reading: AdapterDirectory(path: folder.path), attachingTo: model)
    #expect(model.linears.compactMap { $0.adapter?.scale } == expected)
  }

  @Test("of two patterns that fit, the first counts, as in peft") func firstPattern() throws {
    let folder = try TemporaryFolder()
    try putAdapter(
      in: folder, [Self.ranks, ("alpha_pattern", ["self_attn.q_proj": 8, "q_proj": 12])])
    let model = try TinyModel.make(isTied: true)
    _ = try LowRankAdapter(reading: AdapterDirectory(path: folder.path), attachingTo: model)
    #expect(model.linears.compactMap { $0.adapter?.scale } == [8.0 / 4, 8.0 / 2])
  }

  /// Regular expressions, and the two layers' scales: alpha is 6 but where one fits, where it is 12.
  static let patternsAndScales: [(String, [Float])] = [
    (#"layers\.0\..*q_proj"#, [3, 3]), ("^model.layers.0.self_attn.q_proj", [3, 3]),
    ("q_proj|k_proj", [3, 6]), ("layers.[01].self_attn.q", [1.5, 3]), ("q", [1.5, 3]),
    ("model.layers.[1-9].self_attn.q_pro.", [1.5, 6]),
  ]

  @Test("a pattern is a regular expression over the end of a path", arguments: patternsAndScales)
  func expressions(key: String, expected: [Float]) throws {
    let folder = try TemporaryFolder()
    try putAdapter(
      in: folder, [Self.ranks, ("alpha_pattern", .object(JSONObject([(key, .integer(12))])))])
    let model = try TinyModel.make(isTied: true)
    _ = try LowRankAdapter(reading: AdapterDirectory(path: folder.path), attachingTo: model)
    #expect(model.linears.compactMap { $0.adapter?.scale } == expected)
  }

  @Test("what is no regular expression is refused", arguments: ["q_proj(", "*q", "[z-a]"])
  func noExpression(key: String) throws {
    let folder = try TemporaryFolder()
    try putAdapter(in: folder, [("alpha_pattern", .object(JSONObject([(key, .integer(12))])))])
    let error = try attachFailure(folder, TinyModel.make(isTied: true))
    guard case .file(.unsupported(_, "alpha_pattern", _, _)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  // MARK: Adapters of another model

  @Test("layers that the model does not have are named") func unused() throws {
    let folder = try TemporaryFolder()
    try putAdapter(
      in: folder,
      layers: [("model.layers.0.self_attn.q_proj", 4), ("model.layers.7.mlp.up_proj", 4)])
    let model = try TinyModel.make(isTied: true)
    let error = try attachFailure(folder, model)
    guard case .unusedTensors(["model.layers.7.mlp.up_proj"]) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(model.linears.allSatisfy { $0.adapter == nil })
  }

  @Test("matrices of another width are refused, the model unchanged") func wrongWidth() throws {
    let model = try TinyModel.make(isTied: true)
    let directory = try AdapterDirectory(path: GoldenModel.tied.adapterPath)
    let error = failure { () throws(AdapterError) in
      try LowRankAdapter(reading: directory, attachingTo: model)
    }
    guard case .file(.wrongShape(_, _, [32, 32], [24, 19])) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(model.linears.allSatisfy { $0.adapter == nil })
  }

  private func attachFailure(_ folder: TemporaryFolder, _ model: Transformer) throws
    -> AdapterError?
  {
    let directory = try AdapterDirectory(path: folder.path)
    return failure { () throws(AdapterError) in
      try LowRankAdapter(reading: directory, attachingTo: model)
    }
  }

  private func place(_ folder: TemporaryFolder) -> String { folder.path + "/adapter" }

  /// Writes an adapter of alpha 6 for `layers`, paths with ranks, as wide as a query projection.
  private func putAdapter(
    in folder: TemporaryFolder, _ changes: [(String, JSONValue)] = [],
    layers: [(path: String, rank: Int)] = [
      ("model.layers.0.self_attn.q_proj", 4), ("model.layers.1.self_attn.q_proj", 2),
    ]
  ) throws {
    var config: JSONObject = [
      "peft_type": "LORA", "r": 4, "lora_alpha": 6, "target_modules": ["q_proj"],
    ]
    for (key, value) in changes { config[key] = value }
    var tensors: [String: Tensor] = [:]
    for (path, rank) in layers {
      tensors[AdapterDirectory.nameOfA(path)] = sampleTensor([rank, 19])
      tensors[AdapterDirectory.nameOfB(path)] = sampleTensor([24, rank])
    }
    try Safetensors.write(
      tensors, as: .float32, to: folder.path + "/" + AdapterDirectory.weightsName)
    try folder.put(AdapterDirectory.configName, Array(JSONValue.object(config).text.utf8))
  }
}
