import Foundation
import Synchronization

/// Where text is written: standard output for results, standard error for errors and progress.
package struct OutputStreams: Sendable {
  /// Where what was asked for goes, so that it can be piped on.
  package let results: TextStream
  /// Where errors and progress go.
  package let notices: TextStream

  /// The program's own streams.
  package static let standard = OutputStreams(
    results: TextStream(descriptor: STDOUT_FILENO), notices: TextStream(descriptor: STDERR_FILENO))

  package init(results: TextStream, notices: TextStream) {
    self.results = results
    self.notices = notices
  }

  /// Makes writing to a closed pipe an error that is thrown, not a signal that ends the program.
  ///
  /// The same for a file that grew to the largest allowed size (`ulimit -f`).
  package static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Gives closed standard streams something to be, before any file takes their numbers: results
  /// would be written into it.
  ///
  /// Reading and writing fail as they would on the closed one (`EBADF`), but for standard error, of
  /// which nobody needs to know.
  package static func fillClosed() {
    for (descriptor, mode) in [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ] where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // The lowest free number is taken, and those below are open by now.
      _ = open("/dev/null", mode)
    }
  }
}

/// An open file, pipe or terminal that takes text; nothing is kept back.
package final class TextStream: Sendable {
  /// The number of the open file.
  package let descriptor: Int32
  /// Held for the length of a write, so that two threads' lines do not mix.
  private let turn = Mutex(())

  /// The descriptor stays its owner's to close.
  package init(descriptor: Int32) { self.descriptor = descriptor }

  /// Whether somebody looks at it, rather than a file or pipe.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The columns of the terminal now; nil for a file or pipe, where lines are as long as they are.
  package var columns: Int? {
    isTerminal ? TerminalSize(descriptor: descriptor).columns : nil
  }

  /// Writes all of the text.
  ///
  /// - Throws: ``TerminalError/outputClosed``, ``TerminalError/outputFull`` or
  ///   ``TerminalError/writeFailed(code:)``; a part may have been written.
  package func write(_ text: String) throws(TerminalError) {
    let bytes = Array(text.utf8)
    let code = turn.withLock { _ in writeAll(bytes) }
    switch code {
    case 0: return
    case EPIPE: throw .outputClosed
    case ENOSPC, EDQUOT, EFBIG: throw .outputFull
    default: throw .writeFailed(code: code)
    }
  }

  /// Writes until nothing is left, and returns 0, or the error that stopped it.
  private func writeAll(_ bytes: [UInt8]) -> Int32 {
    var done = 0
    while done < bytes.count {
      // Safety: the pointer lives as long as the closure, and `done` is below the count.
      let count = bytes.withUnsafeBytes { buffer -> Int in
        Foundation.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      }
      if count > 0 {
        done += count
      } else if errno == EAGAIN {
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&room, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
