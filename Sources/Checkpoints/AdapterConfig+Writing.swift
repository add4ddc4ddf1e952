package import Serialization

extension AdapterConfig {
  /// The adapter_config.json: every key that PEFT 0.21 writes, and those that were read.
  package var json: JSONObject {
    // Other kinds than LoRA are written as they were read: none is made here.
    guard kind == .lowRank else { return raw }
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
    let ranks = orderedRankPattern.map { ($0.key, JSONValue.integer($0.value)) }
    let alphas = orderedAlphaPattern.map { ($0.key, Self.shortest($0.value)) }
    let targetModules: JSONValue =
      switch targets {
      case .modules(let names): texts(names.sorted())
      case .pattern(let pattern): .string(pattern)
      }
    let own: JSONObject = [
      "peft_type": .string(kind.rawValue), "task_type": text(taskType),
      "base_model_name_or_path": text(baseModel),
      "revision": text(revision), "inference_mode": true, "r": .integer(rank),
      "lora_alpha": Self.shortest(alpha),
      "lora_dropout": .number(dropout), "target_modules": targetModules,
      "target_parameters": targetParameters.isEmpty ? .null : texts(targetParameters),
      "modules_to_save": modulesToSave.isEmpty ? .null : texts(modulesToSave.sorted()),
      "use_rslora": .bool(usesRankStabilization), "use_dora": .bool(usesDecomposition),
      "fan_in_fan_out": .bool(fanInFanOut),
      "rank_pattern": .object(JSONObject(ranks)), "alpha_pattern": .object(JSONObject(alphas)),
    ]
    var object = raw.isEmpty ? Self.constants : raw
    for (key, value) in own.entries { object[key] = value }
    if !tokenRows.isEmpty { object["trainable_token_indices"] = writtenTokenRows }
    return object
  }

  /// A list of tokens, or one for each module that is named.
  private var writtenTokenRows: JSONValue {
    func list(_ tokens: [Int]) -> JSONValue { .array(tokens.map { .integer($0) }) }
    if let only = tokenRows.first, only.module == nil { return list(only.tokens) }
    return .object(JSONObject(tokenRows.map { ($0.module ?? "", list($0.tokens)) }))
  }

  /// The alphas of single modules in the order of the file, which counts: peft takes the first key
  /// that fits.
  package var orderedAlphaPattern: [(key: String, value: Double)] {
    inOrder(alphaPattern, "alpha_pattern")
  }

  /// The ranks of single modules, in the order of the file.
  package var orderedRankPattern: [(key: String, value: Int)] {
    inOrder(rankPattern, "rank_pattern")
  }

  /// The members of `pattern` in the order in which the file has them; new ones last, by name.
  private func inOrder<Value>(
    _ pattern: [String: Value], _ name: String
  ) -> [(key: String, value: Value)] {
    let known = raw[name]?.object?.keys ?? []
    let new = pattern.keys.filter { !known.contains($0) }.sorted()
    return (known + new).compactMap { key in pattern[key].map { (key: key, value: $0) } }
  }

  /// A number as PEFT writes it: without a point where it is whole.
  private static func shortest(_ number: Double) -> JSONValue {
    Int(exactly: number).map { .integer($0) } ?? .number(number)
  }

  /// What a plain LoRA adapter says for the settings that are not used here.
  private static let constants: JSONObject = [
    "auto_mapping": nil, "bias": "none", "exclude_modules": nil, "init_lora_weights": true,
    "layer_replication": nil, "layers_pattern": nil, "layers_to_transform": nil,
    "loftq_config": [:], "lora_bias": false, "megatron_config": nil,
    "megatron_core": "megatron.core", "peft_version": "0.21.2",
    "trainable_token_indices": nil,
  ]
}
