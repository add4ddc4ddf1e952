import Checkpoints
import Models
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

@Suite("Model config") struct ModelConfigTests {
  @Test func readsWhatItSays() throws {
    let config = try ModelConfig(
      tinyConfig([
        ("rms_norm_eps", 1e-5), ("rope_theta", 500_000), ("tie_word_embeddings", true),
        ("attention_bias", true), ("mlp_bias", true), ("pad_token_id", 3), ("head_dim", 6),
        ("eos_token_id", [2, 5]), ("torch_dtype", "bfloat16"),
      ]))
    #expect(config.hiddenSize == 8)
    #expect(config.intermediateSize == 12)
    #expect(config.layerCount == 1)
    #expect((config.headCount, config.keyValueHeadCount, config.headWidth) == (2, 1, 6))
    #expect((config.vocabularySize, config.maximumPositions) == (16, 32))
    #expect((config.normEpsilon, config.thetas) == (1e-5, [500_000]))
    #expect(config.scaling == RopeScaling.none)
    #expect(config.isTied)
    #expect(config.biases == [true, true, true])
    #expect(config.endOfSequenceIDs == [2, 5])
    #expect(config.dtype == .bfloat16)
  }

  @Test func fillsInWhatIsLeftOut() throws {
    let config = try ModelConfig(
      tinyConfig([
        ("num_key_value_heads", nil), ("max_position_embeddings", nil), ("eos_token_id", nil),
        ("pad_token_id", -1), ("rope_scaling", .null),
      ]))
    #expect((config.keyValueHeadCount, config.headWidth) == (2, 4))
    #expect((config.maximumPositions, config.normEpsilon) == (2048, 1e-6))
    #expect((config.thetas, config.scaling) == ([10_000], RopeScaling.none))
    #expect(!config.isTied && config.biases == [false, false, false])
    #expect(config.endOfSequenceIDs == [])
    #expect(config.dtype == nil)
  }

  @Test("families differ in where biases stand", arguments: [("mistral", false), ("qwen2", true)])
  func knowsFamilies(type: String, bias: Bool) throws {
    let config = try ModelConfig(tinyConfig([("model_type", .string(type))]))
    #expect(config.biases == [bias, false, false])
  }

  static let llama3: JSONValue = [
    "rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
    "original_max_position_embeddings": 8192,
  ]
  static let scalings: [([(String, JSONValue?)], RopeScaling, Double)] = [
    ([("rope_scaling", ["type": "linear", "factor": 2])], .linear(factor: 2), 10_000),
    ([("rope_scaling", ["rope_type": "default"])], .none, 10_000),
    (
      [("rope_theta", 500_000), ("rope_scaling", llama3)],
      .llama3(
        factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaximumPositions: 8192),
      500_000
    ),
    (
      [("rope_parameters", ["rope_type": "linear", "factor": 4, "rope_theta": 7])],
      .linear(factor: 4), 7
    ),
    ([("rope_parameters", ["rope_type": "default", "rope_theta": 1e6])], .none, 1e6),
    ([("rope_scaling", ["rope_type": "dynamic", "factor": 2])], .dynamic(factor: 2), 10_000),
    (
      [("rope_scaling", ["rope_type": "yarn", "factor": 4, "beta_fast": 0])],
      .yarn(YarnScaling(factor: 4, originalMaximumPositions: 32)), 10_000
    ),
    (
      [
        (
          "rope_scaling",
          [
            "rope_type": "yarn", "original_max_position_embeddings": 8, "truncate": false,
            "attention_factor": 1.5, "mscale": 0.7, "mscale_all_dim": 0.5, "beta_slow": 2,
          ]
        )
      ],
      .yarn(
        YarnScaling(
          factor: 4, originalMaximumPositions: 8, betaSlow: 2, isTruncated: false,
          statedMagnitude: 1.5, sharpening: .init(numerator: 0.7, denominator: 0.5))), 10_000
    ),
    (
      [("rope_scaling", ["type": "su", "short_factor": [1, 2], "long_factor": [3, 4]])],
      .longrope(
        LongRopeScaling(
          shortFactors: [1, 2], longFactors: [3, 4], originalMaximumPositions: 32, factor: 1)),
      10_000
    ),
    (
      [
        (
          "rope_scaling",
          [
            "rope_type": "longrope", "short_factor": [1, 2], "long_factor": [3, 4], "factor": 2,
            "attention_factor": 1.25, "original_max_position_embeddings": 16,
          ]
        )
      ],
      .longrope(
        LongRopeScaling(
          shortFactors: [1, 2], longFactors: [3, 4], originalMaximumPositions: 16, factor: 2,
          statedMagnitude: 1.25, stated: [.factor, .length])), 10_000
    ),
    (
      [("rope_scaling", ["rope_type": "proportional", "factor": 2])],
      .proportional(factor: 2, pairCount: 2), 10_000
    ),
  ]

