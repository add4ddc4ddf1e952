import Foundation
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

@testable import Checkpoints

/// A folder is saved over as a whole, and says so when it is not one save's.
@Suite("Saved folders") struct SavedFolderTests {
  private static let names = [
    "config.json", "generation_config.json", "model-manifest.json", "model.safetensors",
    "tokenizer.json", "tokenizer_config.json",
  ]

  private func save(
    _ value: Float, template: String? = nil, to path: String,
    exchange: SavedFolder.Exchange = .whenPossible
  ) throws {
    let contents = ModelContents(
      config: tinyConfig(), tokenizer: Array("{}".utf8), chatTemplate: template)
    try ModelDirectory.write(
      contents, tensors: ["w": Tensor([value, 2, 3, 4], shape: [2, 2])], as: .float32, to: path,
      exchange: exchange)
  }

  private func value(_ path: String) throws -> Float? {
    try ModelDirectory(path: path).tensor(named: "w").values.first
  }

  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  @Test("over an older state, all of it and nothing beside", arguments: [true, false])
  func over(exchanges: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/deep/model/"
    try save(1, template: "old", to: path)
    #expect(try names(path) == (["chat_template.jinja"] + Self.names).sorted())
    try save(7, to: path, exchange: exchanges ? .whenPossible : .never)
    #expect(try value(path) == 7)
    // The new state has no template, and the old one's must not be taken for its.
    #expect(try names(path) == Self.names)
    #expect(try names(folder.path + "/deep") == ["model"])
  }

  @Test("a person's files stay", arguments: [true, false])
  func guests(exchanges: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model"
    try save(1, to: path)
    try folder.put("model/notes.txt", "mine")
    let files = FileManager.default
    try files.createDirectory(atPath: path + "/plots/deep", withIntermediateDirectories: true)
    try folder.put("model/plots/deep/a.svg", "<svg/>")
    try files.createSymbolicLink(atPath: path + "/link", withDestinationPath: "notes.txt")
    mkfifo(path + "/pipe", 0o600)
    chmod(path, 0o750)
    try save(2, to: path, exchange: exchanges ? .whenPossible : .never)
    #expect(try value(path) == 2)
    #expect(try names(path) == (Self.names + ["link", "notes.txt", "pipe", "plots"]).sorted())
    #expect(try folder.bytes(of: "model/notes.txt") == Array("mine".utf8))
    #expect(try folder.bytes(of: "model/plots/deep/a.svg") == Array("<svg/>".utf8))
    #expect(try files.destinationOfSymbolicLink(atPath: path + "/link") == "notes.txt")
    #expect(status(of: path).map { $0.st_mode & 0o777 } == 0o750)
    #expect(try names(folder.path) == ["model"])
  }

