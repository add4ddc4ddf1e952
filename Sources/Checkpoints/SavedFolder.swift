import CFolders
import Foundation
import Tensors

/// A folder that is saved as a whole: until ``commit()`` the old one stands, and then the new one.
///
/// The new folder is written beside its target and takes its place in one step
/// (`RENAME_EXCHANGE`). Files that are none of ours come along: they are linked into the new folder
/// before. Where folders cannot be exchanged, or the one above may not be written to, the new files
/// are written inside instead and then moved to their places; what a kill leaves of that is taken to
/// its end by whoever opens the folder next (``SavedFolder/settle(_:_:)``).
package final class SavedFolder {
  /// Whether the file system is asked to exchange folders; tests say no.
  enum Exchange {
    case whenPossible
    case never
  }

  let kind: FolderKind
  /// The folder with links followed and without a slash at its end.
  let target: String
  /// As the caller named it, for messages.
  let path: String
  /// Where the new files are until they are in their places.
  package private(set) var staging: String
  private(set) var isInside: Bool
  let exchange: Exchange
  private let descriptor: Int32
  private var manifest = FolderManifest()
  /// Of an adapter: the SHA-256 of the weights that it was trained on, which the list notes.
  var baseHash: String? {
    get { manifest.base }
    set { manifest.base = newValue }
  }
  private var isDone = false

  /// Begins a folder: new, empty, or one that holds a saved state of the same kind.
  ///
  /// - Throws: ``CheckpointError/notAModelFolder(path:found:)`` when it holds other things;
  ///   ``CheckpointError/fileSystem(_:path:errno:)``.
  init(
    _ path: String, as kind: FolderKind, exchange: Exchange = .whenPossible
  ) throws(CheckpointError) {
    try checkPath(path, .create)
    self.kind = kind
    self.path = path
    self.exchange = exchange
    let trimmed = Self.trimmed(path)
    target = realPath(trimmed) ?? trimmed
    let parent = parentFolder(of: target)
    try makeFolder(parent)
    Self.settle(target, kind)
    let isThere = OpenFile.exists(target)
    if isThere { try Self.check(target, shownAs: path, holds: kind) }
    (staging, descriptor, isInside) = try Self.place(for: target, isThere: isThere)
    if let old = isThere ? status(of: target) : nil { fchmod(descriptor, old.st_mode & 0o7777) }
  }

  /// Where the new files are written: beside the target, or in it where the folder above may not be
  /// written to, or is on another file system.
  private static func place(
    for target: String, isThere: Bool
  ) throws(CheckpointError) -> (path: String, descriptor: Int32, isInside: Bool) {
    do throws(CheckpointError) {
      let beside = try Unfinished.folder(for: target)
      if !isThere || canMove(beside.path, into: target) {
        return (beside.path, beside.descriptor, false)
      }
      _ = uninterrupted { rmdir(beside.path) }
      close(beside.descriptor)
    } catch .fileSystem(_, _, let code) where isThere && [EACCES, EPERM, EROFS].contains(code) {
      // The folder above belongs to somebody else.
    }
    let inside = try Unfinished.folder(for: target + "/" + insideName)
    return (inside.path, inside.descriptor, true)
  }

  /// Whether a folder could be moved into the target, which is not so when that is mounted.
  private static func canMove(_ folder: String, into target: String) -> Bool {
    let inside = target + "/" + Unfinished.name(for: insideName)
    guard uninterrupted({ rename(folder, inside) }) == 0 else { return false }
    return uninterrupted { rename(inside, folder) } == 0
  }

  deinit {
    if !isDone { removeTree(staging) }
    close(descriptor)
  }

  /// What the names of files written inside the target begin with.
  static let insideName = "save"

  private static func trimmed(_ path: String) -> String {
    var path = path[...]
    while path.count > 1, path.last == "/" { path.removeLast() }
    return String(path)
  }

  /// Refuses a folder that holds other things.
  private static func check(
    _ target: String, shownAs path: String, holds kind: FolderKind
  ) throws(CheckpointError) {
    let found: [String]
    do throws(CheckpointError) { found = try names(in: target).filter { !isLeftover($0) } } catch {
      guard case .fileSystem(let what, _, let code) = error else { throw error }
      throw .fileSystem(what, path: path, errno: code)
    }
    guard found.isEmpty || found.contains(kind.marker) else {
      throw .notAModelFolder(path: path, found: found[0])
    }
  }

  /// What a killed writer left behind does not count.
  private static func isLeftover(_ name: String) -> Bool {
    name.hasPrefix(".") && name.hasSuffix(".partial")
  }

  // MARK: Writing

  /// Writes a file of the folder; `isPart` says that it must be found unchanged when it is read.
  func write(_ bytes: [UInt8], named name: String, isPart: Bool = true) throws(CheckpointError) {
    let sha256 = try inPlace { () throws(CheckpointError) in
      try AtomicFile.write(bytes, to: staging + "/" + name)
    }
    if isPart { manifest.files[name] = .init(byteCount: bytes.count, sha256: sha256) }
  }

  /// Writes a file of tensors and returns its SHA-256.
  func write(
    _ tensors: [String: Tensor], as dtype: DType, named name: String
  ) throws(CheckpointError) -> String {
    let file = staging + "/" + name
    let sha256 = try inPlace { () throws(CheckpointError) in
      try Safetensors.write(tensors, as: dtype, to: file, areWeights: true)
    }
    manifest.files[name] = .init(byteCount: Int(status(of: file)?.st_size ?? 0), sha256: sha256)
    return sha256
  }

  /// The bytes of a file that stands in the folder now; nil when there is none.
  func present(_ name: String, limit: Int) throws(CheckpointError) -> [UInt8]? {
    let file = target + "/" + name
    guard OpenFile.exists(file) else { return nil }
    do throws(CheckpointError) { return try OpenFile.contents(of: file, limit: limit) } catch {
      guard case .fileSystem(_, _, let code) = error else { throw error }
      throw .fileSystem(.read, path: path + "/" + name, errno: code)
    }
  }

  /// Runs `body`, whose errors then name the place that the user knows.
  private func inPlace<Result>(
    _ body: () throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    do throws(CheckpointError) { return try body() } catch .fileSystem(let what, let file, let code)
    {
      let name = file.hasPrefix(staging) ? String(file.dropFirst(staging.count)) : ""
      throw .fileSystem(what, path: path + name, errno: code)
    }
  }

  // MARK: Committing

  /// Puts the folder into place.
  ///
  /// - Throws: ``CheckpointError/fileSystem(_:path:errno:)``, the old state being whole.
  package func commit() throws(CheckpointError) {
    _ = try inPlace { () throws(CheckpointError) in
      try AtomicFile.write(manifest.fileContents, to: staging + "/" + kind.manifest)
    }
    if isInside { return try commitInside() }
    let parent = parentFolder(of: target)
    let name = target.split(separator: "/").last.map(String.init) ?? target
    defer { Unfinished.clean(name, in: parent) }
    // A new folder, or an empty one, simply gives way.
    if uninterrupted({ rename(staging, target) }) == 0 {
      isDone = true
      return try flushFolder(parent)
    }
    guard errno == EEXIST || errno == ENOTEMPTY else {
      throw .fileSystem(.rename, path: path, errno: errno)
    }
    // What the new folder has already, such as a module's settings, is no guest.
    let own = Set(try names(in: staging))
    var guests = Guests(of: target, in: staging)
    let canLink = try inPlace { () throws(CheckpointError) in
      try guests.bring { !kind.owns($0) && !own.contains($0) }
    }
    try flushFolder(staging)
    if canLink, exchange == .whenPossible {
      if uninterrupted({ Int(ft_exchange(staging, target)) }) == 0 {
        isDone = true
        try flushFolder(parent)
        guests.rescue { !kind.owns($0) && !own.contains($0) }
        return removeTree(staging)
      }
      let cannot = [EINVAL, ENOSYS, ENOTSUP, EXDEV, EBUSY]
      guard cannot.contains(errno) else { throw .fileSystem(.rename, path: path, errno: errno) }
    }
    guests.leave()
    let inside = target + "/" + Unfinished.name(for: Self.insideName)
    guard uninterrupted({ rename(staging, inside) }) == 0 else {
      throw .fileSystem(.rename, path: path, errno: errno)
    }
    (staging, isInside) = (inside, true)
    try commitInside()
  }

  /// Says that the files inside are complete, and moves them to their places.
  private func commitInside() throws(CheckpointError) {
    try flushFolder(staging)
    let decided = target + "/" + Unfinished.name(for: Self.insideName, ending: Self.decidedEnding)
    do throws(CheckpointError) {
      try Self.alone(in: target) { () throws(CheckpointError) in
        guard uninterrupted({ rename(staging, decided) }) == 0 else {
          throw .fileSystem(.rename, path: path, errno: errno)
        }
        isDone = true
        try flushFolder(target)
        try Self.finish(decided, in: target, kind)
      }
    } catch {
      // Whatever was being done then, it was part of putting the files into place.
      guard case .fileSystem(_, _, let code) = error else { throw error }
      throw .fileSystem(.rename, path: path, errno: code)
    }
    Unfinished.clean(Self.insideName, in: target)
    for name in kind.parts { Unfinished.clean(name, in: target) }
  }
}
