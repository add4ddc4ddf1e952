import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// BERT with positions that begin after the id of padding, and other heads.
  ///
  /// Source: Liu et al. 2019, arXiv:1907.11692, as in Hugging Face `RobertaModel`.
  static let roberta = ofRobertaKind(
    "roberta", architecture: "RobertaForMaskedLM", defaults: ["vocab_size": 50_265])

  /// RoBERTa of many languages.
  ///
  /// Source: Conneau et al. 2019, arXiv:1911.02116.
  static let xlmRoberta = ofRobertaKind(
    "xlm-roberta", architecture: "XLMRobertaForMaskedLM", defaults: [:])

  /// RoBERTa of French.
  ///
  /// Source: Martin et al. 2019, arXiv:1911.03894.
  static let camembert = ofRobertaKind(
    "camembert", architecture: "CamembertForMaskedLM", defaults: [:])

  private static func ofRobertaKind(
    _ modelType: String, architecture: String, defaults: JSONObject
  ) -> ModelFamily {
    ofBertKind(
      modelType, architecture: architecture, prefix: "roberta.",
      defaults: (["type_vocab_size": 2, paddingKey: 1] as JSONObject).overlaid(by: defaults),
      otherNames: [
        "lm_head.bias": "lm_head.decoder.bias", "lm_head.decoder.bias": "lm_head.bias",
      ],
      derivedNames: ["lm_head.bias", "lm_head.decoder.bias"]
    ) { (plan, file) throws(CheckpointError) in
      // Rows up to that of padding are never taken.
      let padding = try file.size(paddingKey, 0...max(0, plan.positionRows - 2))
      plan.positionOffset = padding + 1
      plan.ownMembers = [paddingKey: .integer(padding)]
    } heads: { plan in
      let dense = plan.linear("classifier.dense", plan.hiddenSize, plan.hiddenSize)
      return [
        .masked(
          plan, dense: "lm_head.dense", activation: .gelu, norm: "lm_head.layer_norm",
          decoder: "lm_head.decoder", bias: "lm_head.bias"),
        .labels(plan, dense: dense, activation: .tanh, output: "classifier.out_proj"),
        .tokenLabels(plan), .answerEnds(plan),
      ]
    }
  }

  private static let paddingKey = "pad_token_id"
}
