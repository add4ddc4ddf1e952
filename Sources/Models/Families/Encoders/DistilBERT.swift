import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// BERT with half the blocks, no kinds of text and no pooler.
  ///
  /// Source: Sanh et al. 2019, arXiv:1910.01108, section 3, as in Hugging Face `DistilBertModel`.
  static let distilbert = ofBertKind(
    "distilbert", architecture: "DistilBertForMaskedLM", prefix: "distilbert.",
    defaults: ["n_layers": 6],
    keys: BertKeys(
      hiddenSize: "dim", innerSize: "hidden_dim", layerCount: "n_layers", headCount: "n_heads",
      activation: "activation", epsilon: nil)
  ) { (plan, _) throws(CheckpointError) in
    plan.typeCount = 0
    plan.layerPaths = (0..<plan.layerCount).map { "transformer.layer.\($0)" }
    plan.names = BertNames(
      query: "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin",
      attentionOutput: "attention.out_lin", attentionNorm: "sa_layer_norm", up: "ffn.lin1",
      down: "ffn.lin2", outputNorm: "output_layer_norm", pooler: nil)
  } heads: { plan in
    let dense = plan.linear("pre_classifier", plan.hiddenSize, plan.hiddenSize)
    return [
      .masked(
        plan, dense: "vocab_transform", activation: plan.activation, norm: "vocab_layer_norm",
        decoder: "vocab_projector", bias: nil),
      .labels(plan, dense: dense, activation: .relu, output: "classifier"),
      .tokenLabels(plan), .answerEnds(plan),
    ]
  }
}
