import Checkpoints
import Foundation

/// A file that is not whole yet and is added to, by one process at a time.
final class PartFile {
  let path: String
  /// How many bytes it has.
  private(set) var byteCount: Int
  private let descriptor: Int32

  /// Opens it, with what an earlier fetch left in it, and locks it.
  ///
  /// - Throws: ``FetchError/busy(path:)``, ``FetchError/file(_:)``.
  init(path: String) throws(FetchError) {
    self.path = path
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC
    descriptor = uninterrupted { open(path, flags, 0o666) }
    guard descriptor >= 0 else { throw Self.failure(.create, path) }
    byteCount = 0
    // The lock ends with the process, so that nothing is left by one that was killed.
    guard uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 || errno != EWOULDBLOCK
    else { throw .busy(path: path) }
    byteCount = Int(uninterrupted { lseek(descriptor, 0, SEEK_END) })
    guard byteCount >= 0 else { throw Self.failure(.open, path) }
  }

  deinit { close(descriptor) }

  private static func failure(_ operation: FileOperation, _ path: String) -> FetchError {
    .file(.fileSystem(operation, path: path, errno: errno))
  }

  /// Adds bytes at the end.
  func add(_ bytes: UnsafeRawBufferPointer) throws(FetchError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = uninterrupted { write(descriptor, rest.baseAddress, rest.count) }
      guard count > 0 else { throw Self.failure(.write, path) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      byteCount += count
    }
  }

  /// Throws away what is in it.
  func restart() throws(FetchError) {
    guard uninterrupted({ ftruncate(descriptor, 0) }) == 0,
      uninterrupted({ lseek(descriptor, 0, SEEK_SET) }) == 0
    else { throw Self.failure(.write, path) }
    byteCount = 0
  }

  /// Removes it.
  func remove() { _ = uninterrupted { unlink(path) } }

  /// Flushes it to disk and gives it its name.
  func move(to target: String) throws(FetchError) {
    guard uninterrupted({ fsync(descriptor) }) == 0 else { throw Self.failure(.flush, path) }
    guard uninterrupted({ rename(path, target) }) == 0 else {
      throw Self.failure(.rename, target)
    }
  }
}
