import CPseudoTerminal
import Foundation
import Testing

/// The program, running in a terminal of its own: a pseudo-terminal whose screen tests look at.
final class TerminalSession {
  private(set) var screen: Screen
  /// Everything that the program wrote.
  private(set) var bytes: [UInt8] = []
  let folder: String
  private let terminal: Int32
  private var process: pid_t = 0
  /// Bytes of a character that has not come whole.
  private var pending: [UInt8] = []

  /// No terminal was to be had, for the reason that `errno` gave.
  struct Failure: Error {
    let code: Int32
  }

  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The program that was built with these tests: it lies beside them.
  private static var program: String {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (tests as NSString).deletingLastPathComponent + "/ft"
  }

  /// Starts the program and waits for its prompt.
  ///
  /// - Parameters:
  ///   - environment: set over what a terminal usually has.
  ///   - columns: how wide the terminal is.
  /// - Throws: ``Failure`` when the system gives no terminal or does not start the program.
  init(_ environment: [String: String] = [:], columns: Int = 80) throws {
    screen = Screen(columns: columns, rows: 24)
    folder = NSTemporaryDirectory() + "tunebook-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var variables = [
      "TERM": "xterm", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "FT_THREADS": "1",
      "FT_HOME": Self.checkout, "XDG_STATE_HOME": folder + "/state", "HOME": folder,
    ]
    variables.merge(environment) { _, new in new }
    let texts = variables.map { strdup("\($0.key)=\($0.value)") }
    defer { for text in texts { free(text) } }
    // Safety: the list of C strings ends with nil, and outlives the call.
    terminal = pseudo_terminal_start(
      Self.program, folder, texts + [nil], Int32(columns), 24, &process)
    guard terminal >= 0 else { throw Failure(code: errno) }
    waitFor("the prompt") { $0.beforeCursor.hasPrefix("ft[1]> ") }
  }

  deinit {
    if process > 0 {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(terminal)
    try? FileManager.default.removeItem(atPath: folder)
  }

  // MARK: What a person does

  /// Presses keys.
  func type(_ keys: String) {
    var rest = Array(keys.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(terminal, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Types an entry and waits for the next prompt.
  func enter(_ line: String, _ location: SourceLocation = #_sourceLocation) {
    let before = promptNumber
    type(line + "\r")
    waitFor("the prompt after \(line)", location) { _ in self.promptNumber ?? 0 > before ?? 0 }
  }

  func resize(columns: Int) {
    screen.resize(columns: columns, rows: 24)
    pseudo_terminal_resize(terminal, Int32(columns), 24)
  }

  /// Waits until the screen is as wanted; that it never is, is an issue that shows the screen.
  ///
  /// The time is long, as machines may be busy, and is not waited for when all is well.
  func waitFor(
    _ what: String, _ location: SourceLocation = #_sourceLocation, _ isSo: (Screen) -> Bool
  ) {
    let end = ContinuousClock.now + .seconds(60)
    while !isSo(screen) {
      guard ContinuousClock.now < end, read() else {
        Issue.record("\(what) did not come; the screen:\n\(screen.text)", sourceLocation: location)
        return
      }
    }
  }

  /// Waits for the program to end, and returns its exit code.
  func waitForEnd() -> Int32? {
    while read() {}
    var status: Int32 = 0
    let ended = waitpid(process, &status, 0)
    process = 0
    return ended > 0 && status & 0x7F == 0 ? status >> 8 & 0xFF : nil
  }

  /// The number in the prompt that the cursor stands behind; nil when there is none.
  private var promptNumber: Int? {
    let line = screen.beforeCursor
    guard line.hasPrefix("ft["), line.hasSuffix("]> ") else { return nil }
    return Int(line.dropFirst(3).dropLast(3))
  }

  /// Takes what comes within a moment; false when the program has gone.
  private func read() -> Bool {
    var source = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    guard poll(&source, 1, 50) > 0 else { return true }
    var block = [UInt8](repeating: 0, count: 1 << 16)
    let count = Foundation.read(terminal, &block, block.count)
    guard count > 0 else { return false }
    bytes += block[..<count]
    pending += block[..<count]
    // A character cut in two waits for its rest.
    var whole = pending.count
    while whole > max(0, pending.count - 3),
      String(validating: pending[..<whole], as: UTF8.self) == nil
    {
      whole -= 1
    }
    screen.write(String(decoding: pending[..<whole], as: UTF8.self))
    pending.removeFirst(whole)
    return true
  }
}
