import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// BERT whose blocks share their weights, and whose vectors of tokens are narrow.
  ///
  /// Source: Lan et al. 2019, arXiv:1909.11942, section 3.1, as in Hugging Face `AlbertModel`.
  static let albert = ofBertKind(
    "albert", architecture: "AlbertForMaskedLM", prefix: "albert.",
    defaults: [
      "vocab_size": 30_000, "embedding_size": 128, "hidden_size": 4096,
      "intermediate_size": 16_384, "num_attention_heads": 64, "num_hidden_groups": 1,
      "inner_group_num": 1, "hidden_act": "gelu_new", "type_vocab_size": 2,
    ],
    otherNames: [
      "predictions.bias": "predictions.decoder.bias",
      "predictions.decoder.bias": "predictions.bias",
    ],
    derivedNames: ["predictions.bias", "predictions.decoder.bias"],
    unread: ["sop_classifier.classifier": 2]
  ) { (plan, file) throws(CheckpointError) in
    plan.embeddingSize = try file.hiddenSize("embedding_size")
    plan.widening = "encoder.embedding_hidden_mapping_in"
    plan.names = BertNames(
      query: "attention.query", key: "attention.key", value: "attention.value",
      attentionOutput: "attention.dense", attentionNorm: "attention.LayerNorm", up: "ffn",
      down: "ffn_output", outputNorm: "full_layer_layer_norm", pooler: "pooler")
    let groups = try file.size("num_hidden_groups", 1...plan.layerCount)
    let inner = try file.size("inner_group_num", 1...1024)
    plan.ownMembers = [
      "embedding_size": .integer(plan.embeddingSize), "num_hidden_groups": .integer(groups),
      "inner_group_num": .integer(inner),
    ]
    plan.layerPaths = (0..<plan.layerCount).flatMap { layer in
      (0..<inner).map {
        "encoder.albert_layer_groups.\(layer * groups / plan.layerCount).albert_layers.\($0)"
      }
    }
  } heads: { plan in
    [
      .masked(
        plan, dense: "predictions.dense", activation: plan.activation,
        norm: "predictions.LayerNorm", decoder: "predictions.decoder", bias: "predictions.bias"),
      .labels(plan, dense: plan.pooler("albert."), activation: .tanh, output: "classifier"),
      .tokenLabels(plan), .answerEnds(plan),
    ]
  }
}
