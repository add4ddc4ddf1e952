import Foundation

/// Files and folders that are being written, under names of their own beside what they will be.
///
/// A writer holds the system's lock (`flock`) on what it writes, so that anybody can tell what a
/// killed one left behind: the lock ends with the process.
enum Unfinished {
  private static let ending = ".partial"

  /// A new name for something that will be called `name`; the number keeps two writers apart.
  static func name(for name: String, ending: String = ending) -> String {
    ".\(shortened(name)).\(getpid())-\(UInt32.random(in: .min ... .max))\(ending)"
  }

  /// As much of a name as leaves room for what is put around it: names have 255 bytes at most.
  private static func shortened(_ name: String) -> String {
    var short = name[...]
    while short.utf8.count > 220 { short.removeLast() }
    return String(short)
  }

  /// Whether `entry` is such a name.
  static func isName(_ entry: String, for name: String, ending: String = ending) -> Bool {
    let start = ".\(shortened(name))."
    guard entry.hasPrefix(start), entry.hasSuffix(ending) else { return false }
    let numbers = entry.dropFirst(start.count).dropLast(ending.count)
      .split(separator: "-", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
  }

  /// What an unfinished file will be called; nil for a name that is none of such a file.
  static func target(of entry: String) -> String? {
    guard entry.hasPrefix("."), entry.hasSuffix(ending) else { return nil }
    let parts = entry.dropFirst().dropLast(ending.count).split(separator: ".")
    let target = parts.dropLast().joined(separator: ".")
    return isName(entry, for: target) ? target : nil
  }

  /// Begins a file that will be `path`: its path for now, and its locked descriptor.
  static func file(for path: String) throws(CheckpointError) -> (path: String, descriptor: Int32) {
    try begin(path) { name in
      uninterrupted { open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    }
  }

  /// Begins a folder that will be `path`: its path for now, and its locked descriptor.
  static func folder(for path: String) throws(CheckpointError) -> (
    path: String, descriptor: Int32
  ) {
    try begin(path) { name in
      guard uninterrupted({ mkdir(name, 0o777) }) == 0 else { return -1 }
      return uninterrupted { open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    }
  }

  private static func begin(
    _ path: String, _ make: (String) -> Int32
  ) throws(CheckpointError) -> (path: String, descriptor: Int32) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    // Whoever cleans up may come between the making and the lock; then it is made once more.
    for _ in 0..<16 {
      let temporary = parentFolder(of: path) + "/" + self.name(for: name)
      let descriptor = make(temporary)
      guard descriptor >= 0 else { throw .fileSystem(.create, path: path, errno: errno) }
      // Where there are no locks nothing is ever cleaned up.
      _ = uninterrupted { flock(descriptor, LOCK_EX) }
      var mine = stat()
      if fstat(descriptor, &mine) == 0, status(of: temporary)?.isSameFile(as: mine) == true {
        return (temporary, descriptor)
      }
      close(descriptor)
    }
    throw .fileSystem(.create, path: path, errno: EAGAIN)
  }

  /// Removes what killed writers of `name` left in `folder`; what living ones write stays.
  static func clean(_ name: String, in folder: String) {
    for entry in (try? names(in: folder)) ?? [] where isName(entry, for: name) {
      let path = folder + "/" + entry
      // Non-blocking: a named pipe of that name must not hold us up.
      let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
      let descriptor = uninterrupted { open(path, flags) }
      guard descriptor >= 0 else { continue }
      if uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 { removeTree(path) }
      close(descriptor)
    }
  }
}
