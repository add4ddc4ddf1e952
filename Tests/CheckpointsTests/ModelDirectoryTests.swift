import Checkpoints
import Foundation
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

@Suite("Model folders") struct ModelDirectoryTests {
  private func contents() throws -> ModelContents {
    ModelContents(
      config: tinyConfig([("my_key", 7)]), tokenizer: Array("{\"t\":1}".utf8),
      tokenizerConfig: ["bos_token": "<s>", "eos_token": ["content": "</s>"]],
      chatTemplate: "{{ messages }}é", generationConfig: ["eos_token_id": [2, 3]])
  }

  @Test(arguments: DType.allCases)
  func readsBackWhatItWrites(dtype: DType) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/new/model"
    let tensors = ["w": Tensor([1, 2, 3, 4], shape: [2, 2]), "v": Tensor([0.5], shape: [1])]
    let hash = try ModelDirectory.write(contents(), tensors: tensors, as: dtype, to: path)
    #expect(try ContentHash.ofFile(at: path + "/model.safetensors") == hash)

    let model = try ModelDirectory(path: path)
    #expect(model.tensorNames == ["v", "w"])
    #expect(model.shape(of: "w") == [2, 2])
    #expect(try model.tensor(named: "w", shape: [2, 2]).values == [1, 2, 3, 4])
    #expect(model.contents.config["my_key"] == 7)
    #expect(model.contents.config["dtype"] == .string("\(dtype)"))
    #expect(model.contents.tokenizer == Array("{\"t\":1}".utf8))
    #expect(model.contents.chatTemplate == "{{ messages }}é")
    #expect(model.contents.endOfSequenceIDs == [2, 3])
    #expect(model.contents.specialTokens == ["bos_token": "<s>", "eos_token": "</s>"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path).sorted() == [
        "chat_template.jinja", "config.json", "generation_config.json",
        "model-manifest.json", "model.safetensors",
        "tokenizer.json", "tokenizer_config.json",
      ])

    // Over itself, now without a template: nothing stale stays.
    var plain = model.contents
    plain.chatTemplate = nil
    try ModelDirectory.write(plain, tensors: tensors, as: dtype, to: path)
    #expect(try ModelDirectory(path: path).contents.chatTemplate == nil)
  }

  @Test func stopsAtTheConfigsEndWhenGenerationSaysNone() throws {
    var contents = try contents()
    contents.generationConfig = [:]
    #expect(contents.endOfSequenceIDs == [2])
    contents.generationConfig = ["eos_token_id": 5]
    #expect(contents.endOfSequenceIDs == [5])
  }

  static let templates: [(JSONValue, String)] = [
    ("plain", "plain"),
    ([["name": "tool", "template": "T"], ["name": "default", "template": "D"]], "D"),
    ([["name": "only", "template": "O"]], "O"),
  ]

  @Test("finds the template inside tokenizer_config.json", arguments: templates)
  func findsTemplate(value: JSONValue, template: String) throws {
    let folder = try TemporaryFolder()
    try putTinyModel(in: folder)
    try folder.put(
      "tokenizer_config.json", JSONValue.object(["chat_template": value]).prettyText)
    #expect(try ModelDirectory(path: folder.path).contents.chatTemplate == template)
    try folder.put("chat_template.jinja", "from the file")
    #expect(try ModelDirectory(path: folder.path).contents.chatTemplate == "from the file")
  }

  @Test("takes special tokens from a file of their own where tokenizer_config.json has none")
  func findsSpecialTokens() throws {
    let folder = try TemporaryFolder()
    try putTinyModel(in: folder)
    try folder.put("tokenizer_config.json", #"{"eos_token": "<end>", "bos_token": null}"#)
    try folder.put(
      "special_tokens_map.json",
      #"{"bos_token": {"content": "<start>", "lstrip": false}, "eos_token": "</s>", "x": 1}"#)
    let tokens = try ModelDirectory(path: folder.path).contents.specialTokens
    #expect(tokens == ["bos_token": "<start>", "eos_token": "<end>"])
  }

  static let damages: [(file: String, text: String?, says: String)] = [
    ("config.json", nil, "has no config.json"),
    ("tokenizer.json", nil, "has no tokenizer.json"),
    ("model.safetensors", nil, "neither model.safetensors nor"),
    ("config.json", "{", "config.json, line 1, column 2"),
    ("config.json", "[]", "allowed: an object"),
    ("tokenizer_config.json", #"{"chat_template":1}"#, "`chat_template` is 1"),
    ("model.safetensors", "short", "ends at byte 5"),
  ]

  @Test("says which file is missing or wrong", arguments: damages)
  func saysWhatIsWrong(file: String, text: String?, says: String) throws {
    let folder = try TemporaryFolder()
    try putTinyModel(in: folder)
    if let text {
      try folder.put(file, text)
    } else {
      try FileManager.default.removeItem(atPath: folder.path + "/" + file)
    }
    let error = try #require(
      failure { () throws(CheckpointError) in try ModelDirectory(path: folder.path) })
    #expect(error.message.contains(says), "\(error.message)")
  }

  @Test("refuses pickles", arguments: ["pytorch_model.bin", "model.pt", "x.pkl"])
  func refusesPickles(name: String) throws {
    let folder = try TemporaryFolder()
    try putTinyModel(in: folder)
    try FileManager.default.removeItem(atPath: folder.path + "/model.safetensors")
    try folder.put(name, "x")
    let error = failure { () throws(CheckpointError) in try ModelDirectory(path: folder.path) }
    #expect(error == .pickleCheckpoint(folder: folder.path, file: name))
    #expect(error?.message.contains("convert to safetensors first") == true)
  }

  @Test func refusesToWriteOverOtherThings() throws {
    let folder = try TemporaryFolder()
    try folder.put("notes.txt", "mine")
    let contents = try contents()
    #expect(
      failure { () throws(CheckpointError) in
        try ModelDirectory.write(contents, tensors: [:], as: .float32, to: folder.path)
      } == .notAModelFolder(path: folder.path, found: "notes.txt"))
    #expect(try folder.names == ["notes.txt"])
    let file = folder.path + "/notes.txt"
    let error = failure { () throws(CheckpointError) in
      try ModelDirectory.write(contents, tensors: [:], as: .float32, to: file)
    }
    #expect(error == .fileSystem(.open, path: file, errno: ENOTDIR))
  }

  @Test func refusesToWriteOverShards() throws {
    let folder = try TemporaryFolder()
    try folder.put("config.json", "{}")
    try folder.put(ShardIndex.fileName, "{}")
    let contents = try contents()
    #expect(
      failure { () throws(CheckpointError) in
        try ModelDirectory.write(contents, tensors: [:], as: .float32, to: folder.path)
      } == .shardedModelThere(path: folder.path))
  }
}

