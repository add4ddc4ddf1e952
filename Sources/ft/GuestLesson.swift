import Checkpoints
import Foundation
import Sandbox
import Session

/// A lesson that somebody else wrote: where it is, where things of it are kept, and what it may use.
struct GuestLesson {
  /// The file, as it was named.
  let path: String
  /// Whether it is trusted as our own lessons are.
  let isTrusted: Bool
  /// Where progress in it, its transcript and the files of it are kept, apart from all other lessons'.
  let stateFolder: String?

  /// - Parameters:
  ///   - path: the file.
  ///   - isTrusted: whether it is trusted as our own lessons are.
  ///   - folder: where things of the program are kept; nil to keep nothing.
  init(path: String, isTrusted: Bool, keptIn folder: String?) {
    self.path = path
    self.isTrusted = isTrusted
    let whole = URL(fileURLWithPath: path).standardizedFileURL.path
    let name = (whole as NSString).lastPathComponent.prefix {
      $0.isLetter || $0.isNumber || $0 == "-"
    }
    let hash = ContentHash.of(Array(whole.utf8)).prefix(8)
    stateFolder = folder.map { "\($0)/others/\(name)-\(hash)" }
  }

  /// The files that its commands may use; nil for all.
  ///
  /// It reads what comes with the program, itself, and
  /// what it wrote.
  func limits(_ resources: Resources) -> FileLimits? {
    guard !isTrusted else { return nil }
    let own = stateFolder ?? NSTemporaryDirectory() + "tunebook-lesson-\(getpid())"
    return FileLimits(readable: [path] + Program.bundledFolders(resources), writable: [own])
  }
}
