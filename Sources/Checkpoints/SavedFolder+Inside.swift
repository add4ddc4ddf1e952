import Foundation

/// Saving inside the target: the files are complete and decided on, and move to their places one by
/// one. What a kill interrupts, the next reader or writer takes to its end.
extension SavedFolder {
  /// What the name of a folder ends with whose files are the new state, wherever each of them is.
  static let decidedEnding = ".decided"

  /// Takes saves to their end that were decided on and then interrupted; does nothing otherwise.
  ///
  /// Where that is not allowed, the manifest tells the mixture.
  static func settle(_ target: String, _ kind: FolderKind) {
    guard let found = try? decided(in: target), !found.isEmpty else { return }
    try? alone(in: target) { () throws(CheckpointError) in
      for folder in try decided(in: target) { try finish(folder, in: target, kind) }
    }
  }

  private static func decided(in target: String) throws(CheckpointError) -> [String] {
    try names(in: target)
      .filter { Unfinished.isName($0, for: insideName, ending: decidedEnding) }
      .map { target + "/" + $0 }
  }

  /// Runs `body` while no other process moves files in the folder.
  static func alone(
    in target: String, _ body: () throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let descriptor = uninterrupted { open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw .fileSystem(.open, path: target, errno: errno) }
    defer { close(descriptor) }
    _ = uninterrupted { flock(descriptor, LOCK_EX) }
    try body()
  }

  /// Moves the files of a decided save to their places; the manifest goes last, so that what is
  /// there of it tells how far an interrupted move came.
  static func finish(
    _ decided: String, in target: String, _ kind: FolderKind
  ) throws(CheckpointError) {
    let manifestPath = decided + "/" + kind.manifest
    guard OpenFile.exists(manifestPath) else {
      // Of another kind, or done but for what is left over.
      let isOther = [FolderKind.model, .adapter].contains {
        OpenFile.exists(decided + "/" + $0.manifest)
      }
      return isOther ? () : removeTree(decided)
    }
    let manifest = try FolderManifest(path: manifestPath)
    for part in kind.parts.sorted() where manifest.files[part] == nil {
      _ = uninterrupted { unlink(target + "/" + part) }
    }
    let found = try names(in: decided)
    for name in found.filter({ $0 != kind.manifest }) + [kind.manifest] {
      if name == kind.manifest { try flushFolder(target) }
      try move(decided + "/" + name, to: target + "/" + name)
    }
    try flushFolder(target)
    removeTree(decided)
  }

  /// Moves a file to its place, and of a folder that is there already what is in it; a link to the file
  /// that stands there, as those of a person's files are, changes nothing.
  private static func move(_ source: String, to place: String) throws(CheckpointError) {
    if status(of: source)?.kind == S_IFDIR, status(of: place)?.kind == S_IFDIR {
      for name in try names(in: source) { try move(source + "/" + name, to: place + "/" + name) }
      return
    }
    guard uninterrupted({ rename(source, place) }) == 0 else {
      throw .fileSystem(.rename, path: place, errno: errno)
    }
  }
}
