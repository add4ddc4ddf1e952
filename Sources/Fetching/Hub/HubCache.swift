import Checkpoints
import Foundation

/// The folder of the hub's models that programs on a machine share.
///
/// It is laid out as huggingface_hub does:
///
///     models--org--name/
///       refs/main                     the commit that the branch was at
///       blobs/<tag>                   the files, by the tag that the hub gave them
///       snapshots/<commit>/<file>     links to them
///     .locks/models--org--name/<tag>.lock
package struct HubCache: Sendable {
  /// The folder.
  package let path: String

  package init(path: String) { self.path = path }

  /// The folder of a revision that is there; nil when there is none with a model in it.
  ///
  /// Asks nobody: what a branch is at was written down when it was fetched last.
  package func snapshot(of name: RepositoryName) -> String? {
    guard let commit = commit(of: name) else { return nil }
    let folder = snapshots(of: name) + "/" + commit
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return found.contains { HubFiles.isModel($0) } ? folder : nil
  }

  /// The commit that a revision was at.
  func commit(of name: RepositoryName) -> String? {
    if name.isPinned { return name.revision }
    let path = folder(of: name) + "/refs/" + name.revision
    guard let bytes = try? OpenFile.contents(of: path, limit: 1000) else { return nil }
    let commit = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    return RepositoryName.isPath(commit) && !commit.contains("/") ? commit : nil
  }

  func folder(of name: RepositoryName) -> String { path + "/" + name.folderName }

  func snapshots(of name: RepositoryName) -> String { folder(of: name) + "/snapshots" }

  /// Where a file of a commit is.
  func link(to file: String, at commit: String, of name: RepositoryName) -> String {
    snapshots(of: name) + "/" + commit + "/" + file
  }

  func blob(tag: String, of name: RepositoryName) -> String {
    folder(of: name) + "/blobs/" + tag
  }

  /// Makes the file of a tag stand under its name in a commit.
  func link(
    _ file: String, tag: String, at commit: String, of name: RepositoryName
  ) throws(FetchError) {
    let link = link(to: file, at: commit, of: name)
    try onFiles { () throws(CheckpointError) in try makeFolder(around: link) }
    let up = String(repeating: "../", count: 2 + file.split(separator: "/").count - 1)
    // One that leads to another file, or nowhere, is in the way.
    _ = uninterrupted { unlink(link) }
    guard uninterrupted({ symlink("\(up)blobs/\(tag)", link) }) == 0 else {
      throw .file(.fileSystem(.create, path: link, errno: errno))
    }
  }

  /// Writes down what a branch or tag is at.
  func note(_ commit: String, of name: RepositoryName) throws(FetchError) {
    guard name.revision != commit else { return }
    let path = folder(of: name) + "/refs/" + name.revision
    try onFiles { () throws(CheckpointError) in
      try makeFolder(around: path)
      try AtomicFile.write(Array(commit.utf8), to: path)
    }
  }

  /// Keeps other programs from fetching the same file while `body` runs.
  ///
  /// The lock is that of huggingface_hub, and it is a courtesy: nothing breaks without it.
  func locked<Result>(
    tag: String, of name: RepositoryName, _ client: HTTPClient,
    _ body: () throws(FetchError) -> Result
  ) throws(FetchError) -> Result {
    let lock = "\(path)/.locks/\(name.folderName)/\(tag).lock"
    try onFiles { () throws(CheckpointError) in try makeFolder(around: lock) }
    let descriptor = uninterrupted { open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw .file(.fileSystem(.create, path: lock, errno: errno)) }
    defer { close(descriptor) }
    while uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) != 0, errno == EWOULDBLOCK {
      try client.wait(seconds: 0.5)
    }
    return try body()
  }
}