  @Test("reads and writes the position keys of both versions", arguments: scalings)
  func readsScaling(
    changes: [(String, JSONValue?)], scaling: RopeScaling, theta: Double
  ) throws {
    let config = try ModelConfig(tinyConfig(changes))
    #expect((config.scaling, config.thetas) == (scaling, [theta]))
    let written = config.json
    for dropped in ["rope_parameters", "rope_scaling"] {
      // What is left must say the same: only one version's keys are there now.
      var half = written
      half[dropped] = nil
      if dropped == "rope_scaling" { half["rope_theta"] = nil }
      let read = try ModelConfig(half)
      #expect((read.scaling, read.thetas) == (scaling, [theta]))
    }
  }

  static let refused: [(key: String, value: JSONValue?, allowed: String)] = [
    ("hidden_size", 0, "from 1 to 65536"), ("hidden_size", -8, "from 1 to 65536"),
    ("hidden_size", "8", "a whole number"), ("hidden_size", 8.5, "a whole number"),
    ("hidden_size", 1e300, "a whole number"), ("hidden_size", [8], "a whole number"),
    ("intermediate_size", 0, "from 1"), ("intermediate_size", 2_000_000, "to 1048576"),
    ("num_hidden_layers", 0, "from 1"), ("num_hidden_layers", 1_000_000_000, "to 1024"),
    ("num_attention_heads", 0, "from 1"), ("num_attention_heads", 3, "divides hidden_size, 8"),
    ("num_attention_heads", 8, "even heads"), ("num_key_value_heads", 0, "from 1 to 2"),
    ("num_key_value_heads", 4, "from 1 to 2"), ("head_dim", 3, "an even number"),
    ("head_dim", 0, "from 2 to 256"), ("head_dim", 258, "from 2 to 256"),
    ("vocab_size", 0, "from 1"),
    ("vocab_size", 1_000_000_000, "to 4000000"), ("max_position_embeddings", 0, "from 1"),
    ("rms_norm_eps", 0, "above 0.0"), ("rms_norm_eps", -1e-5, "above 0.0"),
    ("rms_norm_eps", "1e-5", "a number"), ("rope_theta", 0, "above 0.0"),
    ("rope_theta", "nan", "a number"), ("rope_scaling", 2, "an object"),
    ("rope_scaling", ["type": "linear", "factor": 0], "above 0.0"),
    ("rope_scaling", ["type": "yarn", "factor": -1], "above 0.0"),
    (
      "rope_scaling", ["type": "longrope", "short_factor": [1], "long_factor": [1, 2]],
      "a list of 2 numbers"
    ),
    (
      "rope_scaling", ["type": "longrope", "short_factor": [1, 2], "long_factor": [1, 0]],
      "a list of 2 numbers"
    ),
    ("rope_scaling", ["type": "longrope", "short_factor": 1, "long_factor": [1, 2]], "2 numbers"),
    ("tie_word_embeddings", 1, "true or false"), ("attention_bias", "yes", "true or false"),
    ("hidden_act", "mish", "\"gelu_pytorch_tanh\""), ("bos_token_id", 16, "from 0 to 15"),
    ("bos_token_id", -1, "from 0 to 15"), ("eos_token_id", [2, 16], "from 0 to 15"),
    ("eos_token_id", "2", "from 0 to 15"), ("pad_token_id", 16, "from 0 to 15"),
    ("torch_dtype", "int8", "\"bfloat16\""),
  ]

