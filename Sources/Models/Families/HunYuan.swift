import Checkpoints
import Serialization

extension ModelFamily {
  /// Norms of each head of queries and keys after positions have turned them, whose base may be
  /// stretched.
  ///
  /// Source: as in Hugging Face `HunYuanDenseV1Model`.
  static let hunYuan = ofLlamaKind(
    "hunyuan_v1_dense", architecture: "HunYuanDenseV1ForCausalLM",
    defaults: [
      "vocab_size": 290_943, "hidden_size": 4096, "intermediate_size": 11_008,
      "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 2048,
      "rms_norm_eps": 1e-5,
    ], endOfSequenceID: 2, keys: LlamaKeys(readsAlpha: true), readKeys: queryKeyNormKeys
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    plan.attentionBias = try file.bool("attention_bias", default: false)
    plan.attentionOutputBias = plan.attentionBias
    plan.queryKeyNorms = .ofHeads
    plan.normsTurned = true
    plan.names.queryNorm = "query_layernorm"
    plan.names.keyNorm = "key_layernorm"
  }
}
