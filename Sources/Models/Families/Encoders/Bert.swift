import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// The first of its kind; files may also have a head that tells whether one text follows another.
  ///
  /// Source: Devlin et al. 2018, arXiv:1810.04805, section 3.1 for the heads.
  static let bert = ofBertKind(
    "bert", architecture: "BertForMaskedLM", prefix: "bert.", defaults: ["type_vocab_size": 2],
    otherNames: [
      "cls.predictions.bias": "cls.predictions.decoder.bias",
      "cls.predictions.decoder.bias": "cls.predictions.bias",
    ],
    derivedNames: ["cls.predictions.bias", "cls.predictions.decoder.bias"],
    unread: ["cls.seq_relationship": 2]
  ) { (_, _) throws(CheckpointError) in
  } heads: { plan in
    let pooler = plan.pooler("bert.")
    return [
      .masked(
        plan, dense: "cls.predictions.transform.dense", activation: plan.activation,
        norm: "cls.predictions.transform.LayerNorm", decoder: "cls.predictions.decoder",
        bias: "cls.predictions.bias"),
      .labels(plan, dense: pooler, activation: .tanh, output: "classifier"),
      .tokenLabels(plan), .answerEnds(plan),
    ]
  }
}