  @Test("refuses a value, naming key, value and what is allowed", arguments: refused)
  func refuses(key: String, value: JSONValue?, allowed: String) throws {
    let error = try #require(
      failure { () throws(CheckpointError) in
        try ModelConfig(tinyConfig([(key, value)]), path: "some/config.json")
      })
    #expect(error.message.hasPrefix("some/config.json: "))
    #expect(error.message.contains(allowed), "\(error.message)")
    // A factor's error names the factor; all others name the key itself.
    if key != "rope_scaling" || value?.object == nil { #expect(error.message.contains("`\(key)`")) }
  }

  @Test("wants the family, which cannot be guessed") func wantsTheFamily() {
    let error = failure { () throws(CheckpointError) in
      try ModelConfig(tinyConfig([("model_type", nil)]), path: "c")
    }
    #expect(error == .missingSetting(path: "c", key: "model_type"))
  }

  static let unsupported: [[(String, JSONValue?)]] = [
    [("quantization_config", ["bits": 4])],
    [("rope_scaling", ["rope_type": "axial", "factor": 4])],
    [("model_type", "gemma2"), ("layer_types", ["chunked_attention"])],
    [("model_type", "gemma3_text"), ("use_bidirectional_attention", true)],
  ]

  @Test("refuses what would change the meaning of the weights", arguments: unsupported)
  func refusesUnsupported(changes: [(String, JSONValue?)]) {
    let error = failure { () throws(CheckpointError) in try ModelConfig(tinyConfig(changes)) }
    guard case .unsupported = error else {
      Issue.record("\(changes) gave \(String(describing: error))")
      return
    }
  }

  static let windows: [([(String, JSONValue?)], [Int?])] = [
    ([("model_type", "mistral"), ("sliding_window", 16)], [16, 16, 16]),
    // As many positions as there are: it never closes.
    ([("model_type", "mistral"), ("sliding_window", 32)], [nil, nil, nil]),
    ([("model_type", "mistral"), ("sliding_window", .null)], [nil, nil, nil]),
    ([("model_type", "llama"), ("sliding_window", 16)], [nil, nil, nil]),
    ([("model_type", "qwen2"), ("sliding_window", 16)], [nil, nil, nil]),
    (
      [
        ("model_type", "qwen2"), ("use_sliding_window", true), ("sliding_window", 16),
        ("max_window_layers", 2),
      ], [nil, nil, 16]
    ),
    (
      [
        ("model_type", "qwen3"), ("use_sliding_window", true), ("sliding_window", 16),
        ("layer_types", ["sliding_attention", "full_attention", "full_attention"]),
      ], [16, nil, nil]
    ),
    ([("model_type", "gemma2"), ("sliding_window", 8)], [8, nil, 8]),
    (
      [("model_type", "gemma3_text"), ("sliding_window", 8), ("sliding_window_pattern", 2)],
      [8, nil, 8]
    ),
  ]

  @Test("a layer's window is what its family says", arguments: windows)
  func knowsWindows(changes: [(String, JSONValue?)], windows: [Int?]) throws {
    let config = try ModelConfig(tinyConfig([("num_hidden_layers", 3)] + changes))
    #expect(config.windows == windows)
    #expect(try ModelConfig(config.json).blueprint == config.blueprint)
  }

  @Test func refusesTypesForOtherThanAllLayers() {
    let error = failure { () throws(CheckpointError) in
      try ModelConfig(
        tinyConfig([("model_type", "gemma2"), ("layer_types", ["full_attention", "x"])]))
    }
    #expect(error?.message.contains("a list of 1, one for each layer") == true)
  }

