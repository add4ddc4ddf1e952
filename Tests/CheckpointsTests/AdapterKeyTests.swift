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
    ("task_type", nil, "SEQ_CLS"), ("peft_type", "LORA", "IA3"), ("auto_mapping", nil, nil),
    ("peft_version", "0.21.2", nil), ("base_model_name_or_path", nil, nil), ("revision", nil, nil),
    ("inference_mode", false, nil), ("r", 8, nil), ("target_modules", ["q_proj"], nil),
    ("exclude_modules", nil, ["v_proj"]), ("lora_alpha", 8, nil), ("lora_dropout", 0.0, nil),
    ("fan_in_fan_out", false, nil), ("bias", "none", "all"), ("use_rslora", false, nil),
    ("modules_to_save", nil, nil), ("init_lora_weights", true, "pissa_niter_4"),
    ("layers_to_transform", nil, [0]), ("layers_pattern", nil, "layers"),
    ("rank_pattern", [:], nil),
    ("alpha_pattern", [:], nil), ("megatron_config", nil, ["a": 1]),
    ("megatron_core", "megatron.core", nil), ("trainable_token_indices", nil, [1]),
    ("loftq_config", [:], ["loftq_bits": 4]), ("eva_config", nil, nil), ("corda_config", nil, nil),
    ("lora_ga_config", nil, nil), ("use_dora", false, nil), ("velora_config", nil, ["groups": 2]),
    ("alora_invocation_tokens", nil, [1, 2]), ("use_qalora", false, true),
    ("qalora_group_size", 16, nil), ("monteclora_config", nil, ["samples": 2]),
    ("layer_replication", nil, [[0, 1]]), ("lora_bias", false, true),
    ("target_parameters", nil, ["a"]), ("use_bdlora", nil, ["nblocks": 2]),
    ("arrow_config", nil, ["top_k": 2]), ("kasa_config", nil, ["beta": 1]),
    ("ensure_weight_tying", false, true),
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
    guard case .unsupported("a.json", key, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    "starts that leave the base as it is",
    arguments: [true, false, "gaussian", "eva"] as [JSONValue])
  func starts(start: JSONValue) throws {
    var object = Self.defaults
    object["init_lora_weights"] = start
    _ = try config(object)
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
