import Dispatch
package import Execution
import Foundation
import Synchronization

/// The writing end of the pipe that the signal handler wakes its reader by; -1 before there is one.
private let wakeDescriptor = Atomic<Int32>(-1)
/// The last signal that asked the program to end; 0 when there was none.
private let endSignal = Atomic<Int32>(0)

/// Ctrl-C, and signals that ask the program to end, while the main thread waits for work.
///
/// The first Ctrl-C asks the work to stop, which it does at a point that leaves everything usable;
/// a second one ends the wait for that point.
package final class Interrupts: Sendable {
  private let tell: @Sendable (String) -> Void
  private let state: Mutex<State>

  private struct State {
    /// Asks the work under way to stop.
    var stop: StopFlag
    /// Signalled when the wait under way ends; nil when nothing is waited for.
    var wait: DispatchSemaphore?
    var presses = 0
    /// How much work is not done, the abandoned included.
    var workCount = 0
  }

  /// How long work may take to stop before the user is told what goes on, in milliseconds.
  private static let patience: Int32 = 400

  /// Takes no signals yet.
  ///
  /// - Parameters:
  ///   - stop: asks the work under way to stop.
  ///   - tell: shows a line to the user.
  package init(
    stop: StopFlag, tell: @escaping @Sendable (String) -> Void
  ) {
    state = Mutex(State(stop: stop))
    self.tell = tell
  }

  /// Asks other work to stop from now on.
  package func redirect(to stop: StopFlag) { state.withLock { $0.stop = stop } }

  /// Takes SIGINT, SIGTERM and SIGHUP from now on, those that are ignored excepted.
  ///
  /// Once, by one instance: signals belong to the process.
  package func takeSignals() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    wakeDescriptor.store(ends[1], ordering: .sequentiallyConsistent)
    let reader = Thread { [self, reader = ends[0]] in
      Self.takeWhatIsHeldBack()
      watch(reader)
    }
    reader.name = "signals"
    reader.start()
    for signal in Self.taken { Self.take(signal) }
  }

  private static let taken = [SIGINT, SIGTERM, SIGHUP]

  /// Lets signals reach this thread, whatever others do: a program that starts this one from a thread
  /// that holds them back hands that down to all.
  private static func takeWhatIsHeldBack() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in taken { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// The signal that asked the program to end; nil when none did.
  package var endRequest: Int32? {
    let signal = endSignal.load(ordering: .sequentiallyConsistent)
    return signal == 0 ? nil : signal
  }

  /// Whether work that was no longer waited for goes on.
  package var isBusy: Bool { state.withLock { $0.workCount > 0 } }

  /// Runs `work` and blocks this thread until it is done.
  ///
  /// - Returns: what it gave, or nil when the user would not wait for it.
  package func wait<Result: Sendable>(for work: @escaping @Sendable () async -> Result) -> Result? {
    let end = DispatchSemaphore(value: 0)
    let result = Box<Result>()
    state.withLock { state in
      state.wait = end
      state.presses = 0
      state.workCount += 1
    }
    Task.detached { [self] in
      result.set(await work())
      state.withLock { $0.workCount -= 1 }
      end.signal()
    }
    end.wait()
    state.withLock { $0.wait = nil }
    return result.value
  }

  private final class Box<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)
    var value: Value? { content.withLock { $0 } }
    func set(_ value: Value) { content.withLock { $0 = value } }
  }

  // MARK: Signals

  private static func take(_ signal: Int32) {
    var before = sigaction()
    sigaction(signal, nil, &before)
    // What is ignored stays so: such as SIGHUP under nohup.
    guard unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) != 1 else { return }
    var action = sigaction()
    // Without SA_RESTART, so that a read of the main thread ends too.
    action.__sigaction_handler.sa_handler = { signal in
      let saved = errno
      if signal != SIGINT { endSignal.store(signal, ordering: .sequentiallyConsistent) }
      var byte = UInt8(truncatingIfNeeded: signal)
      _ = write(wakeDescriptor.load(ordering: .sequentiallyConsistent), &byte, 1)
      errno = saved
    }
    sigaction(signal, &action, nil)
  }

  /// Acts on each signal that comes through the pipe, for ever.
  private func watch(_ reader: Int32) {
    var isImpatient = false
    while true {
      var source = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
      let count = poll(&source, 1, isImpatient ? Self.patience : -1)
      if count == 0 {
        isImpatient = false
        if state.withLock({ $0.wait != nil && $0.presses == 1 }) {
          tell("stopping at the next safe point; Ctrl-C again to not wait for it\n")
        }
      }
      var signal: UInt8 = 0
      guard count > 0, read(reader, &signal, 1) == 1 else { continue }
      isImpatient = act(on: Int32(signal))
    }
  }

  /// Does what a signal asks for.
  ///
  /// - Returns: whether the user should soon hear that work takes its time to stop.
  package func act(on signal: Int32) -> Bool {
    let (isWaiting, presses) = state.withLock { state in
      if signal == SIGINT { state.presses += 1 }
      if state.presses > 1 { state.wait?.signal() }
      return (state.wait != nil, state.presses)
    }
    guard isWaiting, presses < 2 else { return false }
    state.withLock(\.stop).request()
    return signal == SIGINT
  }
}
