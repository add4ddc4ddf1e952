import Checkpoints
import Models
import Serialization
import Tensors
import TestSupport
import Testing

/// What a config.json means that leaves keys out: the values of transformers 5.24's configs.
@Suite("What families mean by a key left out") struct FamilyDefaultsTests {
  /// A family's values where the file says nothing but its name.
  struct Row: Sendable, CustomStringConvertible {
    let description: String
    /// hidden_size, intermediate_size, num_hidden_layers, num_attention_heads,
    /// num_key_value_heads, head width, vocab_size, max_position_embeddings.
    let sizes: [Int]
    let theta: Double?
    /// Of the last layer, where it is another.
    var lastTheta: Double??
    let isTied: Bool
    let activation: Activation
    /// Each kind of layer: the window of the first, of the sixth.
    let windows: [Int?]
    var windowedTheta: Double?
    var queryScalar: Double
    var caps: [Double?] = [nil, nil]
    /// Of queries and keys, of attention's output, of the feed-forward layer.
    var biases = [false, false, false]
    var epsilon = 1e-6
    var scaling = RopeScaling.none
  }

  @Test("every key left out", arguments: rows) func all(row: Row) throws {
    let config = try ModelConfig(["model_type": .string(row.description)])
    #expect(
      [
        config.hiddenSize, config.intermediateSize, config.layerCount, config.headCount,
        config.keyValueHeadCount, config.headWidth, config.vocabularySize, config.maximumPositions,
      ] == row.sizes)
    // Of gemma 3's 26 layers both are ones with a window.
    let theta = row.windowedTheta ?? row.theta
    #expect(config.thetas.first == theta && config.thetas.last == (row.lastTheta ?? theta))
    #expect(config.scaling ?? .none == row.scaling)
    #expect((config.isTied, config.normEpsilon) == (row.isTied, row.epsilon))
    #expect(config.activation == row.activation)
    #expect([config.windows[0], config.windows[min(5, config.layerCount - 1)]] == row.windows)
    #expect(config.caps == row.caps)
    #expect(config.queryScalar == row.queryScalar)
    #expect(config.biases == row.biases)
  }

  @Test("there is a row for every family") func everyFamily() {
    #expect(Set(Self.rows.map(\.description)) == Set(ModelConfig.knownTypes))
  }

  @Test("each key left out alone", arguments: rows) func each(row: Row) throws {
    let whole = try ModelConfig(["model_type": .string(row.description)])
    let written = whole.json
    for key in written.keys where key != "model_type" {
      var less = written
      less[key] = nil
      let config = try ModelConfig(less)
      #expect(config.blueprint == whole.blueprint, "without \(key)")
    }
  }

  static let nulls: [(family: String, key: String, expected: [Int?])] = [
    ("llama", "num_key_value_heads", [2]), ("mistral", "sliding_window", [nil]),
    ("llama", "head_dim", [4]), ("qwen3", "head_dim", [128]),
  ]

  @Test("null is none where there may be none, else as left out", arguments: nulls)
  func null(family: String, key: String, expected: [Int?]) throws {
    let config = try ModelConfig(tinyConfig([("model_type", .string(family)), (key, .null)]))
    switch key {
    case "num_key_value_heads": #expect(config.keyValueHeadCount == expected[0])
    case "head_dim": #expect(config.headWidth == expected[0])
    default: #expect(config.windows == expected)
    }
  }

  @Test("mistral has a window unless the file says that it has none")
  func mistralWindow() throws {
    let long: [(String, JSONValue?)] = [
      ("model_type", "mistral"), ("max_position_embeddings", 8192),
    ]
    #expect(try ModelConfig(tinyConfig(long)).windows == [4096])
    let none = try ModelConfig(tinyConfig(long + [("sliding_window", .null)]))
    #expect(none.windows == [nil])
    #expect(try ModelConfig(none.json).blueprint == none.blueprint)
  }

  // MARK: Positions

  /// theta and scaling by transformers 5.24, for llama and gemma 3.
  static let thetas:
    [(family: String, keys: [(String, JSONValue?)], theta: Double, scaling: RopeScaling)] = [
      ("llama", [("rope_scaling", ["rope_type": "default", "rope_theta": 5e5])], 5e5, .none),
      (
        "llama",
        [
          ("rope_theta", 7),
          ("rope_scaling", ["rope_type": "linear", "factor": 2, "rope_theta": 5]),
        ],
        5, .linear(factor: 2)
      ),
      (
        "llama",
        [
          ("rope_parameters", ["rope_type": "default", "rope_theta": 9]),
          ("rope_scaling", ["rope_type": "linear", "factor": 4]),
        ], 10_000, .linear(factor: 4)
      ),
      (
        "qwen2",
        [("rope_parameters", ["rope_theta": 9]), ("rope_scaling", [:]), ("rope_theta", 8)],
        9, .none
      ),
      ("gemma3_text", [("rope_scaling", ["rope_theta": 5])], 5, .none),
      (
        "gemma3_text",
        [
          ("rope_parameters", ["full_attention": ["rope_theta": 7]]),
          ("rope_scaling", ["rope_type": "linear", "factor": 2, "rope_theta": 9]),
        ], 9, .linear(factor: 2)
      ),
      (
        "gemma3_text",
        [("rope_theta", 500), ("rope_scaling", ["rope_type": "linear", "factor": 2])], 500,
        .linear(factor: 2)
      ),
      ("llama", [("rope_scaling", stretched), (length, 33)], 10_000, llama3(33)),
      ("llama", [("rope_scaling", stretched)], 10_000, llama3(32)),
      (
        "gemma3_text", [("rope_scaling", stretched), (length, 33)], 1_000_000, llama3(32)
      ),
    ]
  private static let length = "original_max_position_embeddings"
  private static let stretched: JSONValue = [
    "rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
  ]
  private static func llama3(_ length: Int) -> RopeScaling {
    .llama3(
      factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaximumPositions: length)
  }

  @Test("of two thetas the inner counts, of two objects the old one", arguments: thetas)
  func positions(
    family: String, keys: [(String, JSONValue?)], theta: Double, scaling: RopeScaling
  ) throws {
    // The sixth layer of gemma 3 is the first without a window.
    let config = try ModelConfig(
      tinyConfig([("model_type", .string(family)), ("num_hidden_layers", 6)] + keys))
    #expect((config.thetas[5], config.scaling) == (theta, scaling))
    let again = try ModelConfig(config.json)
    #expect((again.thetas[5], again.scaling) == (theta, scaling))
  }

  static let contradictions: [(family: String, keys: [(String, JSONValue?)], key: String)] = [
    (
      "llama", [("rope_scaling", ["type": "linear", "rope_type": "default", "factor": 2])],
      "rope_type"
    ),
    // Its default says "default" already, so the reference does not hear the old name.
    ("gemma3_text", [("rope_scaling", ["type": "linear", "factor": 2])], "rope_type"),
    ("gemma3_text", [("rope_parameters", ["rope_theta": 5])], "rope_parameters"),
    ("llama", [("rope_parameters", ["full_attention": ["rope_theta": 5]])], "rope_parameters"),
    (
      "gemma3_text",
      [("rope_parameters", ["sliding_attention": ["rope_type": "linear", "factor": 2]])],
      "sliding_attention"
    ),
    ("llama", [("layer_types", ["sliding_attention"])], "layer_types"),
    (
      "mistral", [("max_position_embeddings", 9000), ("layer_types", ["full_attention"])],
      "layer_types"
    ),
    ("qwen2", [("layer_types", ["sliding_attention"])], "layer_types"),
    ("gemma2", [("sliding_window", .null)], "sliding_window"),
    ("gemma", [("hidden_act", "gelu"), ("hidden_activation", "gelu")], "hidden_activation"),
    ("gemma2", [("hidden_act", "silu")], "hidden_act"),
  ]

  @Test("what contradicts itself is refused by name", arguments: contradictions)
  func contradiction(family: String, keys: [(String, JSONValue?)], key: String) throws {
    let error = failure { () throws(CheckpointError) in
      try ModelConfig(tinyConfig([("model_type", .string(family))] + keys))
    }
    guard case .unsupported(_, key, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// The window hides nothing then, and the layer still turns by the theta of its kind.
  @Test("gemma 3 with a window as long as the context keeps its two thetas")
  func wideWindow() throws {
    for (window, seen) in [(31, 31), (32, nil), (64, nil)] as [(Int, Int?)] {
      let config = try ModelConfig(
        tinyConfig([
          ("model_type", "gemma3_text"), ("num_hidden_layers", 6),
          ("sliding_window", .integer(window)),
        ]))
      #expect(config.windows == [seen, seen, seen, seen, seen, nil])
      let (near, far) = (10_000.0, 1_000_000.0)
      #expect(config.thetas == [near, near, near, near, near, far])
      #expect(try ModelConfig(config.json).blueprint == config.blueprint)
    }
  }

  // MARK: Keys that are not read

  static let unreadKeys: [(key: String, value: JSONValue, neutral: JSONValue)] = [
    ("num_experts", 8, 0), ("num_local_experts", 8, 1), ("n_routed_experts", 64, .null),
    ("partial_rotary_factor", 0.5, 1.0), ("rotary_pct", 0.25, 1),
    ("attention_multiplier", 0.5, .null), ("residual_multiplier", 0.22, 1),
    ("embedding_multiplier", 12, 1.0), ("logits_scaling", 8, 1), ("logit_scale", 0.06, 1),
    ("attention_chunk_size", 8192, .null), ("no_rope_layers", [1, 0], [1]),
    ("qk_norm", true, false), ("use_qk_norm", true, false), ("is_causal", false, true),
    ("attn_logit_softcapping", 50, .null), ("final_logit_softcapping", 30, .null),
    ("query_pre_attn_scalar", 4, .null), ("use_bidirectional_attention", true, false),
    ("quantization_config", ["bits": 4], .null), ("clip_qkv", 8, .null),
    ("per_layer_config", ["0": [:]], [:]), ("scale_emb", 12, 1),
    ("rope_scaling", ["rope_type": "default", "partial_rotary_factor": 0.5], [:]),
  ]

  @Test(
    "a key that changes what is computed and is not read is refused by name", arguments: unreadKeys)
  func unread(key: String, value: JSONValue, neutral: JSONValue) throws {
    for family in ["llama", "mistral", "qwen2", "gemma"] {
      let type: (String, JSONValue?) = ("model_type", .string(family))
      let error = failure { () throws(CheckpointError) in
        try ModelConfig(tinyConfig([type, (key, value)]), path: "c")
      }
      let name = key == "rope_scaling" ? "partial_rotary_factor" : key
      guard case .unsupported("c", name, _, _) = error else {
        Issue.record("\(family): \(String(describing: error))")
        return
      }
      _ = try ModelConfig(tinyConfig([type, (key, neutral)]))
    }
  }

  @Test("a family reads its own keys") func ownKeys() throws {
    for (family, key, value) in [
      ("gemma2", "attn_logit_softcapping", 20), ("gemma3_text", "query_pre_attn_scalar", 9),
      ("qwen3", "qk_norm", true),
    ] as [(String, String, JSONValue)] {
      _ = try ModelConfig(tinyConfig([("model_type", .string(family)), (key, value)]))
    }
  }
}
