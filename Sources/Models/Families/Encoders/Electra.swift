import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// BERT whose vectors of tokens may be narrower than what blocks compute with; its usual head tells
  /// of each token whether another stood there.
  ///
  /// Source: Clark et al. 2020, arXiv:2003.10555, section 2, as in Hugging Face `ElectraModel`.
  static let electra = ofBertKind(
    "electra", architecture: "ElectraForMaskedLM", prefix: "electra.",
    defaults: [
      "embedding_size": 128, "hidden_size": 256, "intermediate_size": 1024,
      "num_attention_heads": 4, "type_vocab_size": 2,
    ]
  ) { (plan, file) throws(CheckpointError) in
    plan.embeddingSize = try file.hiddenSize("embedding_size")
    if plan.embeddingSize != plan.hiddenSize { plan.widening = "embeddings_project" }
    plan.names.pooler = nil
    plan.ownMembers = ["embedding_size": .integer(plan.embeddingSize)]
  } heads: { plan in
    let dense = plan.linear("classifier.dense", plan.hiddenSize, plan.hiddenSize)
    let replaced = EncoderHead(
      suffix: "ForPreTraining",
      plan: EncoderHead.classifier(
        plan, "discriminator_predictions.dense_prediction",
        LabelTask(names: ["replaced"], reading: .eachToken),
        dense: plan.linear("discriminator_predictions.dense", plan.hiddenSize, plan.hiddenSize),
        activation: plan.activation))
    return [
      .masked(
        plan, dense: "generator_predictions.dense", activation: .gelu,
        norm: "generator_predictions.LayerNorm", decoder: "generator_lm_head", bias: nil),
      replaced, .labels(plan, dense: dense, activation: .gelu, output: "classifier.out_proj"),
      .tokenLabels(plan), .answerEnds(plan),
    ]
  }
}
