import CPU
import Checkpoints
import Models
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

/// Configs that are a known family's under another name, or a part of a larger model's.
@Suite("Configs of renamed models and of parts") struct OtherConfigsTests {
  static func acme(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
    tinyConfig(
      [("model_type", "acme"), ("architectures", ["LlamaForCausalLM"])] + changes)
  }

  @Test("a renamed type is read as the family of its architecture, and told") func renamed() throws
  {
    let config = try ModelConfig(Self.acme([("rope_theta", 500), ("use_cache", true)]))
    #expect(config.modelType == "llama" && config.thetas == [500])
    #expect(config.notes.count == 1 && config.notes[0].contains("`model_type` \"acme\""))
    // What is written is of the known type, and nothing is told of it.
    let again = try ModelConfig(config.json)
    #expect(again.blueprint == config.blueprint && again.notes.isEmpty)
    #expect(try ModelConfig(tinyConfig()).notes.isEmpty)
  }

  static let strange: [(key: String, value: JSONValue)] = [
    ("skip_every", 3), ("sliding_window", 8), ("auto_map", ["AutoConfig": "x.Y"]),
    ("attention_bonus", true),
  ]

  @Test("with a key that its family does not read it is refused", arguments: strange)
  func refusesStrange(key: String, value: JSONValue) throws {
    let error = failure { () throws(CheckpointError) in
      try ModelConfig(Self.acme([(key, value)]), path: "c")
    }
    guard case .unsupported("c", key, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // Nothing said under that key changes nothing.
    _ = try ModelConfig(Self.acme([(key, .null)]))
  }

  @Test(
    "without one known architecture the type is unknown",
    arguments: [[], ["AcmeForCausalLM"], ["LlamaForCausalLM", "X"]] as [[JSONValue]])
  func unknown(architectures: [JSONValue]) throws {
    let error = failure { () throws(CheckpointError) in
      try ModelConfig(Self.acme([("architectures", .array(architectures))]), path: "c")
    }
    guard case .unknownModelType = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// As the hub has them, and as version 5 of transformers writes them.
  @Test(
    "the part for texts of a model for images is read under either name",
    arguments: ["language_model.model.", "model.language_model.", "model."])
  func textPart(prefix: String) throws {
    let folder = try TemporaryFolder()
    let whole: JSONObject = [
      "model_type": "gemma3", "torch_dtype": "bfloat16", "eos_token_id": [1, 3],
      "vision_config": ["hidden_size": 4],
      "text_config": .object(tinyConfig([("model_type", nil), ("eos_token_id", nil)])),
    ]
    let config = try ModelConfig(whole)
    #expect(config.modelType == "gemma3_text" && config.endOfSequenceIDs == [1, 3])
    let model = Transformer(untrained: config, seed: 3)
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in model.namedTensors { tensors[prefix + name.dropFirst(6)] = tensor }
    for name in ["vision_tower.x.weight", "model.multi_modal_projector.y"] {
      tensors[name] = Tensor([1, 2], shape: [2])
    }
    func write(_ tensors: [String: Tensor], _ config: JSONObject, _ name: String) throws -> String {
      let path = folder.path + "/" + name
      try ModelDirectory.write(
        ModelContents(config: config, tokenizer: Array("{}".utf8)), tensors: tensors,
        as: .float32, to: path)
      return path
    }
    let files = try ModelFiles(path: write(tensors, whole, "whole"))
    #expect(files.contents.notes.contains { $0.contains("the part for texts of a gemma3 model") })
    #expect(files.contents.config["text_config"] == nil)
    #expect(files.contents.config["architectures"] == ["Gemma3ForCausalLM"])
    let read = try Transformer(reading: files, on: CPUDevice())
    #expect(read.bits == model.bits)
    // What belongs to neither part would be left out without a word.
    tensors["audio_tower.x"] = Tensor([1], shape: [1])
    let path = try write(tensors, whole, "more")
    let error = failure { () throws(CheckpointError) in
      try Transformer(reading: ModelFiles(path: path), on: CPUDevice())
    }
    guard case .unusedTensors(_, ["audio_tower.x"]) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("what a family calls a key otherwise counts, as in transformers") func aliases() throws {
    let gpt2: JSONObject = [
      "model_type": "gpt2", "vocab_size": 16, "n_embd": 24, "n_head": 3, "n_layer": 1,
      "n_positions": 32, "bos_token_id": 1, "eos_token_id": 2,
    ]
    var both = gpt2
    both["num_hidden_layers"] = 2
    #expect(try ModelConfig(both).layerCount == 2)
    both["num_hidden_layers"] = .null
    #expect(try ModelConfig(both).layerCount == 1)
    let internlm = tinyConfig([("model_type", "internlm3"), ("bias", true), ("qkv_bias", true)])
    #expect(try ModelConfig(internlm).biases == [true, true, true])
  }

  static let impossible: [(family: String, changes: [(String, JSONValue?)], key: String)] = [
    ("falcon", [("new_decoder_architecture", true), ("parallel_attn", false)], "parallel_attn"),
    ("falcon", [("num_ln_in_parallel_attn", 2)], "num_ln_in_parallel_attn"),
    ("falcon", [("new_decoder_architecture", true), ("num_kv_heads", 3)], "num_kv_heads"),
    ("gptj", [("n_embd", 8), ("n_head", 2), ("rotary_dim", 3)], "rotary_dim"),
    ("gptj", [("n_embd", 8), ("n_head", 2), ("rotary_dim", 6)], "rotary_dim"),
    ("opt", [("layer_norm_elementwise_affine", false)], "layer_norm_elementwise_affine"),
    ("mpt", [("attn_config", ["clip_qkv": 8])], "clip_qkv"),
    ("mpt", [("attn_config", ["alibi": false])], "alibi"),
    ("gpt_neo", [("attention_types", [[["global"], 2]])], "attention_types"),
    ("gpt_neo", [("attention_types", [[["ring"], 1]])], "attention_types"),
    ("gpt_neo", [("attention_types", [[["global"], 1_000_000_000]])], "attention_types"),
    ("internlm3", [("bias", true)], "mlp_bias"),
    ("stablelm", [("qk_layernorm", true)], "qk_layernorm"),
    ("stablelm", [("head_dim", 6)], "head_dim"), ("cohere", [("use_qk_norm", true)], "use_qk_norm"),
    ("olmo", [("clip_qkv", 8)], "clip_qkv"),
    ("smollm3", [("no_rope_layers", [])], "no_rope_layers"),
    ("smollm3", [("no_rope_layers", ["x"])], "no_rope_layers"),
    ("granite", [("residual_multiplier", 0)], "residual_multiplier"),
    ("cohere2", [("sliding_window", .null)], "sliding_window"),
  ]

  @Test("what cannot be computed is refused by name", arguments: impossible)
  func refuses(family: String, changes: [(String, JSONValue?)], key: String) throws {
    let object = tinyConfig([("model_type", .string(family))] + changes)
    let error = failure { () throws(CheckpointError) in try ModelConfig(object) }
    #expect(error?.message.contains("`\(key)`") == true, "\(String(describing: error))")
  }
}
