import Checkpoints
package import Language
import Models
import Reporting
import Serialization
package import Session
import Tokenizers

/// The command `new model "wren" {hidden: 192, layers: 7}`.
package struct NewModel: Command {
  package static let signature = Signature(
    "new model", "Make an untrained model of the llama family around a tokenizer.",
    details: [
      "The record may give hidden, layers, heads, key_heads, inner (feed-forward width), context, "
        + "and tied (whether the output head is the embedding). The tokenizer is a tokenizer.json, "
        + "such as `train tokenizer` writes; if it has the tokens <|user|>, <|assistant|> and "
        + "<|end|>, the model gets a chat template of them."
    ],
    patterns: ["<name:newName> <shape:record> tokenizer <tokenizer:path>"],
    slots: ["tokenizer": .about("a tokenizer.json")], effects: ["model"],
    synonyms: ["create", "init"],
    result: [.init("parameters", "how many numbers it has to learn")],
    examples: [
      "new model wren {hidden: 64, layers: 2, heads: 4, context: 128} tokenizer \"tokenizer.json\""
    ], seeAlso: ["train tokenizer", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let name = call.name("name") ?? "model"
    let path = call.text("tokenizer") ?? ""
    let tokenizer = try read(path)
    session.note(InputFile(kind: "tokenizer", name: path, path: path))
    let config = try config(of: call, tokenizer)
    let device = try session.chosenDevice()
    do throws(ModelError) {
      try LoadedModel.checkMemory(for: config.blueprint, on: device)
    } catch { throw Diagnostic(error) }
    let seed = session.settings.seed
    let contents = contents(config, tokenizer)
    let model = Transformer(untrained: config, seed: seed, on: device)
    do throws(ModelError) {
      session.model = try LoadedModel(
        name: name, contents: contents, model: model, origin: .untrained(config, seed: seed))
    } catch { throw Diagnostic(error) }
    session.show(
      .report(
        .text(
          "\(name): \(Quantity(Double(model.parameterCount), .magnitude).text) parameters, "
            + "untrained, \(tokenizer.vocabularySize) tokens, context \(config.maximumPositions)")))
    return .record(["parameters": .integer(model.parameterCount)])
  }

  private static func read(_ path: String) throws(Diagnostic) -> Tokenizer {
    let bytes: [UInt8]
    do throws(CheckpointError) {
      bytes = try OpenFile.contents(of: path, limit: ModelContents.tokenizerLimit)
    } catch { throw Diagnostic(error) }
    do throws(TokenizerError) { return try Tokenizer(fileContents: bytes) } catch {
      throw Diagnostic(.tokenizer(error) as ModelError)
    }
  }

  /// The keys of the record, the config's key for each, and what is taken when it is left out.
  private static let keys: [(name: String, key: String, fallback: Int)] = [
    ("hidden", "hidden_size", 256), ("layers", "num_hidden_layers", 4),
    ("heads", "num_attention_heads", 4), ("key_heads", "num_key_value_heads", 0),
    ("inner", "intermediate_size", 0), ("context", "max_position_embeddings", 512),
  ]

  private static func config(
    of call: Call, _ tokenizer: Tokenizer
  ) throws(Diagnostic) -> ModelConfig {
    guard case .record(let shape) = call.value("shape") else {
      throw Diagnostic(code: .unexpected, "the model's shape is a record.", at: call.label("shape"))
    }
    var sizes: [String: Int] = [:]
    for key in keys { sizes[key.name] = key.fallback }
    var isTied = true
    for (name, value) in shape.fields {
      switch value {
      case .bool(let flag) where name == "tied": isTied = flag
      case .number(let number) where sizes[name] != nil && Int(exactly: number) != nil:
        sizes[name] = Int(number)
      default:
        throw Diagnostic(
          code: .unfitShape, "`\(name): \(value.source)` is not part of a model's shape.",
          at: call.label("shape", "known: \(keys.map(\.name).joined(separator: ", ")), tied"))
      }
    }
    if sizes["key_heads"] == 0 { sizes["key_heads"] = sizes["heads"] }
    // Two thirds of four times the width: as many multiplications as a plain layer of four times.
    if sizes["inner"] == 0 { sizes["inner"] = ((sizes["hidden"] ?? 0) * 8 / 3 + 15) / 16 * 16 }
    var object: JSONObject = [
      "model_type": "llama", "vocab_size": .integer(tokenizer.vocabularySize), "rms_norm_eps": 1e-5,
      "rope_theta": 10000, "tie_word_embeddings": .bool(isTied), "bos_token_id": nil,
      "eos_token_id": end(of: tokenizer).map { .integer(Int($0)) } ?? .null,
    ]
    for key in keys { object[key.key] = .integer(sizes[key.name] ?? key.fallback) }
    do throws(CheckpointError) { return try ModelConfig(object, path: "new model") } catch {
      throw Diagnostic(
        code: .unfitShape, error.message, at: call.label("shape"))
    }
  }

  /// The token that ends a text: the first of the usual names that the tokenizer has.
  private static func end(of tokenizer: Tokenizer) -> Int32? {
    EndTokens.names.lazy.compactMap { tokenizer.id(of: $0) }.first
  }

  private static func contents(_ config: ModelConfig, _ tokenizer: Tokenizer) -> ModelContents {
    var contents = ModelContents(config: config.json, tokenizer: tokenizer.fileContents)
    var ends: [JSONValue] = []
    if let endOfText = end(of: tokenizer) {
      ends = [.integer(Int(endOfText))]
      contents.generationConfig = ["eos_token_id": ends[0]]
      contents.tokenizerConfig = ["eos_token": .string(tokenizer.token(of: endOfText) ?? "")]
    }
    let ids = ChatTokens.all.compactMap { tokenizer.id(of: $0) }
    if ids.count == ChatTokens.all.count, let end = tokenizer.id(of: ChatTokens.end) {
      contents.chatTemplate = ChatTokens.template
      contents.generationConfig["eos_token_id"] = .array([.integer(Int(end))] + ends)
    }
    return contents
  }
}

extension DiagnosticCode {
  static let unfitShape = DiagnosticCode(
    "S303", "the shape of a new model does not fit",
    "The sizes of a new model have to go together: heads divide the width, key heads divide the "
      + "heads. The message names what does not.")
}
