import Checkpoints
import Tensors

/// One of the heads that files of an encoder's family may have.
struct EncoderHead {
  /// How the class's name ends in transformers, such as `ForMaskedLM`.
  let suffix: String
  let plan: HeadPlan

  /// The heads, those first that the config names: by their tensors alone, a classifier of texts and
  /// one of tokens may look alike.
  static func ordered(
    _ heads: [EncoderHead], _ file: ConfigReader
  ) throws(CheckpointError) -> [EncoderHead] {
    let stated = try file.strings("architectures")
    func isStated(_ head: EncoderHead) -> Bool { stated.contains { $0.hasSuffix(head.suffix) } }
    return heads.filter(isStated) + heads.filter { !isStated($0) }
  }

  /// A head that finds hidden tokens: a layer, an activation and a norm, then the table of tokens or a
  /// matrix of its own.
  static func masked(
    _ plan: BertPlan, dense: String, activation: Activation, norm: String, decoder: String,
    bias: String?
  ) -> EncoderHead {
    let width = plan.embeddingSize
    return EncoderHead(
      suffix: "ForMaskedLM",
      plan: HeadPlan(
        weight: TensorPlan("\(decoder).weight", [plan.vocabularySize, width], .matrix),
        isEmbedding: plan.isTied, projection: plan.linear(dense, plan.hiddenSize, width),
        activation: activation, norm: plan.norm(norm, width),
        // A head of its own has a bias of its own.
        bias: TensorPlan(
          plan.isTied ? bias ?? "\(decoder).bias" : "\(decoder).bias", [plan.vocabularySize], .bias),
        task: .maskedToken))
  }

  /// A classifier of texts, by their first token.
  static func labels(
    _ plan: BertPlan, dense: LinearPlan?, activation: Activation, output: String
  ) -> EncoderHead {
    EncoderHead(
      suffix: "ForSequenceClassification",
      plan: classifier(
        plan, output,
        LabelTask(names: plan.labels, reading: .firstToken, kind: plan.labelKind), dense: dense,
        activation: activation))
  }

  /// A classifier of tokens.
  static func tokenLabels(_ plan: BertPlan) -> EncoderHead {
    EncoderHead(
      suffix: "ForTokenClassification",
      plan: classifier(plan, "classifier", LabelTask(names: plan.labels, reading: .eachToken)))
  }

  /// A classifier of tokens as the ends of an answer.
  static func answerEnds(_ plan: BertPlan) -> EncoderHead {
    EncoderHead(
      suffix: "ForQuestionAnswering",
      plan: classifier(
        plan, "qa_outputs", LabelTask(names: ["start", "end"], reading: .eachToken)))
  }

  /// A layer with one output a label.
  static func classifier(
    _ plan: BertPlan, _ output: String, _ task: LabelTask, dense: LinearPlan? = nil,
    activation: Activation? = nil
  ) -> HeadPlan {
    HeadPlan(
      weight: TensorPlan("\(output).weight", [task.names.count, plan.hiddenSize], .matrix),
      isEmbedding: false, projection: dense, activation: activation,
      bias: TensorPlan("\(output).bias", [task.names.count], .bias), task: .labels(task))
  }
}

extension HeadPlan {
  /// No head: hidden states are all there is.
  static func missing(_ tokens: TensorPlan) -> HeadPlan {
    HeadPlan(weight: tokens, isEmbedding: true, task: .nothing)
  }
}
