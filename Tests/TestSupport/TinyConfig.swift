package import Checkpoints
package import Serialization

/// The error that `body` throws; nil when it throws none.
package func failure<Value>(of body: () throws(CheckpointError) -> Value) -> CheckpointError? {
  do throws(CheckpointError) {
    _ = try body()
    return nil
  } catch { return error }
}

/// A config.json of a tiny model with some keys set to other values; nil removes a key.
package func tinyConfig(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
  var object: JSONObject = [
    "model_type": "llama", "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 1,
    "num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": 16,
    "max_position_embeddings": 32, "bos_token_id": 1, "eos_token_id": 2,
  ]
  for (key, value) in changes { object[key] = value }
  return object
}
