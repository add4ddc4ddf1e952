import Foundation
import Serialization

/// The list that says in which file of a model each tensor is: `model.safetensors.index.json`.
///
/// The names in it are a stranger's: only plain names of files in the same folder are opened.
package struct ShardIndex: Hashable, Sendable {
  /// What the list is called in a model's folder.
  package static let fileName = "model.safetensors.index.json"
  /// The most shards that are opened.
  package static let shardLimit = 512

  /// Each tensor's file.
  package let files: [String: String]
  /// The files, sorted.
  package let shards: [String]

  /// Reads an index; `path` is for messages.
  package init(fileContents: [UInt8], path: String) throws(CheckpointError) {
    let reader = try ConfigReader(fileContents, path: path)
    let map = try reader.required(reader.section("weight_map"), "weight_map")
    var files: [String: String] = [:]
    for (tensor, value) in map.object.entries {
      guard let file = value.string else { throw map.wrong(tensor, "the name of a file") }
      if let reason = Self.fault(of: file) {
        throw .unsafeFileName(name: file, index: path, reason: reason)
      }
      if let other = files.updateValue(file, forKey: tensor) {
        throw .tensorTwice(name: tensor, first: other, second: file)
      }
    }
    self.files = files
    shards = Set(files.values).sorted()
    guard (1...Self.shardLimit).contains(shards.count) else {
      throw .setting(
        path: path, key: "weight_map", value: "\(shards.count) files",
        allowed: "1 to \(Self.shardLimit)")
    }
  }

  private static func fault(of name: String) -> String? {
    if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "holds a control character"
    }
    if name.hasPrefix("/") { return "is an absolute path" }
    if name.contains("/") || name.contains("\\") || name == ".." {
      return "leads to another folder"
    }
    return name.hasSuffix(".safetensors") ? nil : "is no .safetensors file"
  }

  /// Opens every shard in `folder`; the result gives each tensor's.
  ///
  /// - Throws: when a shard is missing or leads out of the folder, when a tensor is not in the
  ///   shard that the index names, or is in two.
  func open(in folder: String) throws(CheckpointError) -> [String: Safetensors] {
    let index = folder + "/" + Self.fileName
    var owners: [String: Safetensors] = [:]
    for shard in shards {
      let path = folder + "/" + shard
      guard OpenFile.exists(path) else { throw .missingShard(name: shard, index: index) }
      guard Self.isInside(path, folder) else {
        throw .unsafeFileName(name: shard, index: index, reason: "is a link out of the folder")
      }
      let file = try Safetensors(path: path)
      for entry in file.entries {
        if let other = owners.updateValue(file, forKey: entry.name) {
          throw .tensorTwice(name: entry.name, first: other.path, second: path)
        }
      }
    }
    return try checked(owners, folder: folder)
  }

  private func checked(
    _ owners: [String: Safetensors], folder: String
  ) throws(CheckpointError) -> [String: Safetensors] {
    for (tensor, shard) in files.sorted(by: { $0.key < $1.key }) {
      let path = folder + "/" + shard
      guard owners[tensor]?.path == path else { throw .missingTensor(name: tensor, path: path) }
    }
    return owners
  }

  /// Whether a file, links followed, stays in the folder, or in the blobs beside a snapshot of the
  /// Hugging Face cache, where snapshots are made of links.
  private static func isInside(_ path: String, _ folder: String) -> Bool {
    guard let real = realPath(path), let home = realPath(folder) else { return false }
    if real.hasPrefix(home + "/") { return true }
    let repository = CachedRepository(ofSnapshot: home)
    return repository.map { real.hasPrefix($0.path + "/blobs/") } ?? false
  }
}