@Suite("Shards") struct ShardTests {
  private func shardedModel(_ map: JSONValue) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try putTinyModel(in: folder)
    try FileManager.default.removeItem(atPath: folder.path + "/model.safetensors")
    for (index, name) in ["a", "b"].enumerated() {
      try Safetensors.write(
        [name: Tensor([Float(index)], shape: [1])], as: .float32,
        to: folder.path + "/\(index).safetensors")
    }
    try folder.put(ShardIndex.fileName, JSONValue.object(["weight_map": map]).text)
    return folder
  }

  private func error(_ folder: TemporaryFolder) -> CheckpointError? {
    failure { () throws(CheckpointError) in try ModelDirectory(path: folder.path) }
  }

  @Test func readsTensorsFromTheirShards() throws {
    let folder = try shardedModel(["a": "0.safetensors", "b": "1.safetensors"])
    let model = try ModelDirectory(path: folder.path)
    #expect(model.tensorNames == ["a", "b"])
    #expect(try model.tensor(named: "a").values == [0])
    #expect(try model.tensor(named: "b").values == [1])
  }

  static let unsafeNames = [
    "/etc/passwd", "../0.safetensors", "sub/0.safetensors", "..", "0.bin", "", "a\\b.safetensors",
    "0.safetensors\u{0}", "\u{1B}.safetensors",
  ]

  @Test("opens only plain names", arguments: unsafeNames)
  func refusesUnsafeNames(name: String) throws {
    let error = try error(shardedModel(["a": "0.safetensors", "b": .string(name)]))
    guard case .unsafeFileName(name, _, _) = error else {
      Issue.record("\(name) gave \(String(describing: error))")
      return
    }
  }

  @Test func refusesALinkOutOfTheFolder() throws {
    let outside = try TemporaryFolder()
    let folder = try shardedModel(["a": "0.safetensors", "b": "2.safetensors"])
    let target = outside.path + "/2.safetensors"
    try Safetensors.write(["b": Tensor([1], shape: [1])], as: .float32, to: target)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/2.safetensors", withDestinationPath: target)
    let message = error(folder)?.message
    #expect(message?.contains("is a link out of the folder") == true)
  }

  @Test("follows the links of a snapshot in the Hugging Face cache")
  func followsCacheLinks() throws {
    let cache = try TemporaryFolder()
    let model = try shardedModel(["a": "0.safetensors", "b": "1.safetensors"])
    let snapshot = cache.path + "/snapshots/abc"
    let files = FileManager.default
    try files.createDirectory(atPath: cache.path + "/snapshots", withIntermediateDirectories: true)
    try files.createDirectory(atPath: cache.path + "/blobs", withIntermediateDirectories: true)
    try files.moveItem(atPath: model.path, toPath: snapshot)
    try files.moveItem(
      atPath: snapshot + "/1.safetensors", toPath: cache.path + "/blobs/1234")
    try files.createSymbolicLink(
      atPath: snapshot + "/1.safetensors", withDestinationPath: "../../blobs/1234")
    #expect(try ModelDirectory(path: snapshot).tensor(named: "b").values == [1])
  }

  @Test func refusesMissingShardsAndTensors() throws {
    let missing = try shardedModel(["a": "0.safetensors", "b": "9.safetensors"])
    #expect(
      error(missing)
        == .missingShard(
          name: "9.safetensors", index: missing.path + "/" + ShardIndex.fileName))
    let swapped = try shardedModel(["a": "1.safetensors", "b": "0.safetensors"])
    #expect(
      error(swapped) == .missingTensor(name: "a", path: swapped.path + "/1.safetensors"))
  }

  @Test func refusesATensorInTwoShards() throws {
    let folder = try shardedModel(["a": "0.safetensors", "b": "1.safetensors"])
    try Safetensors.write(
      ["a": Tensor([5], shape: [1]), "b": Tensor([6], shape: [1])], as: .float32,
      to: folder.path + "/1.safetensors")
    #expect(
      error(folder)
        == .tensorTwice(
          name: "a", first: folder.path + "/0.safetensors",
          second: folder.path + "/1.safetensors"))
  }

  @Test("refuses a map of something else", arguments: [JSONValue.null, [:], ["a": 1], []])
  func refusesBadMaps(map: JSONValue) throws {
    #expect(try error(shardedModel(map)) != nil)
  }
}
