import Checkpoints
import Datasets
import Foundation
import Generation
import Models
import Serialization
import Session
import TestSupport
import Tokenizers
import Training

/// A session with a tiny untrained model and a few rows, made without any command.
struct Desk {
  let session: Session
  let folder: TemporaryFolder

  /// `isLabelled` gives rows with one of two labels, otherwise a prompt and its completion; `isHalved` a
  /// model that reads with one half and writes with another; the model has `missingVectors` fewer than
  /// its tokenizer has tokens.
  init(
    isLabelled: Bool = false, isHalved: Bool = false, rows: [String]? = nil,
    missingVectors: Int = 0
  ) async throws {
    folder = try TemporaryFolder()
    session = Session(resources: Resources(executable: "", home: nil), show: { _ in })
    let rows =
      rows
      ?? (0..<12).map { row in
        isLabelled
          ? #"{"text":"number \#(row)","label":"\#(row % 2 == 0 ? "even" : "odd")"}"#
          : #"{"prompt":"number \#(row)","completion":"it is \#(row * 7)"}"#
      }
    try folder.put("rows.jsonl", Array(rows.joined(separator: "\n").utf8))
    let dataset = try DatasetFile().load(path: folder.path + "/rows.jsonl")
    let data = try LoadedData(name: "rows", dataset: dataset, ratios: [8, 4], seed: 0)
    try await session.take(data, isHalved: isHalved, missing: missingVectors)
  }
}

extension Session {
  /// Whether training changed the model.
  var isTuned: Bool { model?.isTuned ?? false }

  fileprivate func take(_ data: LoadedData, isHalved: Bool, missing: Int) throws {
    add(data)
    let tokenizer = try TokenizerTrainer.train(
      texts: data.train.flatMap(\.texts), vocabularySize: 300, specialTokens: ["<|endoftext|>"])
    var sizes: JSONObject = [
      "model_type": "llama", "hidden_size": 16, "intermediate_size": 32,
      "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 2,
      "vocab_size": .integer(tokenizer.vocabularySize - missing), "max_position_embeddings": 128,
      "rms_norm_eps": 1e-5, "rope_theta": 10000, "tie_word_embeddings": true,
      "bos_token_id": nil, "eos_token_id": 0,
    ]
    if isHalved {
      sizes = [
        "model_type": "t5", "d_model": 16, "d_ff": 32, "d_kv": 8, "num_heads": 2,
        "num_layers": 1, "n_positions": 128, "vocab_size": .integer(tokenizer.vocabularySize),
        "decoder_start_token_id": 0, "eos_token_id": 0,
      ]
    }
    let config = try ModelConfig(sizes, path: "config.json")
    let contents = ModelContents(config: config.json, tokenizer: tokenizer.fileContents)
    model = try LoadedModel(
      name: "wren", contents: contents,
      model: Transformer(untrained: config, seed: 0, on: device),
      origin: .untrained(config, seed: 0))
    settings.training.batchSize = 4
    settings.sampling.maximumTokens = 4
  }
}
