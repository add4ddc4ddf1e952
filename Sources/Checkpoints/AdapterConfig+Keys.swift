import Serialization

/// A key of adapter_config.json, and what is done with it.
///
/// Every key of PEFT 0.21.2 is here, by kind. One that changes what an adapter computes is read or refused,
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
    case refused(String, neutral: [JSONValue] = [], remedy: AdapterRemedy = .merge)
  }

  private init(_ key: String, _ use: Use) {
    self.key = key
    self.use = use
  }

  /// The keys of every kind: a line each.
  private static let common: [AdapterKey] = [
    .init("peft_type", .read),
    .init("base_model_name_or_path", .read),
    .init("revision", .read),
    .init("target_modules", .read),
    .init("exclude_modules", .read),
    .init("modules_to_save", .read),
    .init("fan_in_fan_out", .read),
    .init(
      "task_type",
      .refused(
        "only adapters of language models and of heads for labels of texts are supported",
        neutral: ["CAUSAL_LM", "SEQ_2_SEQ_LM", "FEATURE_EXTRACTION", "SEQ_CLS"])),
    .init("auto_mapping", .idle("names Python classes")),
    .init("peft_version", .idle("who wrote the file")),
    .init("inference_mode", .idle("whether Python would train it")),
  ]

  /// Which layers carry an adapter, and how wide it is: of all kinds with a rank.
  private static let ofRanks: [AdapterKey] = [
    .init("r", .read),
    .init("layers_to_transform", .read),
    .init("layers_pattern", .read),
    .init("rank_pattern", .read),
    .init("alpha_pattern", .read),
  ]

  private static let ofLowRank: [AdapterKey] = [
    .init("lora_alpha", .read),
    .init("lora_dropout", .read),
    .init("use_rslora", .read),
    .init("use_dora", .read),
    .init("bias", .read),
    .init("lora_bias", .read),
    .init("trainable_token_indices", .read),
    .init("ensure_weight_tying", .read),
    .init(
      "layer_replication",
      .refused("it repeats layers of the base, which has fewer than the adapter needs")),
    .init("target_parameters", .read),
    .init(
      "alora_invocation_tokens",
      .refused("it works only after certain tokens", remedy: .trainAnother)),
    .init("use_qalora", .refused("QA-LoRA, which pools the inputs, is not supported")),
    .init("use_bdlora", .refused("block-diagonal adapters are not supported")),
    .init("arrow_config", .refused("it chooses among adapters", remedy: .trainAnother)),
    .init("kasa_config", .refused("KaSA, which scales by singular values, is not supported")),
    .init("monteclora_config", .refused("MonteCLoRA, which draws its weights, is not supported")),
    .init("velora_config", .refused("VeLoRA, which trains by other gradients, is not supported")),
    .init("megatron_config", .refused("Megatron layers are not supported")),
    .init(
      "init_lora_weights",
      .refused(
        "this start took a part out of the base that cannot be worked out again; saved by peft with "
          + "path_initial_model_for_weight_conversion it is a plain adapter",
        neutral: [true, "gaussian", "orthogonal", "eva", "mica", "pissa", "olora"])),
    .init("loftq_config", .idle("how the matrices began; init_lora_weights says whether")),
    .init("megatron_core", .idle("counts with megatron_config only")),
    .init("qalora_group_size", .idle("counts with use_qalora only")),
    .init("eva_config", .idle("how the matrices began")),
    .init("corda_config", .idle("how the matrices began; init_lora_weights says whether")),
    .init("lora_ga_config", .idle("how the matrices began; init_lora_weights says whether")),
    .init("runtime_config", .idle("where Python computes")),
  ]

  private static let ofAdaptiveRank: [AdapterKey] = [
    .init("init_r", .read),
    .init("target_r", .idle("how ranks were given out")),
    .init("tinit", .idle("how ranks were given out")),
    .init("tfinal", .idle("how ranks were given out")),
    .init("deltaT", .idle("how ranks were given out")),
    .init("beta1", .idle("how ranks were given out")),
    .init("beta2", .idle("how ranks were given out")),
    .init("orth_reg_weight", .idle("counts in training only")),
    .init("total_step", .idle("how ranks were given out")),
  ]

  private static let ofProducts: [AdapterKey] = [
    .init("alpha", .read),
    .init("rank_dropout", .idle("counts in training only")),
    .init("module_dropout", .idle("counts in training only")),
    .init("rank_dropout_scale", .idle("counts in training only")),
    .init("init_weights", .idle("how the matrices began")),
    .init("use_effective_conv2d", .idle("counts for convolutions only")),
    .init("decompose_both", .idle("the shapes of the matrices show it")),
    .init("decompose_factor", .idle("the shapes of the matrices show it")),
  ]

  private static let ofSharedMatrices: [AdapterKey] = [
    .init("bias", .read),
    .init("projection_prng_key", .idle("the matrices are in the file")),
    .init("save_projection", .read),
    .init("vera_dropout", .idle("counts in training only")),
    .init("d_initial", .idle("how the vectors began")),
    .init("init_weights", .idle("how the vectors began")),
  ]

  private static let ofFactors: [AdapterKey] = [
    .init("feedforward_modules", .idle("the shapes of the factors show it")),
    .init("init_ia3_weights", .idle("how the factors began")),
  ]

  private static let ofTokens: [AdapterKey] = [
    .init("token_indices", .read),
    .init("init_weights", .idle("how the vectors began")),
  ]

  /// The keys of a kind.
  static func all(of kind: AdapterKind) -> [AdapterKey] {
    switch kind {
    case .lowRank: common + ofRanks + ofLowRank
    case .adaptiveRank: common + ofRanks + ofLowRank + ofAdaptiveRank
    case .sharedMatrices: common + ofRanks + ofSharedMatrices
    case .elementwiseProduct, .kroneckerProduct: common + ofRanks + ofProducts
    case .factors: common + ofFactors
    case .norms: common
    case .tokens: common + ofTokens
    }
  }

  /// Refuses a config with a setting that would change what the adapter computes.
  ///
  /// A key that is not known is refused as well, unless it is off: of what another version added
  /// nobody here knows whether it counts. Names that begin with `_` or `tunebook` are notes.
  static func refuse(_ file: ConfigReader, _ kind: AdapterKind) throws(CheckpointError) {
    let uses = Dictionary(uniqueKeysWithValues: all(of: kind).map { ($0.key, $0.use) })
    for (key, value) in file.object.entries where !value.isOff {
      switch uses[key] {
      case .read, .idle: continue
      case .refused(let reason, let neutral, let remedy):
        guard !neutral.contains(value) else { continue }
        throw .unsupportedAdapter(
          path: file.path, key: key, value: shown(value.text), reason: reason, remedy: remedy)
      case nil:
        if key.hasPrefix("_") || key.hasPrefix("tunebook") { continue }
        throw .unsupportedAdapter(
          path: file.path, key: key, value: shown(value.text),
          reason: "this setting is not known here, and may change what the adapter does; "
            + "where it does not, take it out of the file", remedy: .merge)
      }
    }
  }
}
