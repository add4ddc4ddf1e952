/// Which files of a model's folder hold its weights.
enum FolderWeights {
  /// Opens them.
  ///
  /// - Parameters:
  ///   - folder: the model's folder.
  ///   - found: the names in it.
  ///   - chosen: the one that was asked for; nil for those that the folder means.
  /// - Returns: each tensor's file, by its name.
  /// - Throws: ``CheckpointError/noWeights(folder:)`` and its like, saying what is there instead.
  static func open(
    in folder: String, found: [String], chosen: String?
  ) throws(CheckpointError) -> [String: Safetensors] {
    let name = chosen ?? ModelDirectory.weightsName
    if found.contains(ShardIndex.fileName), chosen != nil || !found.contains(name) {
      let path = folder + "/" + ShardIndex.fileName
      let bytes = try OpenFile.contents(of: path, limit: ModelContents.tokenizerLimit)
      let index = try ShardIndex(fileContents: bytes, path: path)
      if chosen.map(index.shards.contains) ?? true { return try index.open(in: folder) }
    }
    if let chosen { return try open(shards(with: chosen, in: folder, found), in: folder) }
    if found.contains(name) { return try open([name], in: folder) }
    let others = found.filter(mayBeWeights)
    if let first = others.first {
      let files = try shards(with: first, in: folder, found)
      guard Set(files).isSuperset(of: others) else {
        throw .severalWeights(folder: folder, files: others)
      }
      return try open(files, in: folder)
    }
    if let pickle = found.first(where: ModelDirectory.isPickle) {
      throw .pickleCheckpoint(folder: folder, file: pickle)
    }
    if let file = found.first(where: { ForeignFormat(of: $0) != nil }) {
      throw .foreignWeights(folder: folder, file: file)
    }
    throw .noWeights(folder: folder)
  }

  private static func open(
    _ files: [String], in folder: String
  ) throws(CheckpointError) -> [String: Safetensors] {
    var owners: [String: Safetensors] = [:]
    for name in files {
      let file = try Safetensors(path: folder + "/" + name)
      for entry in file.entries {
        if let other = owners.updateValue(file, forKey: entry.name) {
          throw .tensorTwice(name: entry.name, first: other.path, second: file.path)
        }
      }
    }
    return owners
  }

  /// Whether a file may hold the weights of a model in a folder without the usual names.
  private static func mayBeWeights(_ name: String) -> Bool {
    name.hasSuffix(".safetensors") && !name.hasPrefix(".") && !name.hasPrefix("adapter")
      && !name.hasPrefix("consolidated")
  }

  /// A file, and where its name is that of one of several shards all of them.
  private static func shards(
    with name: String, in folder: String, _ found: [String]
  ) throws(CheckpointError) -> [String] {
    guard let (stem, count) = numbered(name), count > 1 else { return [name] }
    var names: [String] = []
    for number in 1...count {
      let shard = "\(stem)-\(padded(number))-of-\(padded(count)).safetensors"
      guard found.contains(shard) else {
        throw .missingShard(name: shard, index: folder + "/" + name)
      }
      names.append(shard)
    }
    return names
  }

  /// What stands before the numbers of a shard's name, `stem-00001-of-00003.safetensors`, and how
  /// many shards it says there are.
  private static func numbered(_ name: String) -> (stem: String, count: Int)? {
    let parts = name.dropLast(".safetensors".count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count > 3, parts[parts.count - 2] == "of",
      let count = Int(parts[parts.count - 1]), Int(parts[parts.count - 3]) != nil,
      (1...ShardIndex.shardLimit).contains(count)
    else { return nil }
    return (parts.dropLast(3).joined(separator: "-"), count)
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
