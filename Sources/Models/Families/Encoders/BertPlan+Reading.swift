import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// A family of BERT's kind: `set` sets what differs from BERT, `heads` lists the heads that files of
  /// the family may have, the usual one first.
  static func ofBertKind(
    _ modelType: String, architecture: String, prefix: String, defaults: JSONObject,
    keys: BertKeys = BertKeys(), readKeys: Set<String> = [],
    otherNames: [String: String] = [:], derivedNames: [String] = [], unread: [String: Int] = [:],
    set: @escaping @Sendable (inout BertPlan, ConfigReader) throws(CheckpointError) -> Void,
    heads: @escaping @Sendable (BertPlan) -> [EncoderHead]
  ) -> ModelFamily {
    var shared: JSONObject = [
      "vocab_size": 30_522, keys.hiddenSize: 768, keys.innerSize: 3072, keys.layerCount: 12,
      keys.headCount: 12, "max_position_embeddings": 512, keys.activation: "gelu",
      ModelConfig.tieKey: true,
    ]
    if let key = keys.epsilon { shared[key] = 1e-12 }
    return ModelFamily(
      modelType: modelType, architecture: architecture, defaults: shared.overlaid(by: defaults),
      readKeys: readKeys, prefix: prefix, otherNames: otherNames,
      // Places and kinds of text, counted; old files keep them.
      derivedNames: ["embeddings.position_ids", "embeddings.token_type_ids"] + derivedNames,
      oldEnds: [".LayerNorm.weight": ".LayerNorm.gamma", ".LayerNorm.bias": ".LayerNorm.beta"]
    ) { (file) throws(CheckpointError) in
      try file.refuseDecoders(modelType)
      var plan = try BertPlan(file, keys)
      try set(&plan, file)
      let kept = unread.sorted { $0.key < $1.key }.flatMap { path, outputs in
        plan.linear(path, plan.hiddenSize, outputs).tensors
      }
      let forms = try EncoderHead.ordered(heads(plan), file).map {
        plan.blueprint(prefix, head: $0.plan, unread: kept)
      }
      return Description(
        blueprint: plan.blueprint(prefix, head: heads(plan)[0].plan), members: plan.members,
        // Saved without a head, a file has no prefix, or has it all the same.
        forms: forms + ["", prefix].map { plan.blueprint($0, head: .missing(plan.tokens($0))) })
    }
  }
}

extension BertPlan {
  fileprivate init(_ file: ConfigReader, _ keys: BertKeys) throws(CheckpointError) {
    self.keys = keys
    names = BertNames()
    hiddenSize = try file.hiddenSize(keys.hiddenSize)
    innerSize = try file.size(keys.innerSize, ConfigReader.innerWidths)
    layerCount = try file.layerCount(keys.layerCount)
    headCount = try file.headCount(keys.headCount)
    headWidth = try file.headShare(
      hiddenSize: hiddenSize, headCount: headCount, headsKey: keys.headCount,
      hiddenKey: keys.hiddenSize)
    vocabularySize = try file.vocabularySize()
    positionRows = try file.size("max_position_embeddings", ConfigReader.positions)
    if let key = keys.epsilon {
      epsilon = try file.normEpsilon(key)
    } else {
      epsilon = 1e-12
    }
    activation = try Activation(keys.activation, file)
    isTied = try file.bool(ModelConfig.tieKey, default: true)
    labels = try file.labels()
    labelKind = try file.labelKind(labels)
    embeddingSize = hiddenSize
    typeCount = try file.int("type_vocab_size", in: 1...65_536) ?? 0
    layerPaths = (0..<layerCount).map { "encoder.layer.\($0)" }
  }
}

extension ConfigReader {
  /// Refuses configs by which an encoder writes text, or has positions that are not learned.
  fileprivate func refuseDecoders(_ modelType: String) throws(CheckpointError) {
    if let value = value("is_decoder"), !value.isOff {
      throw .unsupported(
        path: path, key: "is_decoder", value: shown(value.text),
        reason: "\(modelType) models are read as encoders here")
    }
    guard let kind = try string("position_embedding_type"), kind != "absolute" else { return }
    throw .unsupported(
      path: path, key: "position_embedding_type", value: "\"\(shown(kind))\"",
      reason: "positions are learned vectors in \(modelType) models here")
  }
}
