import Checkpoints
import Models
import Serialization
import Tensors
import TestSupport
import Tokenizers

/// A model that answers token t with token t + 1, so that a test chooses what it says.
///
/// All layers are zero, so what reaches the head is the embedding, one-hot; the head shifts it.
enum CountingModel {
  /// The tokens in the order they are said.
  ///
  /// `Ã` and `©` stand for the bytes C3 and A9: an é only when both have come. `Ġ` is a space, `č`
  /// a carriage return and `Ċ` a new line, as in byte-level files.
  static let tokens = [
    "H", "el", "lo", "Ġw", "or", "ld", "Ã", "©", "!", "Ċ", "U", "s", "er", ":", "<end>", "čĊ",
  ]
  static let end: Int32 = 14

  static func make(positions: Int = 64) throws -> Transformer {
    let size = tokens.count
    let config = try ModelConfig([
      "model_type": "llama", "hidden_size": .integer(size), "intermediate_size": 4,
      "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": .integer(size),
      "max_position_embeddings": .integer(positions),
    ])
    return Transformer(config: config) { plan in
      let tensor = Tensor(zeros: plan.shape)
      switch plan.name {
      case "model.norm.weight": tensor.fill(1)
      case "model.embed_tokens.weight": for id in 0..<size { tensor[id * size + id] = 1 }
      case "lm_head.weight":
        for id in 0..<size { tensor[(id + 1) % size * size + id] = 1 }
      default: break
      }
      return .dense(tensor)
    }
  }

  static func tokenizer() throws -> Tokenizer {
    let vocabulary = JSONObject(tokens.enumerated().map { ($1, JSONValue.integer($0)) })
    let file: JSONValue = [
      "model": ["type": "BPE", "vocab": .object(vocabulary), "merges": []],
      "decoder": ["type": "ByteLevel"],
      "added_tokens": [["id": .integer(Int(end)), "content": "<end>", "special": true]],
    ]
    return try Tokenizer(fileContents: Array(file.text.utf8))
  }
}
