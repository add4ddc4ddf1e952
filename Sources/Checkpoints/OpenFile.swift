import Foundation
import Tensors

/// A file opened for reading, closed when the last owner lets go.
///
/// Files are read with `pread` into memory of our own and not mapped: when another process cuts
/// a mapped file, touching it kills the program with SIGBUS, while `pread` merely returns less. Only
/// files that are ours alone are mapped, see ``PackedWeights``.
package final class OpenFile: Sendable {
  /// As it was opened: for messages, and for opening neighbours.
  package let path: String
  /// The size when it was opened; later reads check for themselves.
  package let byteCount: Int
  private let descriptor: Int32
  private let stamp: FileStamp

  /// - Throws: ``CheckpointError/fileSystem(_:path:errno:)`` or ``CheckpointError/notAFile(path:)``.
  package init(path: String) throws(CheckpointError) {
    try checkPath(path, .open)
    // Non-blocking, for a named pipe would otherwise wait for its writer for ever.
    let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    var status = stat()
    let code = uninterrupted { fstat(descriptor, &status) } == 0 ? 0 : errno
    guard code == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw code == 0 ? .notAFile(path: path) : .fileSystem(.open, path: path, errno: code)
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
    stamp = FileStamp(status)
  }

  deinit { close(descriptor) }

  /// Why a file could not be opened.
  private static func failure(_ path: String, _ code: Int32) -> CheckpointError {
    let isLink = code == ENOENT && Checkpoints.status(of: path)?.kind == S_IFLNK
    return isLink ? .danglingLink(path: path) : .fileSystem(.open, path: path, errno: code)
  }

  /// Refuses a file that was written to since it was opened.
  ///
  /// One that was replaced or removed is still there for those that have it open.
  ///
  /// - Throws: ``CheckpointError/changed(path:)``.
  func checkUnchanged() throws(CheckpointError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, FileStamp(status) == stamp else {
      throw .changed(path: path)
    }
  }

  /// What tells the file from others, as it is now; nil when the system does not say.
  var identity: FileIdentity? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? FileIdentity(status) : nil
  }

  /// The whole file where a device reads it; nil where none does.
  func mapped(on device: any Device) -> MappedFile? {
    MappedFile(descriptor: descriptor, byteCount: byteCount, on: device)
  }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Throws: ``CheckpointError/fileEnds(path:end:needed:tensor:)`` when there are too few;
  ///   `tensor` says for what they were wanted.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int, for tensor: String? = nil
  ) throws(CheckpointError) {
    var done = 0
    while done < buffer.count {
      // Safety: `done..<buffer.count` is inside the caller's buffer.
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = uninterrupted {
        pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      }
      guard count >= 0 else { throw .fileSystem(.read, path: path, errno: errno) }
      guard count > 0 else {
        throw .fileEnds(
          path: path, end: offset + done, needed: offset + buffer.count, tensor: tensor)
      }
      done += count
    }
  }

  /// Returns `count` bytes from `offset` on; `tensor` says for what they are wanted.
  package func bytes(
    _ count: Int, at offset: Int, for tensor: String? = nil
  ) throws(CheckpointError) -> [UInt8] {
    var failure: CheckpointError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      let part = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      // Safety: all of the part is filled, or the array is given to nobody.
      do throws(CheckpointError) {
        try read(into: UnsafeMutableRawBufferPointer(part), at: offset, for: tensor)
        initializedCount = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Returns a whole small file.
  ///
  /// - Throws: ``CheckpointError/fileTooLarge(path:byteCount:limit:)`` above `limit` bytes.
  package static func contents(of path: String, limit: Int) throws(CheckpointError) -> [UInt8] {
    let file = try OpenFile(path: path)
    guard file.byteCount <= limit else {
      throw .fileTooLarge(path: path, byteCount: file.byteCount, limit: limit)
    }
    try file.refusePointer()
    return try file.bytes(file.byteCount, at: 0)
  }

  /// Refuses what git-lfs leaves in the place of a file that it did not fetch: a few lines of text.
  ///
  /// - Throws: ``CheckpointError/filePointer(path:)``, and what reading throws.
  func refusePointer() throws(CheckpointError) {
    let start = Array("version https://git-lfs".utf8)
    guard (start.count..<1024).contains(byteCount) else { return }
    if try bytes(start.count, at: 0) == start { throw .filePointer(path: path) }
  }

  /// Whether there is a file or folder at `path`.
  static func exists(_ path: String) -> Bool { uninterrupted { access(path, F_OK) } == 0 }
}

/// Refuses a path that C would cut at a NUL.
func checkPath(_ path: String, _ operation: FileOperation) throws(CheckpointError) {
  guard !path.utf8.contains(0), !path.isEmpty else {
    throw .fileSystem(operation, path: path, errno: EINVAL)
  }
}

/// Whether there is a file or folder at `path`.
package func fileExists(_ path: String) -> Bool { OpenFile.exists(path) }
