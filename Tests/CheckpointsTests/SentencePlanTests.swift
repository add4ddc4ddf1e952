import Foundation
import Tensors
import TestSupport
import Testing

@testable import Checkpoints

/// What files of sentence-transformers say of a model's vectors.
@Suite("How texts become vectors, by their files") struct SentencePlanTests {
  private static let transformer =
    #"{"path": "", "type": "sentence_transformers.models.Transformer"}"#
  private static let pooling = #"{"path": "1_Pooling", "type": "a.b.Pooling"}"#

  /// A folder with these files, each below it.
  private func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files {
      let parts = name.split(separator: "/")
      if parts.count > 1 {
        try FileManager.default.createDirectory(
          atPath: folder.path + "/" + parts[0], withIntermediateDirectories: true)
      }
      try folder.put(name, Array(text.utf8))
    }
    return folder
  }

  private func plan(
    modules: [String] = [transformer, pooling], _ files: [String: String] = [:]
  ) throws -> SentencePlan? {
    let list = [
      "modules.json": "[\(modules.joined(separator: ", "))]", "1_Pooling/config.json": "{}",
    ]
    let folder = try folder(list.merging(files) { $1 })
    return try withExtendedLifetime(folder) { try SentencePlan(folder: folder.path) }
  }

  @Test("a folder that says nothing has no plan") func none() throws {
    let folder = try folder([:])
    #expect(try SentencePlan(folder: folder.path) == nil)
  }

  @Test("pooling by its old words, and by its new one") func poolings() throws {
    let old = #"{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": true}"#
    #expect(try plan(["1_Pooling/config.json": old])?.poolings == [.first, .mean])
    #expect(try plan(["1_Pooling/config.json": "{}"])?.poolings == [.mean])
    let new = #"{"pooling_mode": "lasttoken", "include_prompt": false}"#
    let found = try #require(try plan(["1_Pooling/config.json": new]))
    #expect(found.poolings == [.last] && !found.includesPrompt)
    let several = #"{"pooling_mode": ["max", "mean_sqrt_len_tokens", "weightedmean"]}"#
    #expect(
      try plan(["1_Pooling/config.json": several])?.poolings
        == [.largest, .meanByRoot, .weightedMean])
  }

  @Test("lengths, capitals and prompts") func texts() throws {
    let found = try #require(
      try plan([
        "sentence_roberta_config.json": #"{"max_seq_length": 99, "do_lower_case": true}"#,
        "config_sentence_transformers.json":
          #"{"prompts": {"query": "find: ", "document": null}, "default_prompt_name": "query"}"#,
      ]))
    #expect(found.maximumLength == 99 && found.lowercases)
    #expect(found.prompt == "find: ")
  }

  @Test("what sentence-transformers saved is read") func saved() throws {
    let found = try #require(try SentencePlan(folder: GoldenModel.fixtures + "/sentences"))
    #expect(found.poolings == [.first, .largest, .mean, .meanByRoot, .weightedMean, .last])
    guard case .dense(let step) = found.steps.first, found.steps.count == 2 else {
      Issue.record("\(found.steps)")
      return
    }
    #expect((step.inputs, step.outputs, step.activation) == (96, 12, .tanh) && step.hasBias)
    #expect(found.steps.last == .normalize)
  }

  static let refused: [(files: [String: String], modules: [String], key: String)] = [
    ([:], [transformer], "type"),
    ([:], [transformer, pooling, #"{"path": "2_LSTM", "type": "a.LSTM"}"#], "type"),
    ([:], [transformer, pooling, pooling], "type"),
    ([:], [#"{"path": "0_BERT", "type": "a.Transformer"}"#, pooling], "type"),
    ([:], [transformer, #"{"path": "../elsewhere", "type": "a.Pooling"}"#], "path"),
    ([:], [transformer, #"{"path": "/etc", "type": "a.Pooling"}"#], "path"),
    (
      ["1_Pooling/config.json": #"{"pooling_mode": "median"}"#], [transformer, pooling],
      "pooling_mode"
    ),
    (
      ["config_sentence_transformers.json": #"{"default_prompt_name": "query"}"#],
      [transformer, pooling], "default_prompt_name"
    ),
    (
      ["sentence_bert_config.json": #"{"max_seq_length": 0}"#], [transformer, pooling],
      "max_seq_length"
    ),
  ]

  @Test("what would give other vectors is refused by its key", arguments: refused)
  func refusal(files: [String: String], modules: [String], key: String) throws {
    let folder = try folder(
      ["modules.json": "[\(modules.joined(separator: ", "))]", "1_Pooling/config.json": "{}"]
        .merging(files) { $1 })
    #expect(Self.key(of: failure { try SentencePlan(folder: folder.path) }) == key)
  }

  /// The key that an error names.
  private static func key(of error: CheckpointError?) -> String? {
    switch error {
    case .unsupported(_, let key, _, _): key
    case .setting(_, let key, _, _): key
    default: nil
    }
  }

  private func failure(_ body: () throws -> SentencePlan?) -> CheckpointError? {
    do {
      _ = try body()
      return nil
    } catch { return error as? CheckpointError }
  }

  @Test("a dense layer without its weights, or with another activation, is refused")
  func dense() throws {
    let modules = [Self.transformer, Self.pooling, #"{"path": "2_Dense", "type": "a.Dense"}"#]
    let sizes = #"{"in_features": 4, "out_features": 3, "activation_function": "torch.nn.X.Mish"}"#
    guard case .noWeights = failure({ try plan(modules: modules, ["2_Dense/config.json": sizes]) })
    else {
      Issue.record("read without weights")
      return
    }
    let files = ["2_Dense/config.json": sizes, "2_Dense/model.safetensors": ""]
    #expect(Self.key(of: failure { try plan(modules: modules, files) }) == "activation_function")
  }
}