  /// What transformers' GemmaConfig makes of the names in gemma's first releases.
  @Test(
    "gemma's gelu is its form by tanh",
    arguments: [
      ("gelu", nil, .geluTanh), (nil, nil, .geluTanh), ("gelu", .null, .geluTanh),
      ("gelu", "gelu_pytorch_tanh", .geluTanh),
    ] as [(JSONValue?, JSONValue?, Activation)])
  func gemmaActivation(first: JSONValue?, second: JSONValue?, activation: Activation)
    throws
  {
    let config = try ModelConfig(
      tinyConfig([
        ("model_type", "gemma"), ("hidden_act", first), ("hidden_activation", second),
      ]))
    #expect(config.activation == activation)
    #expect(config.blueprint.embedding.scale == 8.0.squareRoot())
    #expect(config.blueprint.norm?.kind == .rootMeanSquare(offset: 1))
    #expect(config.isTied && config.headWidth == 256)
    #expect(try ModelConfig(config.json).blueprint == config.blueprint)
  }

  @Test func gemmaCapsAreThoseOfTheFileOrOfTheFamily() throws {
    let plain = try ModelConfig(tinyConfig([("model_type", "gemma2")]))
    #expect((plain.caps, plain.queryScalar) == ([50, 30], 256))
    let said = try ModelConfig(
      tinyConfig([
        ("model_type", "gemma2"), ("attn_logit_softcapping", .null),
        ("final_logit_softcapping", 5), ("query_pre_attn_scalar", 9),
      ]))
    #expect((said.caps, said.queryScalar) == ([nil, 5], 9))
  }

  @Test(
    "gemma 3 has a theta for each type of layer, in the keys of either version",
    arguments: [
      [("rope_theta", 7), ("rope_local_base_freq", 3)],
      [
        (
          "rope_parameters",
          ["full_attention": ["rope_theta": 7], "sliding_attention": ["rope_theta": 3]]
        )
      ],
    ] as [[(String, JSONValue?)]])
  func gemmaThetas(changes: [(String, JSONValue?)]) throws {
    let config = try ModelConfig(
      tinyConfig([("model_type", "gemma3_text"), ("num_hidden_layers", 6)] + changes))
    #expect(config.thetas == [3, 3, 3, 3, 3, 7])
    for dropped in ["rope_parameters", "rope_local_base_freq"] {
      var half = config.json
      half[dropped] = nil
      let read = try ModelConfig(half)
      #expect(read.thetas == config.thetas)
    }
  }

  @Test func namesTheFamiliesItKnows() {
    let error = failure { () throws(CheckpointError) in
      try ModelConfig(tinyConfig([("model_type", "bumblebee")]), path: "c")
    }
    #expect(
      error?.message == "c: model_type `bumblebee` is not known here; known: "
        + ModelConfig.knownTypes.joined(separator: ", "))
    #expect(ModelConfig.knownTypes.starts(with: ["llama", "mistral", "qwen2", "qwen3", "gemma"]))
  }

  @Test func refusesANumberBeyondAllFloats() throws {
    let text = #"{"model_type": "llama", "rms_norm_eps": 1e999}"#
    let error = failure { () throws(CheckpointError) in
      try ModelConfig(fileContents: Array(text.utf8), path: "c")
    }
    #expect(error?.message.contains("line 1, column 41: the number 1e999 is beyond") == true)
  }

  @Test func keepsUnknownKeysAndWritesBothVersions() throws {
    let config = try ModelConfig(tinyConfig([("my_key", ["a": 1]), ("torch_dtype", "float32")]))
    let json = config.json
    #expect(json["my_key"] == ["a": 1])
    #expect(json["architectures"] == ["LlamaForCausalLM"])
    #expect(json.keys.first == "model_type")
    let again = try ModelConfig(json)
    #expect(again.json == json)
  }
}
