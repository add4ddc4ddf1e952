import Serialization
import Tensors

/// What an encoder of BERT's kind computes: its sizes, and the names by which families differ.
///
/// Source: Devlin et al. 2018, arXiv:1810.04805, section 3, as in Hugging Face `BertModel`.
struct BertPlan {
  let hiddenSize: Int
  let innerSize: Int
  /// Blocks that a token goes through.
  let layerCount: Int
  let headCount: Int
  let headWidth: Int
  let vocabularySize: Int
  /// Rows of the table of positions, those before the first one among them.
  let positionRows: Int
  let epsilon: Double
  let activation: Activation
  /// Whether the output layer is the embedding table.
  let isTied: Bool
  /// The labels that a classifier chooses from, as config.json has them.
  let labels: [String]
  /// What a text has of them.
  let labelKind: LabelTask.Kind
  let keys: BertKeys
  var names: BertNames

  /// The width of the vectors of tokens, positions and kinds of text.
  var embeddingSize: Int
  /// Kinds of text that have a vector; 0 where there are none.
  var typeCount: Int
  /// The row of the first position.
  var positionOffset = 0
  /// The layer from the embeddings' width to the hidden size; nil where they are as wide.
  var widening: String?
  /// Where the weights of each block are, below the prefix: blocks may share them.
  var layerPaths: [String]
  /// Keys of config.json that the family alone has, as they are written.
  var ownMembers: JSONObject = [:]

  var maximumPositions: Int { positionRows - positionOffset }
}

/// The keys of config.json under which a family has its sizes.
struct BertKeys {
  var hiddenSize = "hidden_size"
  var innerSize = "intermediate_size"
  var layerCount = "num_hidden_layers"
  var headCount = "num_attention_heads"
  var activation = "hidden_act"
  /// nil where norms always have 1e-12.
  var epsilon: String? = "layer_norm_eps"
}

/// What the modules of a block, and the pooler, are called.
struct BertNames {
  var query = "attention.self.query"
  var key = "attention.self.key"
  var value = "attention.self.value"
  var attentionOutput = "attention.output.dense"
  var attentionNorm = "attention.output.LayerNorm"
  var up = "intermediate.dense"
  var down = "output.dense"
  var outputNorm = "output.LayerNorm"
  /// What is made of the first token for a whole text; nil where a family has none.
  var pooler: String? = "pooler.dense"
}

// MARK: What it is made of

extension BertPlan {
  /// The model under `prefix`, with one of its heads.
  func blueprint(_ prefix: String, head: HeadPlan, unread: [TensorPlan] = []) -> Blueprint {
    var blueprint = Blueprint(
      embedding: embedding(prefix),
      layers: layerPaths.map { layer(prefix + $0) }, norm: nil, head: head,
      maximumPositions: maximumPositions)
    // The head may go through it.
    let pooler = pooler(prefix)
    if head.projection != pooler { blueprint.pooler = pooler }
    blueprint.unread = unread
    return blueprint
  }

  /// The table of tokens.
  func tokens(_ prefix: String) -> TensorPlan {
    TensorPlan(
      "\(prefix)embeddings.word_embeddings.weight", [vocabularySize, embeddingSize], .matrix)
  }

  private func embedding(_ prefix: String) -> EmbeddingPlan {
    let path = "\(prefix)embeddings"
    var embedding = EmbeddingPlan(
      tokens: tokens(prefix),
      positions: TensorPlan(
        "\(path).position_embeddings.weight", [positionRows, embeddingSize], .positions),
      positionOffset: positionOffset, norm: norm("\(path).LayerNorm", embeddingSize))
    if typeCount > 0 {
      embedding.types = TensorPlan(
        "\(path).token_type_embeddings.weight", [typeCount, embeddingSize], .positions)
    }
    if let widening {
      embedding.outputProjection = linear(prefix + widening, embeddingSize, hiddenSize)
    }
    return embedding
  }

  private func layer(_ path: String) -> LayerPlan {
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearPlan {
      self.linear("\(path).\(name)", inputs, outputs)
    }
    var (output, down) = (
      linear(names.attentionOutput, hiddenSize, hiddenSize),
      linear(names.down, innerSize, hiddenSize)
    )
    (output.writesResidual, down.writesResidual) = (true, true)
    return LayerPlan(
      mixer: .attention(
        AttentionPlan(
          projections: .separate(
            query: linear(names.query, hiddenSize, hiddenSize),
            key: linear(names.key, hiddenSize, hiddenSize),
            value: linear(names.value, hiddenSize, hiddenSize)),
          output: output,
          shape: AttentionShape(
            headCount: headCount, keyValueHeadCount: headCount, headWidth: headWidth),
          options: AttentionOptions(scale: 1 / Float(headWidth).squareRoot(), isCausal: false))),
      attentionSumNorm: norm("\(path).\(names.attentionNorm)", hiddenSize),
      feedForward: FeedForwardPlan(
        up: linear(names.up, hiddenSize, innerSize), down: down, activation: activation),
      feedForwardSumNorm: norm("\(path).\(names.outputNorm)", hiddenSize))
  }

  /// What is made of the first token.
  func pooler(_ prefix: String) -> LinearPlan? {
    names.pooler.map { linear(prefix + $0, hiddenSize, hiddenSize) }
  }

  func linear(_ path: String, _ inputs: Int, _ outputs: Int) -> LinearPlan {
    LinearPlan(path: path, inputs: inputs, outputs: outputs, hasBias: true)
  }

  func norm(_ path: String, _ width: Int) -> NormPlan {
    NormPlan(path: path, width: width, kind: .layer, epsilon: epsilon)
  }
}

// MARK: As it is written

extension BertPlan {
  /// The keys of config.json that it follows from.
  var members: JSONObject {
    var members: JSONObject = [
      keys.hiddenSize: .integer(hiddenSize), keys.innerSize: .integer(innerSize),
      keys.layerCount: .integer(layerCount), keys.headCount: .integer(headCount),
      "vocab_size": .integer(vocabularySize),
      "max_position_embeddings": .integer(positionRows),
      keys.activation: .string(activation.configName), ModelConfig.tieKey: .bool(isTied),
    ]
    if let key = keys.epsilon { members[key] = .number(epsilon) }
    if typeCount > 0 { members["type_vocab_size"] = .integer(typeCount) }
    return members.overlaid(by: ownMembers)
  }
}
