import Autograd
import Checkpoints
import Datasets
import Models
import Serialization
import Tensors
import TestSupport
import Testing

@Suite("A model's files") struct ModelFilesTests {
  /// The names that transformers gave the tensors of the fixture, or of its part for texts.
  @Test(
    "a model takes all tensors of its file, under their names",
    arguments: GoldenModel.all + GoldenModel.families)
  func names(golden: GoldenModel) throws {
    let file = try Safetensors(path: golden.path + "/model.safetensors")
    let part = "language_model."
    let ofTexts = file.names.filter { $0.contains(part) || $0.hasPrefix("lm_head") }
    let names =
      file.names.contains { $0.contains(part) }
      ? ofTexts.map { $0.replacing(part, with: "") } : file.names
    #expect(try golden.model().tensorsForFiles().keys.sorted() == names)
  }

  @Test("float32 written and read again has the same bits", arguments: [true, false])
  func float32(isTied: Bool) throws {
    let model = try TinyModel.make(isTied: isTied)
    let folder = try TemporaryFolder()
    try write(model, as: .float32, to: folder)
    let read = try Transformer(reading: ModelFiles(path: folder.path + "/model"))
    #expect(read.bits == model.bits)
    #expect(read.config.isTied == isTied)
  }

  @Test(
    "what is written is the model that was read: names, weights and config",
    arguments: GoldenModel.families)
  func roundTrip(golden: GoldenModel) throws {
    let model = try golden.model()
    let folder = try TemporaryFolder()
    try write(model, as: .float32, to: folder)
    let read = try Transformer(reading: ModelFiles(path: folder.path + "/model"))
    #expect(read.bits == model.bits)
    #expect(read.blueprint == model.blueprint)
    var config = model.config.json
    for key in ["torch_dtype", "dtype"] { config[key] = "float32" }
    #expect(read.config.json == config)
    let ids = try #require(golden.examples().first).ids
    #expect(read.logits(ofAll: ids).bits == model.logits(ofAll: ids).bits)
  }

  @Test("an untrained gemma's norms begin as 1, kept as 0")
  func untrainedOffset() throws {
    let golden = GoldenModel.gemma2
    let model = Transformer(untrained: try golden.config(), seed: 1)
    #expect(model.norm?.weight.value.values == [Float](repeating: 0, count: 16))
    let ids = try #require(golden.examples().first).ids
    #expect(model.logits(ofAll: ids).isFinite)
  }

  /// bfloat16 has 8 significant bits, so rounding is off by 2⁻⁸ of a value at the most.
  @Test("bfloat16 written and read again is as close as the format allows")
  func bfloat16() throws {
    let model = try TinyModel.make(isTied: false)
    let folder = try TemporaryFolder()
    try write(model, as: .bfloat16, to: folder)
    let read = try Transformer(reading: ModelFiles(path: folder.path + "/model"))
    for (before, after) in zip(model.parameters, read.parameters) {
      expectClose(after.value.values, before.value.values, withinShareOfLargest: 0x1p-8)
    }
    // Rounding once is all there is: what was read is written as it is.
    try write(read, as: .bfloat16, to: folder)
    let again = try Transformer(reading: ModelFiles(path: folder.path + "/model"))
    #expect(again.bits == read.bits)
  }

  @Test("a tensor that is missing, or of another shape, is named")
  func wrongTensors() throws {
    let model = try TinyModel.make(isTied: false)
    let folder = try TemporaryFolder()
    var tensors = model.namedTensors
    tensors["model.norm.weight"] = nil
    try write(tensors, of: model, to: folder)
    #expect(
      failure(reading: folder) == .missingTensor(name: "model.norm.weight", path: place(folder)))
    tensors["model.norm.weight"] = Tensor(zeros: [18])
    try write(tensors, of: model, to: folder)
    #expect(
      failure(reading: folder)
        == .wrongShape(
          tensor: "model.norm.weight", path: place(folder) + "/model.safetensors", found: [18],
          expected: [19]))
  }

  @Test("an untrained model is a function of its seed")
  func untrained() throws {
    let config = try TinyModel.config(isTied: false)
    let model = Transformer(untrained: config, seed: 1)
    #expect(model.bits == Transformer(untrained: config, seed: 1).bits)
    #expect(model.bits != Transformer(untrained: config, seed: 2).bits)
    let query = model.layers[0].linears[0]
    #expect(query.bias?.value.values == [Float](repeating: 0, count: 24))
    #expect(model.norm?.weight.value.values == [Float](repeating: 1, count: 19))
    let deviation = (query.weight.value.sumOfSquares / Double(24 * 19)).squareRoot()
    // 456 draws: the deviation of the deviation is 0.02 / √912.
    #expect(abs(deviation - 0.02) < 4 * 0.02 / 912.0.squareRoot())
  }

  private func write(_ model: Transformer, as dtype: DType, to folder: TemporaryFolder) throws {
    try ModelDirectory.write(
      ModelContents(config: model.config.json, tokenizer: Array("{}".utf8)),
      tensors: model.tensorsForFiles(), as: dtype, to: place(folder))
  }

  private func write(
    _ tensors: [String: Tensor], of model: Transformer, to folder: TemporaryFolder
  )
    throws
  {
    try ModelDirectory.write(
      ModelContents(config: model.config.json, tokenizer: Array("{}".utf8)), tensors: tensors,
      as: .float32, to: place(folder))
  }

  private func place(_ folder: TemporaryFolder) -> String { folder.path + "/model" }

  private func failure(reading folder: TemporaryFolder) -> CheckpointError? {
    do throws(CheckpointError) {
      _ = try Transformer(reading: ModelFiles(path: place(folder)))
      return nil
    } catch { return error }
  }
}
