import Checkpoints
import Foundation
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

/// Each key of an adapter's config is read, or means nothing, or is refused by name.
@Suite("Keys of adapters") struct AdapterKeyTests {
  /// Every key that PEFT 0.21.2 writes: what it writes by default, and a value that would change
  /// what the adapter computes, where one is refused.
  static let keys: [(key: String, byDefault: JSONValue, refused: JSONValue?)] = [
    ("task_type", nil, "TOKEN_CLS"), ("peft_type", "LORA", "PROMPT_TUNING"),
    ("auto_mapping", nil, nil),
    ("peft_version", "0.21.2", nil), ("base_model_name_or_path", nil, nil), ("revision", nil, nil),
    ("inference_mode", false, nil), ("r", 8, nil), ("target_modules", ["q_proj"], nil),
    ("exclude_modules", nil, nil), ("lora_alpha", 8, nil), ("lora_dropout", 0.0, nil),
    ("fan_in_fan_out", false, nil), ("bias", "none", nil), ("use_rslora", false, nil),
    ("modules_to_save", nil, nil), ("init_lora_weights", true, "pissa_niter_4"),
    ("layers_to_transform", nil, nil), ("layers_pattern", nil, nil),
    ("rank_pattern", [:], nil),
    ("alpha_pattern", [:], nil), ("megatron_config", nil, ["a": 1]),
    ("megatron_core", "megatron.core", nil), ("trainable_token_indices", nil, nil),
    ("loftq_config", [:], nil), ("eva_config", nil, nil), ("corda_config", nil, nil),
    ("lora_ga_config", nil, nil), ("use_dora", false, nil), ("velora_config", nil, ["groups": 2]),
    ("alora_invocation_tokens", nil, [1, 2]), ("use_qalora", false, true),
    ("qalora_group_size", 16, nil), ("monteclora_config", nil, ["samples": 2]),
    ("layer_replication", nil, [[0, 1]]), ("lora_bias", false, nil),
    ("target_parameters", nil, ["a"]), ("use_bdlora", nil, ["nblocks": 2]),
    ("arrow_config", nil, ["top_k": 2]), ("kasa_config", nil, ["beta": 1]),
    ("ensure_weight_tying", false, nil),
  ]

  private func config(_ object: JSONObject) throws(CheckpointError) -> AdapterConfig {
    try AdapterConfig(fileContents: Array(JSONValue.object(object).text.utf8), path: "a.json")
  }

  private static let defaults = JSONObject(keys.map { ($0.key, $0.byDefault) })

  @Test("what PEFT writes by default is taken") func byDefault() throws {
    _ = try config(Self.defaults)
  }

  @Test("what would change the adapter is refused by name", arguments: keys)
  func refused(key: String, byDefault: JSONValue, value: JSONValue?) {
    guard let value else { return }
    var object = Self.defaults
    object[key] = value
    let error = failure { () throws(CheckpointError) in try config(object) }
    guard case .unsupportedAdapter("a.json", key, _, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    "starts that leave the base as it is, and those that can be worked out again",
    arguments: [
      (true, .plain), (false, .plain), ("gaussian", .plain), ("eva", .plain), ("mica", .plain),
      ("pissa", .largestParts), ("olora", .orthogonalFactor),
    ] as [(JSONValue, AdapterConfig.Start)])
  func starts(start: JSONValue, expected: AdapterConfig.Start) throws {
    var object = Self.defaults
    object["init_lora_weights"] = start
    #expect(try config(object).start == expected)
  }

  @Test(
    "other starts are refused, with what to type in Python",
    arguments: ["pissa_niter_4", "corda", "loftq", "lora_ga", "new"])
  func lostStarts(start: String) throws {
    var object = Self.defaults
    object["init_lora_weights"] = .string(start)
    let error = failure { () throws(CheckpointError) in try config(object) }
    #expect(error?.message.contains(start) == true)
    #expect(error?.diagnostic.hints.isEmpty == false)
  }

  /// The kinds of PEFT 0.21.2 that are not read.
  @Test(
    "another kind of adapter is refused by its name, with what to do",
    arguments: [
      "PROMPT_TUNING", "MULTITASK_PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING", "ADAMSS", "BOFT",
      "ADAPTION_PROMPT", "BEFT", "LILY", "OFT", "POLY", "FROD", "PVERA", "FOURIERFT", "GLORA",
      "XLORA", "HRA", "VBLORA", "UNILORA", "CPT", "MISS", "RANDLORA", "ROAD", "HIRA", "SHIRA",
      "C3A", "WAVEFT", "OSF", "DELORA", "GRALORA", "CARTRIDGE", "TINYLORA", "PSOFT", "PEANUT",
      "SHADOW", "SUPERTUNING", "DEFT", "lora", "",
    ])
  func kinds(type: String) throws {
    let error = failure { () throws(CheckpointError) in try config(["peft_type": .string(type)]) }
    guard case .unsupportedAdapter("a.json", "peft_type", "\"\(type)\"", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.diagnostic.hints.count == 1)
  }

  @Test("a key that nobody knows is refused unless it is off")
  func unknown() throws {
    for value in [nil, false, 0, [], [:], ""] as [JSONValue] {
      var object = Self.defaults
      object["use_something_new"] = value
      _ = try config(object)
    }
    var object = Self.defaults
    object["use_something_new"] = true
    let error = failure { () throws(CheckpointError) in try config(object) }
    #expect(error?.message.contains("`use_something_new` is true") == true)
    object["use_something_new"] = nil
    object["tunebook_rows"] = "chat"
    _ = try config(object)
  }
}
