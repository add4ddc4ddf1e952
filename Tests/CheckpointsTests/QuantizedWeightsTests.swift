import Checkpoints
import Foundation
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

/// Matrices in fewer bits, against the numbers that the programs that wrote them make of them.
@Suite("Quantised weights of other programs") struct QuantizedWeightsTests {
  private static let fixtures = URL(filePath: GoldenModel.tied.path).deletingLastPathComponent()
    .appending(path: "quantized").path

  static let schemes: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: fixtures)) ?? []).sorted()

  /// A folder whose weights are a fixture, its config with what the fixture says of them.
  private func folder(_ name: String, _ change: (String) -> String = { $0 }) throws
    -> TemporaryFolder
  {
    let folder = try TemporaryFolder()
    let source = Self.fixtures + "/" + name
    try FileManager.default.copyItem(
      atPath: source, toPath: folder.path + "/model.safetensors")
    try folder.put("tokenizer.json", "{}")
    let own = try #require(try Safetensors(path: source).metadata["config"])
    let config = JSONObject(
      tinyConfig().entries + (try JSONValue(parsing: Array(change(own).utf8)).object?.entries ?? [])
    )
    try folder.put("config.json", JSONValue.object(config).text)
    return folder
  }

  /// Tolerance: one rounding of float32 for a product, one for a sum.
  @Test("are read as the numbers that they stand for", arguments: schemes)
  func numbers(name: String) throws {
    let folder = try folder(name)
    let model = try ModelDirectory(path: folder.path)
    #expect(model.tensorNames == ["expected", "m.weight"])
    #expect(model.shape(of: "m.weight") == [16, 64])
    let read = try model.tensor(named: "m.weight", shape: [16, 64])
    let expected = try model.tensor(named: "expected", shape: [16, 64])
    for (one, other) in zip(read.values, expected.values) {
      #expect(abs(one - other) <= 3e-7 * max(abs(one), abs(other)) + 1e-9)
    }
    #expect(try model.areEqual("m.weight", "m.weight"))
    // What is read is plain numbers, and the config says nothing else any more.
    #expect(model.contents.config["quantization_config"] == nil)
    #expect(model.contents.notes.contains { $0.contains("quantised") })
  }

  @Test("all schemes have a fixture") func hasAll() {
    #expect(Self.schemes.count >= 16)
  }

  static let refusals: [(file: String, old: String, new: String, says: String)] = [
    (
      "gptq-4.safetensors", "\"gptq\", \"bits\"", "\"aqlm\", \"bits\"", "`quant_method` is \"aqlm\""
    ),
    ("gptq-4.safetensors", "\"bits\": 4", "\"bits\": 8", "tensor `m."),
    (
      "gptq-4.safetensors", "\"checkpoint_format\": \"gptq\"", "\"checkpoint_format\": \"marlin\"",
      "marlin"
    ),
    ("awq.safetensors", "\"gemm\"", "\"gemv\"", "gemv"),
    ("fp8-blocks.safetensors", "[8, 24]", "[8, 16]", "instead of [2, 4]"),
    ("fp8-blocks.safetensors", "[8, 24]", "[8]", "weight_block_size"),
    ("mlx-4.safetensors", "\"bits\": 4}", "\"bits\": 3}", "tensor `m."),
    ("packed-4.safetensors", "\"num_bits\": 4", "\"num_bits\": 8", "tensor `m."),
    ("packed-4.safetensors", "pack-quantized", "marlin-24", "marlin-24"),
  ]

  @Test("a layout that is another is refused by name", arguments: refusals)
  func refuses(file: String, old: String, new: String, says: String) throws {
    let folder = try folder(file) { $0.replacingOccurrences(of: old, with: new) }
    let error = failure { () throws(CheckpointError) in try ModelDirectory(path: folder.path) }
    #expect(error?.message.contains(says) == true, "\(error?.message ?? "no error")")
  }
}

@Suite("Which files hold the weights") struct FolderWeightsTests {
  private func put(_ name: String, _ tensor: String, in folder: TemporaryFolder) throws {
    try Safetensors.write(
      [tensor: Tensor([1], shape: [1])], as: .float32, to: folder.path + "/" + name)
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try putTinyModel(in: folder)
    return folder
  }

  private func withoutWeights() throws -> TemporaryFolder {
    let folder = try folder()
    try FileManager.default.removeItem(atPath: folder.path + "/model.safetensors")
    return folder
  }

  private func error(_ path: String) -> CheckpointError? {
    failure { () throws(CheckpointError) in try ModelDirectory(path: path) }
  }

  @Test("a path to a file means that file in its folder") func file() throws {
    let folder = try folder()
    try put("other.safetensors", "o", in: folder)
    #expect(try ModelDirectory(path: folder.path).tensorNames == ["w"])
    #expect(try ModelDirectory(path: folder.path + "/model.safetensors").tensorNames == ["w"])
    #expect(try ModelDirectory(path: folder.path + "/other.safetensors").tensorNames == ["o"])
  }

  @Test("a path to a shard means all of them") func shard() throws {
    let folder = try withoutWeights()
    try put("model-00001-of-00002.safetensors", "a", in: folder)
    try put("model-00002-of-00002.safetensors", "b", in: folder)
    let second = folder.path + "/model-00002-of-00002.safetensors"
    #expect(try ModelDirectory(path: second).tensorNames == ["a", "b"])
    // Also without an index, as long as none is missing.
    #expect(try ModelDirectory(path: folder.path).tensorNames == ["a", "b"])
    try FileManager.default.removeItem(atPath: second)
    #expect(
      error(folder.path)
        == .missingShard(
          name: "model-00002-of-00002.safetensors",
          index: folder.path + "/model-00001-of-00002.safetensors"))
  }

  @Test("an index of one shard") func single() throws {
    let folder = try withoutWeights()
    try put("model-00001-of-00001.safetensors", "a", in: folder)
    try folder.put(
      ShardIndex.fileName, #"{"weight_map": {"a": "model-00001-of-00001.safetensors"}}"#)
    #expect(try ModelDirectory(path: folder.path).tensorNames == ["a"])
  }

  @Test("the only file of another name is taken, of several one has to be named") func names()
    throws
  {
    let folder = try withoutWeights()
    try put("model.fp16.safetensors", "a", in: folder)
    #expect(try ModelDirectory(path: folder.path).tensorNames == ["a"])
    try put("model.ema.safetensors", "a", in: folder)
    #expect(
      error(folder.path)
        == .severalWeights(
          folder: folder.path, files: ["model.ema.safetensors", "model.fp16.safetensors"]))
  }

  @Test(
    "what is there for other programs is named",
    arguments: [
      ("model.onnx", "ONNX"), ("tf_model.h5", "TensorFlow"), ("flax_model.msgpack", "Flax"),
      ("weights.npz", "NumPy"), ("model.gguf", "GGUF"),
    ])
  func foreign(name: String, says: String) throws {
    let folder = try withoutWeights()
    try folder.put(name, "x")
    let found = error(folder.path)
    #expect(found == .foreignWeights(folder: folder.path, file: name))
    #expect(found?.message.contains(says) == true, "\(found?.message ?? "")")
  }

  @Test("a link to nothing, as an interrupted download leaves it") func link() throws {
    let folder = try withoutWeights()
    let path = folder.path + "/model.safetensors"
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: folder.path + "/blobs/abc")
    #expect(error(folder.path) == .danglingLink(path: path))
  }
}
