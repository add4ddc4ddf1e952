import Checkpoints
import Foundation

/// The folder of the hub's models that programs on a machine share, as huggingface_hub lays it out: a
/// ``CachedRepository`` for each, and `.locks/models--org--name/<tag>.lock`.
package struct HubCache: Sendable {
  /// The folder.
  package let path: String

  package init(path: String) { self.path = path }

  /// The folder of a revision that is there; nil when there is none with a model in it.
  ///
  /// Asks nobody: what a branch is at was written down when it was fetched last.
  package func snapshot(of name: RepositoryName) -> String? {
    let repository = repository(name)
    let commit = name.isPinned ? name.revision : repository.commit(of: name.revision)
    return commit.flatMap(repository.snapshot)
  }

  func repository(_ name: RepositoryName) -> CachedRepository {
    CachedRepository(path: path + "/" + name.folderName)
  }

  func snapshots(of name: RepositoryName) -> String { repository(name).snapshots }

  /// Where a file of a commit is.
  func link(to file: String, at commit: String, of name: RepositoryName) -> String {
    snapshots(of: name) + "/" + commit + "/" + file
  }

  func blob(tag: String, of name: RepositoryName) -> String {
    repository(name).path + "/blobs/" + tag
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
    let path = repository(name).path + "/refs/" + name.revision
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
