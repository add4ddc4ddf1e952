import Foundation

/// Makes a system call, again while a signal interrupts it (`EINTR`), which means nothing.
///
/// Not for `close`: on Linux the descriptor is gone even then, and may be another file's by now.
package func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// What `lstat` says of a path; nil when there is nothing.
func status(of path: String) -> stat? {
  var status = stat()
  return uninterrupted { lstat(path, &status) } == 0 ? status : nil
}

extension stat {
  /// The kind of file, such as `S_IFDIR`.
  var kind: mode_t { st_mode & S_IFMT }

  /// Whether two paths lead to one file.
  func isSameFile(as other: stat) -> Bool { st_ino == other.st_ino && st_dev == other.st_dev }
}

/// The path with its links followed; nil when there is nothing.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  // Safety: `realpath` gave us a NUL-terminated text to free.
  defer { free(resolved) }
  return String(cString: resolved)
}

/// The folder that a file is in, by its path: `.` for a bare name.
package func parentFolder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Makes the names in a folder as safe as the bytes of its files.
func flushFolder(_ path: String) throws(CheckpointError) {
  let descriptor = uninterrupted { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
  guard descriptor >= 0 else { throw .fileSystem(.flush, path: path, errno: errno) }
  defer { close(descriptor) }
  // Some file systems have nothing to flush for a folder, and say so.
  guard uninterrupted({ fsync(descriptor) }) == 0 || errno == EINVAL || errno == ENOTSUP else {
    throw .fileSystem(.flush, path: path, errno: errno)
  }
}

/// Makes a folder, and those above it, unless it is there.
package func makeFolder(_ path: String) throws(CheckpointError) {
  try checkPath(path, .create)
  guard !OpenFile.exists(path) else { return }
  let parent = parentFolder(of: path)
  if parent != path { try makeFolder(parent) }
  guard uninterrupted({ mkdir(path, 0o777) }) == 0 || errno == EEXIST else {
    throw .fileSystem(.create, path: path, errno: errno)
  }
  try flushFolder(parent)
}

/// Makes the folder that a file is to lie in, and those above it.
package func makeFolder(around path: String) throws(CheckpointError) {
  try makeFolder(parentFolder(of: path))
}

/// The names in a folder in order, `.` and `..` left out.
func names(in path: String) throws(CheckpointError) -> [String] {
  try checkPath(path, .open)
  var opened = opendir(path)
  while opened == nil, errno == EINTR { opened = opendir(path) }
  guard let stream = opened else { throw .fileSystem(.open, path: path, errno: errno) }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    // Safety: `d_name` is a NUL-terminated array inside the entry, valid until the next call.
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Removes a file, or a folder with all that is in it; what cannot be removed stays.
func removeTree(_ path: String) {
  guard let status = status(of: path) else { return }
  guard status.kind == S_IFDIR else {
    _ = uninterrupted { unlink(path) }
    return
  }
  for name in (try? names(in: path)) ?? [] { removeTree(path + "/" + name) }
  _ = uninterrupted { rmdir(path) }
}
