/// A repository's folder in the cache of the Hugging Face hub that programs on a machine share.
///
///     models--org--name/
///       refs/main                     the commit that the branch was at
///       blobs/<tag>                   the files, by the tag that the hub gave them
///       snapshots/<commit>/<file>     links to them
package struct CachedRepository: Hashable, Sendable {
  /// Its folder.
  package let path: String

  package init(path: String) { self.path = path }

  /// What the hub calls it: `models--org--name` is `org/name`.
  package var name: String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    let parts = last.split(separator: /--/, omittingEmptySubsequences: false).dropFirst()
    return parts.isEmpty ? last : parts.joined(separator: "/")
  }

  /// The folder in which each commit that was fetched has one.
  package var snapshots: String { path + "/snapshots" }

  /// The commit that a branch or tag was at when it was asked for last.
  package func commit(of revision: String) -> String? {
    guard let bytes = try? OpenFile.contents(of: path + "/refs/" + revision, limit: 1000) else {
      return nil
    }
    let commit = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    let isName = commit.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
    return commit.isEmpty || commit.hasPrefix(".") || !isName ? nil : commit
  }

  /// The folder of a commit; nil where there is none with a model or an adapter in it.
  package func snapshot(at commit: String) -> String? {
    let folder = snapshots + "/" + commit
    return (try? names(in: folder))?.contains(where: Self.isOfModel) == true ? folder : nil
  }

  /// The folders of all commits with a model or an adapter in them, sorted; nil where this is no folder
  /// of the cache.
  package var models: [String]? {
    guard let commits = try? names(in: snapshots) else { return nil }
    return commits.sorted().compactMap(snapshot)
  }

  /// Whether a file is one that a folder with a model or an adapter has.
  package static func isOfModel(_ name: String) -> Bool {
    name == "config.json" || name == AdapterDirectory.configName
      || name.lowercased().hasSuffix(".gguf")
  }

  /// The repository that a folder is a commit of, by its path; nil for other folders.
  init?(ofSnapshot folder: String) {
    guard Self.commit(ofSnapshot: folder) != nil else { return nil }
    path = parentFolder(of: parentFolder(of: folder))
  }

  /// The commit that a folder is of, by its path; nil for other folders.
  package static func commit(ofSnapshot folder: String) -> String? {
    let parts = folder.split(separator: "/")
    guard parts.count > 2, parts[parts.count - 2] == "snapshots" else { return nil }
    return parts.last.map(String.init)
  }
}
