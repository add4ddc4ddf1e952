import Serialization

/// A key of adapter_config.json, and what is done with it.
///
/// Every key of PEFT 0.21.2 is here. One that changes what an adapter computes is read or refused,
/// never left out without a word.
struct AdapterKey: Sendable {
  let key: String
  let use: Use

  /// What is done with a key.
  enum Use: Sendable {
    /// Its value counts.
    case read
    /// It changes nothing about an adapter that is there already, for the reason given.
    case idle(String)
    /// Refused unless it is off, that is null, false, 0 or empty, or one of these values.
    case refused(String, neutral: [JSONValue] = [])
  }

  private init(_ key: String, _ use: Use) {
    self.key = key
    self.use = use
  }

  /// Every known key: a line each.
  static let all: [AdapterKey] = [
    .init("peft_type", .read),
    .init("base_model_name_or_path", .read),
    .init("revision", .read),
    .init("r", .read),
    .init("lora_alpha", .read),
    .init("lora_dropout", .read),
    .init("target_modules", .read),
    .init("use_rslora", .read),
    .init("use_dora", .read),
    .init("rank_pattern", .read),
    .init("alpha_pattern", .read),
    .init("modules_to_save", .read),
    .init("fan_in_fan_out", .read),

    .init(
      "task_type",
      .refused(
        "only adapters of language models are supported",
        neutral: ["CAUSAL_LM", "SEQ_2_SEQ_LM", "FEATURE_EXTRACTION"])),
    .init(
      "bias", .refused("trained biases are not supported; only \"none\" is", neutral: ["none"])),
    .init("lora_bias", .refused("a bias inside the adapter is not supported")),
    .init("layers_to_transform", .refused("adapters on some layers only are not supported")),
    .init("layers_pattern", .refused("adapters on some layers only are not supported")),
    .init("layer_replication", .refused("replicated layers are not supported")),
    .init(
      "exclude_modules", .refused("excluded modules are not supported; list the targets")),
    .init("trainable_token_indices", .refused("training single tokens is not supported")),
    .init("target_parameters", .refused("adapters on bare parameters are not supported")),
    .init(
      "alora_invocation_tokens",
      .refused("an adapter that works only after certain tokens is not supported")),
    .init("use_qalora", .refused("QA-LoRA, which pools the inputs, is not supported")),
    .init("use_bdlora", .refused("block-diagonal adapters are not supported")),
    .init("arrow_config", .refused("routing between adapters is not supported")),
    .init("kasa_config", .refused("KaSA, which scales by singular values, is not supported")),
    .init("monteclora_config", .refused("MonteCLoRA, which draws its weights, is not supported")),
    .init("velora_config", .refused("VeLoRA, which trains by other gradients, is not supported")),
    .init("ensure_weight_tying", .refused("tied modules that are saved whole are not supported")),
    .init("megatron_config", .refused("Megatron layers are not supported")),
    .init("loftq_config", .refused("LoftQ, which changes the base model, is not supported")),
    .init(
      "init_lora_weights",
      .refused(
        "this start changes the base model, which is not supported",
        neutral: [true, "gaussian", "orthogonal", "eva"])),

    .init("auto_mapping", .idle("names Python classes")),
    .init("peft_version", .idle("who wrote the file")),
    .init("inference_mode", .idle("whether Python would train it")),
    .init("megatron_core", .idle("counts with megatron_config only")),
    .init("qalora_group_size", .idle("counts with use_qalora only")),
    .init("eva_config", .idle("how the matrices began")),
    .init("corda_config", .idle("how the matrices began; init_lora_weights says whether")),
    .init("lora_ga_config", .idle("how the matrices began; init_lora_weights says whether")),
    .init("runtime_config", .idle("where Python computes")),
  ]

  private static let uses = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0.use) })

  /// Refuses a config with a setting that would change what the adapter computes.
  ///
  /// A key that is not known is refused as well, unless it is off: of what another version added
  /// nobody here knows whether it counts. Names that begin with `_` or `tunebook` are notes.
  static func refuse(_ file: ConfigReader) throws(CheckpointError) {
    for (key, value) in file.object.entries where !value.isOff {
      switch uses[key] {
      case .read, .idle: continue
      case .refused(let reason, let neutral):
        guard !neutral.contains(value) else { continue }
        throw .unsupported(path: file.path, key: key, value: shown(value.text), reason: reason)
      case nil:
        if key.hasPrefix("_") || key.hasPrefix("tunebook") { continue }
        throw .unsupported(
          path: file.path, key: key, value: shown(value.text),
          reason: "this setting is not known here, and may change what the adapter does; "
            + "where it does not, take it out of the file")
      }
    }
  }
}
