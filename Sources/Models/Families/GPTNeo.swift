import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Learned positions, scores that are not scaled, and a window in every other layer.
  ///
  /// Source: Black et al. 2021, "GPT-Neo", as in Hugging Face `GPTNeoModel`.
  static let gptNeo = ofGPTKind(
    "gpt_neo", architecture: "GPTNeoForCausalLM",
    defaults: [
      "vocab_size": 50_257, "hidden_size": 2048, "num_layers": 24, "num_heads": 16,
      "max_position_embeddings": 2048, "window_size": 256, "activation_function": "gelu_new",
      "layer_norm_epsilon": 1e-5, ModelConfig.tieKey: true,
      "attention_types": [[["global", "local"], 12]],
    ],
    keys: GPTKeys(
      hiddenSize: "hidden_size", layerCount: "num_layers", headCount: "num_heads",
      positions: "max_position_embeddings", innerSize: "intermediate_size"),
    endOfSequenceID: 50_256,
    aliases: ["num_attention_heads": "num_heads", "num_hidden_layers": "num_layers"]
  ) { (file, sizes) throws(CheckpointError) in
    let attention = "attn.attention"
    let names = GPTNames(
      layers: "transformer.h", tokens: "transformer.wte", positions: "transformer.wpe",
      attention: ["q_proj", "k_proj", "v_proj"].map { "\(attention).\($0)" },
      attentionOutput: "\(attention).out_proj", up: "mlp.c_fc", down: "mlp.c_proj",
      attentionNorm: "ln_1", feedForwardNorm: "ln_2", lastNorm: "transformer.ln_f")
    var plan = GPTPlan(
      sizes, names, activation: try Activation("activation_function", file),
      epsilon: try file.normEpsilon("layer_norm_epsilon"),
      isTied: try file.bool(ModelConfig.tieKey, default: true))
    plan.attentionBias = false
    plan.scoreScale = 1
    let window = try file.size("window_size", ConfigReader.positions)
    plan.windows = try windowed(file, layerCount: sizes.layerCount).map {
      $0 && window < sizes.maximumPositions ? window : nil
    }
    return plan
  }

  /// Which layers have the window: a list of patterns, each with how often it is repeated.
  private static func windowed(
    _ file: ConfigReader, layerCount: Int
  ) throws(CheckpointError) -> [Bool] {
    var types: [String] = []
    for element in file.value("attention_types")?.array ?? [] {
      let pattern = (element.array?.first?.array ?? []).compactMap(\.string)
      let count = element.array?.dropFirst().first?.int ?? 0
      // No more than there are layers is looked at.
      for _ in 0..<max(0, min(count, layerCount + 1)) where types.count <= layerCount {
        types += pattern
      }
    }
    guard types.count == layerCount, types.allSatisfy({ ["global", "local"].contains($0) }) else {
      throw file.wrong(
        "attention_types",
        "a list of [[\"global\", \"local\"], times], \(layerCount) layers in all")
    }
    return types.map { $0 == "local" }
  }
}
