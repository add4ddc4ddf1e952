import Checkpoints
import Foundation

/// The right to a folder of checkpoints or of a service, held by one process at a time.
///
/// The lock is the system's (`flock`): it ends with the process, however that ends, so nothing
/// stale is left after a kill.
package final class FolderLock: Sendable {
  private let descriptor: Int32

  /// - Throws: ``TrainingError/inUse(path:)`` when another process, or another training of this
  ///   one, holds it; ``TrainingError/file(_:)``.
  package init(folder: String) throws(TrainingError) {
    let path = folder + "/lock"
    // Not the property before all is well: an object that is whole is let go when this throws, and would
    // close the descriptor a second time, by then another thread's.
    let descriptor = uninterrupted {
      open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    }
    guard descriptor >= 0 else {
      throw .file(.fileSystem(.create, path: path, errno: errno))
    }
    guard uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
      close(descriptor)
      throw .inUse(path: folder)
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
