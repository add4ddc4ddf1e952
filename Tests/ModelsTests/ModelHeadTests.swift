import CPU
import Checkpoints
import Models
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

@Suite("Config and head in a model's files") struct ModelHeadTests {
  @Test(
    "a head that differs is one of its own, whatever the config says", arguments: DType.allCases)
  func otherHead(dtype: DType) throws {
    let folder = try TemporaryFolder()
    let config = tinyConfig([("tie_word_embeddings", true)])
    let table = Tensor((0..<128).map { Float($0) / 64 }, shape: [16, 8])
    let other = table.copy()
    other[127] += 1
    for (head, isTied) in [(table, true), (other, false)] {
      let files = try files(
        config, ["model.embed_tokens.weight": table, "lm_head.weight": head], as: dtype, in: folder)
      #expect(files.config.isTied == isTied)
      #expect(files.contents.notes.isEmpty == isTied)
      let written = files.contents.config
      #expect(written["tie_word_embeddings"] == .bool(isTied))
      #expect(try ModelConfig(written).isTied == isTied)
    }
  }

  @Test("a tied model whose file has the head alone has its table in it") func headAlone() throws {
    let folder = try TemporaryFolder()
    let files = try files(
      tinyConfig([("model_type", "gemma")]),
      ["lm_head.weight": Tensor((0..<128).map(Float.init), shape: [16, 8])], in: folder)
    #expect(files.config.isTied)
    let table = files.config.blueprint.embedding.tokens
    #expect(try files.tensor(table, on: CPUDevice()).values[9] == 9)
  }

  @Test("an end beyond the vocabulary is refused, wherever it is named") func endBeyondAll() throws
  {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model"
    try ModelDirectory.write(
      ModelContents(
        config: tinyConfig(), tokenizer: Array("{}".utf8),
        generationConfig: ["eos_token_id": 16]), tensors: [:], as: .float32, to: path)
    let error = failure { () throws(CheckpointError) in try ModelFiles(path: path) }
    #expect(error?.message.contains("generation_config.json: `eos_token_id` is 16") == true)
  }

  /// Writes a folder with these tensors and opens it.
  private func files(
    _ config: JSONObject, _ tensors: [String: Tensor], as dtype: DType = .float32,
    in folder: TemporaryFolder
  ) throws -> ModelFiles {
    let path = folder.path + "/model"
    try ModelDirectory.write(
      ModelContents(config: config, tokenizer: Array("{}".utf8)), tensors: tensors, as: dtype,
      to: path)
    return try ModelFiles(path: path)
  }
}
