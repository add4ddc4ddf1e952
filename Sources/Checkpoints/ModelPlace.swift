import Foundation

/// What lies at a path that was given for a model or an adapter.
package enum ModelPlace: Hashable, Sendable {
  /// A folder with a config.json.
  case model
  /// A folder of the Hugging Face cache, whose model is in `folder` and goes by `name`.
  case cached(folder: String, name: String)
  /// A folder of the cache without one revision that is in use; those there are.
  case revisions([String])
  /// A folder with an adapter_config.json, and what that says of the base.
  case adapter(base: String?)
  /// A GGUF file, or a folder with one and no other model.
  case gguf(file: String)
  /// A file of tensors alone.
  case tensors(folder: String)
  /// A file that Python would unpickle, or a folder with one and no config.json.
  case pickle(file: String)
  /// A file for another program, or a folder with one and no config.json.
  case foreign(file: String)
  /// A folder with a tokenizer and no model.
  case tokenizer
  /// A folder whose subfolders are models or adapters, sorted.
  case shelf(models: [String], adapters: [String])
  /// A file or folder of another kind, with the names of a few things in it.
  case other(names: [String])
  case nothing

  /// Looks at `path`, reading names and, of an adapter, its config.
  package init(at path: String) {
    guard !path.isEmpty, !path.utf8.contains(0), OpenFile.exists(path) else {
      self = .nothing
      return
    }
    guard let found = try? names(in: path) else {
      self = Self.file(path)
      return
    }
    let folder = Self.trimmed(path)
    if found.contains(AdapterDirectory.configName), !found.contains(ModelDirectory.weightsName) {
      self = .adapter(base: Self.base(ofAdapter: folder))
    } else if found.contains("config.json") {
      self = .model
    } else {
      self = Self.cache(folder, found) ?? Self.folder(folder, found)
    }
  }

  private static func file(_ path: String) -> ModelPlace {
    let name = path.lowercased()
    if name.hasSuffix(".gguf") || starts(path, with: "GGUF") { return .gguf(file: path) }
    if name.hasSuffix(".safetensors") { return .tensors(folder: parentFolder(of: path)) }
    if ModelDirectory.isPickle(name) { return .pickle(file: path) }
    return ForeignFormat(of: name) == nil ? .other(names: []) : .foreign(file: path)
  }

  private static func folder(_ path: String, _ found: [String]) -> ModelPlace {
    let (models, adapters) = shelf(path, found)
    if !models.isEmpty || !adapters.isEmpty { return .shelf(models: models, adapters: adapters) }
    if let file = found.sorted().first(where: { $0.lowercased().hasSuffix(".gguf") }) {
      return .gguf(file: path + "/" + file)
    }
    if let file = found.first(where: ModelDirectory.isPickle) {
      return .pickle(file: path + "/" + file)
    }
    if let file = found.first(where: { ForeignFormat(of: $0) != nil }) {
      return .foreign(file: path + "/" + file)
    }
    let isTokenizer = found.contains("tokenizer.json") || found.contains("tokenizer.model")
    let hasTensors = found.contains { $0.hasSuffix(".safetensors") }
    return isTokenizer && !hasTensors ? .tokenizer : .other(names: Array(found.prefix(3)))
  }

  // MARK: The cache of the hub

  /// What a folder of the cache stands for: the commit that the main branch is at, or the only one.
  private static func cache(_ path: String, _ found: [String]) -> ModelPlace? {
    let repository = CachedRepository(path: path)
    guard found.contains("snapshots"), let folders = repository.models else { return nil }
    let current = repository.commit(of: "main").flatMap(repository.snapshot)
    guard let folder = current ?? (folders.count == 1 ? folders[0] : nil) else {
      return .revisions(folders)
    }
    return .cached(folder: folder, name: repository.name)
  }

  /// What a model in a folder, or in a file of one, is called: by the folder, or for a snapshot of the
  /// cache by the repository.
  package static func name(of path: String) -> String {
    let isFile = path.hasSuffix(".safetensors")
    let folder = isFile ? parentFolder(of: path) : path
    return CachedRepository(ofSnapshot: folder)?.name
      ?? folder.split(separator: "/").last.map(String.init) ?? path
  }

  /// The folder of an adapter at a path: that itself, the one that its file is in, or its snapshot in
  /// the cache; nil when there is none.
  package static func adapterFolder(at path: String) -> String? {
    switch ModelPlace(at: path) {
    case .adapter: return path
    case .tensors(let folder):
      guard case .adapter = ModelPlace(at: folder) else { return nil }
      return folder
    case .cached(let folder, _):
      guard case .adapter = ModelPlace(at: folder) else { return nil }
      return folder
    default: return nil
    }
  }

  private static func shelf(
    _ path: String, _ found: [String]
  ) -> (models: [String], adapters: [String]) {
    var (models, adapters): ([String], [String]) = ([], [])
    for name in found.sorted().prefix(1000) {
      let folder = path + "/" + name
      if OpenFile.exists(folder + "/" + AdapterDirectory.configName) {
        adapters.append(folder)
      } else if OpenFile.exists(folder + "/config.json") || isCached(folder) {
        models.append(folder)
      }
    }
    return (models, adapters)
  }

  private static func isCached(_ folder: String) -> Bool {
    guard let found = try? names(in: folder), case .cached = cache(folder, found) else {
      return false
    }
    return true
  }

  // MARK: Small things

  private static func base(ofAdapter folder: String) -> String? {
    let path = folder + "/" + AdapterDirectory.configName
    guard let bytes = try? OpenFile.contents(of: path, limit: ModelContents.smallFileLimit),
      let file = try? ConfigReader(bytes, path: path)
    else { return nil }
    return try? file.string("base_model_name_or_path")
  }

  private static func starts(_ path: String, with text: String) -> Bool {
    guard let file = try? OpenFile(path: path), file.byteCount >= text.utf8.count else {
      return false
    }
    return (try? file.bytes(text.utf8.count, at: 0)) == Array(text.utf8)
  }

  private static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
