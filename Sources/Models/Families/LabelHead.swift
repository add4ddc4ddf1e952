package import Checkpoints
import Serialization
import Tensors

/// Heads that choose labels of whole texts, as transformers' `…ForSequenceClassification` have them.
extension ModelFamily {
  /// The class of this family in transformers that chooses labels of texts; nil where there is none.
  var classifier: String? {
    guard !Self.withoutClassifier.contains(modelType) else { return nil }
    if let own = Self.ownClassifiers[modelType] { return own }
    let base = ["ForCausalLM", "LMHeadModel", "ForMaskedLM", "ForPreTraining"]
      .first(where: architecture.hasSuffix)
    return base.map { architecture.dropLast($0.count) + Self.classifierSuffix }
  }

  /// How the names of such classes end.
  static let classifierSuffix = "ForSequenceClassification"

  /// Families of which transformers 5.24 has no such class.
  private static let withoutClassifier: Set = [
    "granite", "cohere", "cohere2", "internlm3", "cwm", "ernie4_5", "iquestcoder", "olmoe", "lfm2",
    "t5", "mt5", "umt5",
  ]

  /// Classes that go by another name than the one that writes.
  private static let ownClassifiers = [
    "gemma3_text": "Gemma3Text" + classifierSuffix,
    "qwen3_5_text": "Qwen3_5Text" + classifierSuffix,
  ]
}

extension Blueprint {
  /// This model with a head that chooses labels of a text by its last token, where it has one that
  /// writes: a matrix without a bias, after whatever all of the family's heads go through.
  func labelled(_ task: LabelTask) -> Blueprint {
    var blueprint = self
    let width = head.projection?.outputs ?? hiddenSize
    blueprint.head = HeadPlan(
      weight: TensorPlan("score.weight", [task.names.count, width], .matrix), isEmbedding: false,
      projection: head.projection, task: .labels(task))
    return blueprint
  }
}

extension ModelConfig {
  /// Which labels of texts the head chooses from; nil where it does something else.
  package var labelTask: LabelTask? {
    guard case .labels(let task) = blueprint.head.task, task.isOfTexts else { return nil }
    return task
  }

  /// This config for a model of the family with a head that chooses labels.
  ///
  /// - Throws: `CheckpointError.unsupported` where transformers has no such class.
  package func labelled(
    _ names: [String], _ kind: LabelTask.Kind
  ) throws(CheckpointError) -> ModelConfig {
    guard let classifier = family.classifier else {
      throw .unsupported(
        path: "config.json", key: "model_type", value: "\"\(modelType)\"",
        reason: "transformers has no class of this family that chooses labels of texts")
    }
    var object = json
    object["architectures"] = [.string(classifier)]
    object["id2label"] = .object(
      JSONObject(names.enumerated().map { ("\($0)", .string($1)) }))
    object["label2id"] = .object(JSONObject(names.enumerated().map { ($1, .integer($0)) }))
    object["num_labels"] = nil
    object["problem_type"] = .string(kind.rawValue)
    let config = try ModelConfig(object)
    guard config.labelTask == nil else { return config }
    let forms = config.forms.map(config.with)
    guard var form = forms.first(where: { $0.labelTask != nil })?.blueprint else { return config }
    (form.pooler, form.unread) = (nil, [])
    return config.with(form)
  }
}

extension ConfigReader {
  /// The labels of `id2label`, in the order of their ids; LABEL_0 and LABEL_1 where it is left out.
  func labels() throws(CheckpointError) -> [String] {
    guard let object = try section("id2label")?.object, !object.isEmpty else {
      let count = try int("num_labels", in: 1...100_000) ?? 2
      return (0..<count).map { "LABEL_\($0)" }
    }
    var labels = [String](repeating: "", count: object.entries.count)
    for (key, value) in object.entries {
      guard let id = Int(key), labels.indices.contains(id), let label = value.string else {
        throw wrong("id2label", "a text for each id from 0 on")
      }
      labels[id] = label
    }
    return labels
  }

  /// What a text has of the labels: one of them, where the file does not say, or, of a single one, a
  /// number, as transformers has it.
  func labelKind(_ labels: [String]) throws(CheckpointError) -> LabelTask.Kind {
    guard let text = try string("problem_type") else { return labels.count == 1 ? .number : .one }
    guard let kind = LabelTask.Kind(rawValue: text) else {
      let known = LabelTask.Kind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw wrong("problem_type", "one of \(known)")
    }
    if kind == .number, labels.count > 1 {
      throw .unsupported(
        path: path, key: "problem_type", value: "\"\(text)\"",
        reason: "\(labels.count) numbers a text are not learned here, one is")
    }
    return kind
  }

  /// The labels that a model of a decoder's family chooses from, where the config names such a class.
  func labelTask(of family: ModelFamily) throws(CheckpointError) -> LabelTask? {
    guard let classifier = family.classifier,
      try strings("architectures").contains(classifier)
    else { return nil }
    let names = try labels()
    return LabelTask(names: names, reading: .lastToken, kind: try labelKind(names))
  }
}
