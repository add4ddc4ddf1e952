import Foundation

/// Files that came from elsewhere, put into a folder of their own.
package enum SavedFiles {
  /// Writes files into a folder that is not there or empty; it appears with all of them or not at all.
  ///
  /// - Throws: ``CheckpointError/notAModelFolder(path:found:)`` when something is there already;
  ///   ``CheckpointError/fileSystem(_:path:errno:)``.
  package static func write(
    _ files: [(name: String, bytes: ArraySlice<UInt8>)], to path: String
  ) throws(CheckpointError) {
    try checkPath(path, .create)
    let there = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    if let found = there.first { throw .notAModelFolder(path: path, found: found) }
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    let staging = trimmed + ".part"
    try makeFolder(staging)
    for (name, bytes) in files { try AtomicFile.write(Array(bytes), to: staging + "/" + name) }
    guard rename(staging, trimmed) == 0 else {
      throw .fileSystem(.rename, path: path, errno: errno)
    }
  }
}