  @Test("a link to the folder stays one") func link() throws {
    let folder = try TemporaryFolder()
    try save(1, to: folder.path + "/real")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: "real")
    try save(2, to: folder.path + "/link")
    #expect(try value(folder.path + "/real") == 2)
    #expect(try names(folder.path) == ["link", "real"])
  }

  @Test("what a killed writer left is no hindrance and is removed") func leftovers() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model"
    for name in ["model/.model.safetensors.1-2.partial", "model/.save.1-2.partial", "x"] {
      try? FileManager.default.createDirectory(
        atPath: (folder.path + "/" + name as NSString).deletingLastPathComponent,
        withIntermediateDirectories: true)
      try folder.put(name, "half")
    }
    try FileManager.default.createDirectory(
      atPath: folder.path + "/.model.77-5.partial/deep", withIntermediateDirectories: true)
    // Another's file of a name that only looks like ours, and one that a living writer holds.
    try folder.put(".model.mine.partial", "kept")
    let held = try AtomicFile(path: path)
    try held.write([1])
    try save(1, to: path)
    #expect(try names(path) == Self.names)
    let left = try names(folder.path)
    #expect(left.count == 4 && left.contains(".model.mine.partial") && left.contains("x"))
    withExtendedLifetime(held) {}
  }

  @Test("a save inside that was interrupted is taken to its end", arguments: 0...7)
  func interrupted(moved: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model"
    try save(1, template: "old", to: path)
    try save(2, to: folder.path + "/new")
    // As a kill leaves it: decided, and some of the files moved.
    let decided = path + "/.save.1-2.decided"
    try FileManager.default.moveItem(atPath: folder.path + "/new", toPath: decided)
    let order = Self.names.filter { $0 != "model-manifest.json" } + ["model-manifest.json"]
    for name in order.prefix(moved) {
      #expect(rename(decided + "/" + name, path + "/" + name) == 0)
    }
    if moved > 0 { unlink(path + "/chat_template.jinja") }
    // A person's files that had been brought and could not be taken away again.
    try folder.put("model/notes", "mine")
    #expect(Foundation.link(path + "/notes", decided + "/notes") == 0)
    for place in [path, decided] {
      try FileManager.default.createDirectory(
        atPath: place + "/plots/deep", withIntermediateDirectories: true)
    }
    #expect(try value(path) == 2)
    #expect(try names(path) == (Self.names + ["notes", "plots"]).sorted())
    #expect(try names(path + "/plots") == ["deep"])
  }

  @Test("a mixture is refused by name") func mixture() throws {
    let folder = try TemporaryFolder()
    try save(1, to: folder.path + "/a")
    try save(2, template: "t", to: folder.path + "/b")
    for name in ["model.safetensors", "chat_template.jinja", "tokenizer_config.json"] {
      let path = folder.path + "/mixed"
      try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.copyItem(atPath: folder.path + "/a", toPath: path)
      #expect(try value(path) == 1)
      try? FileManager.default.removeItem(atPath: path + "/" + name)
      try FileManager.default.copyItem(
        atPath: folder.path + "/b/" + name, toPath: path + "/" + name)
      let error = failure { () throws(CheckpointError) in try ModelDirectory(path: path) }
      #expect(error?.message.contains("\(name) ") == true, "\(String(describing: error))")
      guard case .mixedFolder = error else {
        Issue.record("\(name): \(String(describing: error))")
        continue
      }
    }
    try FileManager.default.removeItem(atPath: folder.path + "/a/generation_config.json")
    let missing = failure { () throws(CheckpointError) in
      try ModelDirectory(path: folder.path + "/a")
    }
    #expect(missing?.message.hasSuffix("generation_config.json is missing") == true)
    // Without the list it is a folder as others write them.
    try FileManager.default.removeItem(atPath: folder.path + "/mixed/model-manifest.json")
    #expect(try value(folder.path + "/mixed") == 1)
  }

  @Test(
    "a manifest of something else is refused",
    arguments: ["", "{}", "{\"manifest\":1}", "{\"manifest\":1,\"files\":{\"a\":1}}", "[]"])
  func badManifest(text: String) throws {
    let folder = try TemporaryFolder()
    try save(1, to: folder.path + "/a")
    try folder.put("a/model-manifest.json", text)
    #expect(
      failure { () throws(CheckpointError) in try ModelDirectory(path: folder.path + "/a") } != nil)
  }

  @Test("two writers at a time leave one state, whole") func twoWriters() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model"
    await withTaskGroup(of: Void.self) { group in
      for value in 1...8 {
        group.addTask {
          for _ in 0..<4 { try? save(Float(value), to: path) }
        }
      }
    }
    let last = try value(path)
    #expect(last.map { (1...8).contains($0) } == true)
    #expect(try names(path) == Self.names)
    #expect(try names(folder.path) == ["model"])
  }

  @Test("a failed save leaves the old state", arguments: [true, false])
  func failed(isThere: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model"
    if isThere { try save(1, to: path) }
    let contents = ModelContents(
      config: tinyConfig(), tokenizer: Array("{}".utf8))
    let error = failure { () throws(CheckpointError) in
      try ModelDirectory.write(
        contents, tensors: ["w": Tensor([1e30], shape: [1])], as: .float16, to: path)
    }
    #expect(error == .valueTooLarge(tensor: "w", value: 1e30, type: "float16"))
    #expect(try names(folder.path) == (isThere ? ["model"] : []))
    if isThere { #expect(try value(path) == 1) }
  }
}
