import Foundation

/// What tells a file from all others, and from itself after a change, without reading it.
///
/// The time of the last change is the system's own: programs can set the time of writing back, and not
/// that one.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64
  private let stamp: FileStamp
  private let changed: FileStamp.Moment

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    stamp = FileStamp(status)
    #if os(Linux)
    changed = FileStamp.Moment(status.st_ctim)
    #else
    changed = FileStamp.Moment(status.st_ctimespec)
    #endif
  }

  /// It in one line.
  package var text: String {
    "\(device)/\(inode)/\(stamp.text)/\(changed.text)"
  }

  /// Whether the last change was `seconds` ago: file systems count time in steps of up to two, and a
  /// change within the step of the one before would not show.
  package func isSettled(for seconds: Int) -> Bool { changed.seconds + seconds < time(nil) }
}

/// What the numbers of a model's tensors follow from.
package struct WeightSources: Hashable, Sendable {
  /// The files as they are now.
  package let files: [FileIdentity]
  /// What is said elsewhere of how they are read.
  package let reading: String

  /// Nil when a file's identity is not known.
  init?(_ files: [FileIdentity?], reading: String) {
    self.files = files.compactMap(\.self)
    self.reading = reading
    guard self.files.count == files.count else { return nil }
  }
}
