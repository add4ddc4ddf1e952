import Serialization

/// A kind of folder that is saved and read as a whole.
struct FolderKind {
  /// The file that makes a folder one of this kind.
  let marker: String
  /// The names of all files that belong together.
  let parts: Set<String>
  /// The file that lists those of one save.
  let manifest: String

  static let model = FolderKind(
    marker: "config.json",
    parts: [
      "config.json", ModelDirectory.weightsName, "tokenizer.json", "tokenizer_config.json",
      "generation_config.json", "chat_template.jinja", ClassifierFile.name,
    ], manifest: "model-manifest.json")

  static let adapter = FolderKind(
    marker: AdapterDirectory.configName,
    parts: [
      AdapterDirectory.configName, AdapterDirectory.weightsName, AdapterDirectory.templateName,
      ClassifierFile.name,
    ],
    manifest: "adapter-manifest.json")

  /// Whether a file of that name is replaced by a save, or goes with the old state.
  func owns(_ name: String) -> Bool {
    parts.contains(name) || name == manifest
      || Unfinished.isName(name, for: SavedFolder.insideName)
      || parts.contains { Unfinished.isName(name, for: $0) }
  }
}

/// The files of one save with their sizes and SHA-256: what tells a folder that one program wrote
/// at one time from a mixture of two.
///
/// Folders of others have none, and are read as they are.
struct FolderManifest: Hashable {
  struct File: Hashable {
    let byteCount: Int
    /// 64 hexadecimal digits.
    let sha256: String
  }

  var files: [String: File] = [:]
  /// Of an adapter: the SHA-256 of the weights that it was trained on.
  var base: String?

  /// The version of the layout.
  private static let version = 1
  private static let limit = 1 << 20

  init() {}

  var fileContents: [UInt8] {
    let entries = files.sorted { $0.key < $1.key }.map { name, file -> (String, JSONValue) in
      (name, ["bytes": .integer(file.byteCount), "sha256": .string(file.sha256)])
    }
    var object: JSONObject = [
      "manifest": .integer(Self.version), "files": .object(JSONObject(entries)),
    ]
    if let base { object["base"] = .string(base) }
    return Array((JSONValue.object(object).prettyText + "\n").utf8)
  }

  init(path: String) throws(CheckpointError) {
    let bytes = try OpenFile.contents(of: path, limit: Self.limit)
    let reader = try ConfigReader(bytes, path: path)
    guard reader.object["manifest"]?.int == Self.version else {
      throw reader.wrong("manifest", "\(Self.version)")
    }
    let list = try reader.required(reader.section("files"), "files")
    for (name, value) in list.object.entries {
      guard let count = value["bytes"]?.int, count >= 0, let sha256 = value["sha256"]?.string else {
        throw list.wrong(name, "{ bytes, sha256 }")
      }
      files[name] = File(byteCount: count, sha256: sha256)
    }
    base = try reader.string("base")
  }

  /// What the list in an adapter's folder notes of its base; nil where there is none.
  static func base(ofAdapter folder: String, found: [String]) -> String? {
    let name = FolderKind.adapter.manifest
    guard found.contains(name) else { return nil }
    do throws(CheckpointError) { return try FolderManifest(path: folder + "/" + name).base } catch {
      return nil
    }
  }

  /// Refuses a folder whose files are not those of one save.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - found: the names in it.
  ///   - kind: what it is read as.
  ///   - cache: what knows that large files were hashed before.
  /// - Throws: ``CheckpointError/mixedFolder(path:file:reason:manifest:)``.
  static func check(
    _ folder: String, found: [String], as kind: FolderKind, cache: WeightCache? = nil
  ) throws(CheckpointError) {
    guard found.contains(kind.manifest) else { return }
    let path = folder + "/" + kind.manifest
    let manifest = try FolderManifest(path: path)
    func mixed(_ file: String, _ reason: String) -> CheckpointError {
      .mixedFolder(path: folder, file: file, reason: reason, manifest: kind.manifest)
    }
    for name in found where kind.parts.contains(name) && manifest.files[name] == nil {
      throw mixed(name, "is none of them")
    }
    let files = manifest.files.sorted { $0.key < $1.key }
    var identities: [FileIdentity?] = []
    for (name, file) in files {
      guard found.contains(name), !name.contains("/") else { throw mixed(name, "is missing") }
      let opened = try OpenFile(path: folder + "/" + name)
      guard opened.byteCount == file.byteCount else {
        throw mixed(name, "has \(opened.byteCount) bytes instead of \(file.byteCount)")
      }
      identities.append(opened.identity)
    }
    // Sizes first: they cost nothing.
    let checkHashes = { () throws(CheckpointError) in
      for (name, file) in files {
        let sha256 = try ContentHash.ofFile(at: folder + "/" + name)
        guard sha256 == file.sha256 else {
          throw mixed(
            name, "has the SHA-256 \(sha256.prefix(8))… instead of \(file.sha256.prefix(8))…")
        }
      }
    }
    guard let cache else { return try checkHashes() }
    try cache.unlessChecked(
      identities, byteCount: files.reduce(0) { $0 + $1.value.byteCount },
      against: manifest.fileContents, checkHashes)
  }
}
