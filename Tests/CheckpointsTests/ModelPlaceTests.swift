import Checkpoints
import Foundation
import Serialization
import TestSupport
import Testing

@Suite("What lies at a path") struct ModelPlaceTests {
  private func make(_ names: [String], in folder: TemporaryFolder) throws {
    for name in names {
      let file = folder.path + "/" + name
      try FileManager.default.createDirectory(
        atPath: parentFolder(of: file), withIntermediateDirectories: true)
      try folder.put(name, name.hasSuffix("refs/main") ? "abc\n" : "{}")
    }
  }

  @Test("files") func files() throws {
    let folder = try TemporaryFolder()
    try make(["a.gguf", "m.safetensors", "w.bin", "t.txt"], in: folder)
    try folder.put("named-otherwise", "GGUF\u{3}")
    let at = { ModelPlace(at: folder.path + "/" + $0) }
    #expect(at("a.gguf") == .gguf(file: folder.path + "/a.gguf"))
    #expect(at("named-otherwise") == .gguf(file: folder.path + "/named-otherwise"))
    #expect(at("m.safetensors") == .tensors(folder: folder.path))
    #expect(at("w.bin") == .pickle(file: folder.path + "/w.bin"))
    #expect(at("t.txt") == .other(names: []))
    try make(["x.onnx", "tf/tf_model.h5"], in: folder)
    #expect(at("x.onnx") == .foreign(file: folder.path + "/x.onnx"))
    #expect(at("tf") == .foreign(file: folder.path + "/tf/tf_model.h5"))
    #expect(at("none") == .nothing && ModelPlace(at: "") == .nothing)
  }

  @Test("folders") func folders() throws {
    let folder = try TemporaryFolder()
    try make(
      [
        "model/config.json", "tok/tokenizer.json", "bin/pytorch_model.bin", "q/x.gguf",
        "adapter/adapter_config.json", "other/a", "other/b",
      ], in: folder)
    try folder.put(
      "adapter/adapter_config.json", #"{"base_model_name_or_path": "org/base"}"#)
    let at = { ModelPlace(at: folder.path + "/" + $0) }
    #expect(at("model") == .model && at("tok") == .tokenizer)
    #expect(at("bin") == .pickle(file: folder.path + "/bin/pytorch_model.bin"))
    #expect(at("q") == .gguf(file: folder.path + "/q/x.gguf"))
    #expect(at("adapter/") == .adapter(base: "org/base"))
    #expect(at("other") == .other(names: ["a", "b"]))
    #expect(
      ModelPlace(at: folder.path)
        == .shelf(models: [folder.path + "/model"], adapters: [folder.path + "/adapter"]))
  }

  @Test("the cache of the hub") func cache() throws {
    let folder = try TemporaryFolder()
    let model = "models--org--name"
    try make([model + "/snapshots/abc/config.json"], in: folder)
    let path = folder.path + "/" + model
    let found = ModelPlace.cached(folder: path + "/snapshots/abc", name: "org/name")
    #expect(ModelPlace(at: path) == found)
    try make([model + "/snapshots/def/config.json"], in: folder)
    #expect(
      ModelPlace(at: path)
        == .revisions([path + "/snapshots/abc", path + "/snapshots/def"]))
    try make([model + "/refs/main"], in: folder)
    #expect(ModelPlace(at: path) == found)
    #expect(ModelPlace(at: folder.path) == .shelf(models: [path], adapters: []))
    #expect(ModelPlace.name(of: path + "/snapshots/abc") == "org/name")
    // A GGUF file is a model as well, and what no model is in counts as nothing.
    try make(["models--org--file/snapshots/abc/x.gguf"], in: folder)
    try make(["models--org--file/snapshots/def/README.md"], in: folder)
    let file = folder.path + "/models--org--file"
    #expect(ModelPlace(at: file) == .cached(folder: file + "/snapshots/abc", name: "org/file"))
    #expect(CachedRepository(path: file).snapshot(at: "def") == nil)
  }
}
