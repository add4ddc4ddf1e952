package import Foundation

/// What changes with every write to a file: its size, and the time of the last one.
package struct FileStamp: Hashable, Sendable {
  private let byteCount: Int64
  private let written: Moment

  /// A time as the system counts it.
  struct Moment: Hashable, Sendable {
    let seconds: Int
    let nanoseconds: Int

    init(_ time: timespec) { (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec) }

    var text: String { "\(seconds).\(nanoseconds)" }
  }

  /// Takes it from what the system says of a file.
  package init(_ status: stat) {
    byteCount = Int64(status.st_size)
    #if os(Linux)
    written = Moment(status.st_mtim)
    #else
    written = Moment(status.st_mtimespec)
    #endif
  }

  /// It in one line.
  package var text: String { "\(byteCount)/\(written.text)" }
}
