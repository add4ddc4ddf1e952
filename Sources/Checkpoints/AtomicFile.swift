import Foundation

/// A file that appears whole or not at all.
///
/// It is written beside its target under another name; ``commit()`` flushes it to disk, renames it
/// over the target and flushes the folder. Let go before that, it leaves nothing behind.
package final class AtomicFile {
  /// Where the file will stand.
  package let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private let hash = ContentHash()
  private var isCommitted = false

  /// Begins a file.
  ///
  /// - Throws: ``CheckpointError/fileSystem(_:path:errno:)``.
  package init(path: String) throws(CheckpointError) {
    try checkPath(path, .create)
    self.path = path
    let name = path.split(separator: "/").last.map(String.init) ?? path
    // The number keeps two writers of one target apart; `O_EXCL` makes sure.
    let unique = "\(getpid())-\(UInt32.random(in: .min ... .max))"
    temporaryPath = folder(of: path) + "/.\(name).\(unique).partial"
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .fileSystem(.create, path: path, errno: errno) }
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Adds bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .fileSystem(.write, path: path, errno: errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    hash.add(bytes)
  }

  /// Adds bytes.
  package func write(_ bytes: [UInt8]) throws(CheckpointError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(CheckpointError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Puts the file into place and returns its SHA-256 as 64 hexadecimal digits.
  ///
  /// - Throws: ``CheckpointError/fileSystem(_:path:errno:)``. After a failed flush the file counts
  ///   as not written: what a second flush says about lost pages cannot be trusted.
  @discardableResult
  package func commit() throws(CheckpointError) -> String {
    guard fsync(descriptor) == 0 else { throw .fileSystem(.flush, path: path, errno: errno) }
    guard rename(temporaryPath, path) == 0 else {
      throw .fileSystem(.rename, path: path, errno: errno)
    }
    isCommitted = true
    try flushFolder(folder(of: path))
    return hash.text
  }

  /// Writes a whole file and returns its SHA-256.
  @discardableResult
  package static func write(
    _ bytes: [UInt8], to path: String
  ) throws(CheckpointError) -> String {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    return try file.commit()
  }
}

/// The folder part of a path: `.` for a bare name.
func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Makes the names in a folder as safe as the bytes of its files.
func flushFolder(_ path: String) throws(CheckpointError) {
  let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .fileSystem(.flush, path: path, errno: errno) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw .fileSystem(.flush, path: path, errno: errno) }
}

/// Makes a folder, and those above it, unless it is there.
package func makeFolder(_ path: String) throws(CheckpointError) {
  try checkPath(path, .create)
  guard !OpenFile.exists(path) else { return }
  let parent = folder(of: path)
  if parent != path { try makeFolder(parent) }
  guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
    throw .fileSystem(.create, path: path, errno: errno)
  }
  try flushFolder(parent)
}

/// The names in a folder in order, `.` and `..` left out.
func names(in path: String) throws(CheckpointError) -> [String] {
  try checkPath(path, .open)
  guard let stream = opendir(path) else { throw .fileSystem(.open, path: path, errno: errno) }
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
