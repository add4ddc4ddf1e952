import Foundation

/// A file in memory, for readers that take a path.
struct MemoryFile {
  private let descriptor: Int32

  /// The path under which this process can open it.
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Makes an empty file that no folder lists, so that nothing is left of it.
  init() {
    let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
    var name = Array("\(folder)/ft-fuzz-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    unlink(name)
  }

  /// Gives it other contents.
  func set(_ bytes: UnsafeBufferPointer<UInt8>) {
    _ = pwrite(descriptor, bytes.baseAddress, bytes.count, 0)
    // Only now: its pages stay.
    ftruncate(descriptor, bytes.count)
  }
}
