import Foundation
import Jupyter
import Notebook
import Synchronization

/// Ends a kernel when the system asks for it, or when the program that started it is gone; SIGINT stops
/// its cell.
final class KernelWatch: Sendable {
  private let endSignal = Mutex<Int32?>(nil)

  /// How often the program that started the kernel is looked for, in seconds.
  private static let period = 1.0

  /// Begins to watch, until the program ends.
  init(_ kernel: Kernel) {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [self] in
        // Handlers keep their source, which lives as long as the program.
        guard number != SIGINT, !source.isCancelled else { return kernel.interrupt() }
        endSignal.withLock { $0 = number }
        kernel.end()
      }
      source.resume()
    }
    let parent = getppid()
    let thread = Thread {
      while getppid() == parent { Thread.sleep(forTimeInterval: Self.period) }
      kernel.end()
    }
    thread.name = "parent"
    thread.start()
  }

  /// What the program ends with.
  var code: Notebook.ExitCode {
    endSignal.withLock { $0 }.flatMap { Notebook.ExitCode(signal: $0) } ?? .done
  }
}
