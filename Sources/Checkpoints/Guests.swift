import Foundation

/// The files in a saved folder that are not the program's own, such as a person's notes: they move
/// into the folder that takes its place.
struct Guests {
  private let old: String
  private let new: String
  /// Names at the top that were brought along.
  private var brought: Set<String> = []
  /// Those of them that are copies, as the file system has no links.
  private var copied: Set<String> = []

  init(of old: String, in new: String) { (self.old, self.new) = (old, new) }

  /// Brings what `belongs` says, each file as a second link to it.
  ///
  /// - Returns: false when a part of it lies on another file system, and so has to stay.
  mutating func bring(_ belongs: (String) -> Bool) throws(CheckpointError) -> Bool {
    for name in try names(in: old).filter(belongs) {
      brought.insert(name)
      guard let isCopy = try Self.bring(old + "/" + name, to: new + "/" + name) else {
        return false
      }
      if isCopy { copied.insert(name) }
    }
    return true
  }

  /// Takes away again what was brought.
  mutating func leave() {
    for name in brought { removeTree(new + "/" + name) }
    brought = []
  }

  /// Moves over what came into the old folder after its files were brought; `new` and `old` name
  /// each other's folders by then.
  func rescue(_ belongs: (String) -> Bool) {
    let (old, new) = (self.new, self.old)
    for name in ((try? names(in: old)) ?? []).filter(belongs) where !copied.contains(name) {
      guard let late = status(of: old + "/" + name) else { continue }
      let there = status(of: new + "/" + name)
      let isOther = there.map { late.kind == S_IFREG && !$0.isSameFile(as: late) } ?? true
      if isOther { _ = uninterrupted { rename(old + "/" + name, new + "/" + name) } }
    }
  }

  /// Brings one file, or a folder with all that is in it; returns whether something of it had to be
  /// copied, nil when it cannot be brought.
  private static func bring(
    _ source: String, to place: String
  ) throws(CheckpointError) -> Bool? {
    guard let status = status(of: source) else { return false }
    guard status.kind == S_IFDIR else { return try link(source, status, to: place) }
    guard uninterrupted({ mkdir(place, 0o700) }) == 0 else {
      throw .fileSystem(.create, path: place, errno: errno)
    }
    var isCopy = false
    for name in try names(in: source) {
      guard let one = try bring(source + "/" + name, to: place + "/" + name) else { return nil }
      isCopy = isCopy || one
    }
    chmod(place, status.st_mode & 0o7777)
    try flushFolder(place)
    return isCopy
  }

  private static func link(
    _ source: String, _ status: stat, to place: String
  ) throws(CheckpointError) -> Bool? {
    if uninterrupted({ Foundation.link(source, place) }) == 0 { return false }
    switch errno {
    case EXDEV: return nil
    case EPERM, EMLINK, ENOTSUP, EOPNOTSUPP, ENOSYS, EACCES: break
    default: throw .fileSystem(.create, path: place, errno: errno)
    }
    if status.kind == S_IFLNK {
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = readlink(source, &bytes, Int(PATH_MAX))
      guard count > 0, symlink(bytes, place) == 0 else {
        throw .fileSystem(.create, path: place, errno: errno)
      }
      return true
    }
    guard status.kind == S_IFREG else { return nil }
    let file = try OpenFile(path: source)
    let copy = try AtomicFile(path: place)
    let piece = 1 << 20
    for start in stride(from: 0, to: file.byteCount, by: piece) {
      try copy.write(file.bytes(min(piece, file.byteCount - start), at: start))
    }
    try copy.commit()
    chmod(place, status.st_mode & 0o7777)
    return true
  }
}
