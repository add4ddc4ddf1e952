import CPseudoTerminal
import Foundation
import TestSupport
import Testing

/// The program, running in a terminal of its own: a pseudo-terminal whose screen tests look at.
final class TerminalSession {
  private(set) var screen: Screen
  /// Everything that the program wrote.
  private(set) var bytes: [UInt8] = []
  /// Where the program runs; its home too.
  let folder: TemporaryFolder
  private let terminal: Int32
  private(set) var process: pid_t = 0
  /// Bytes of a character that has not come whole.
  private var pending: [UInt8] = []
  private var hasEnded = false

  /// No terminal was to be had, for the reason that `errno` gave.
  struct Failure: Error {
    let code: Int32
  }

  /// What was waited for did not come; the screen is told in an issue.
  struct DidNotCome: Error {}

  /// The longest that a test waits; long, as machines may be busy.
  private static let patience = Duration.seconds(30)

  static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The program that was built with these tests: it lies beside them.
  static var program: String {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (tests as NSString).deletingLastPathComponent + "/ft"
  }

  /// Starts `ft` and waits for its prompt.
  ///
  /// - Parameters:
  ///   - environment: set over what a terminal usually has; an empty text takes a variable away.
  ///   - columns: how wide the terminal is.
  ///   - rows: how high.
  ///   - folder: of an earlier session, whose history is there; nil for a new one.
  /// - Throws: ``Failure`` when the system gives no terminal; ``DidNotCome``.
  convenience init(
    _ environment: [String: String] = [:], columns: Int = 80, rows: Int = 24,
    in folder: TemporaryFolder? = nil
  ) throws {
    try self.init(
      running: [Self.program], environment, columns: columns, rows: rows,
      in: folder ?? TemporaryFolder())
    try waitFor("the prompt") { $0.beforeCursor.hasPrefix("ft[1]> ") }
  }

  /// Starts `ft` with arguments, and waits for a prompt.
  ///
  /// - Throws: as ``init(_:columns:rows:in:)``.
  convenience init(
    _ arguments: [String], in folder: TemporaryFolder, until prompt: String
  ) throws {
    try self.init(running: [Self.program] + arguments, [:], in: folder)
    try waitFor("the prompt") { $0.beforeCursor.hasPrefix(prompt) }
  }

  /// Starts a shell with job control, whose prompt is `$ ` and in which `ft` is the program.
  static func shell(_ environment: [String: String] = [:]) throws -> TerminalSession {
    let folder = try TemporaryFolder()
    let bin = folder.path + "/bin"
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: bin + "/ft", withDestinationPath: program)
    let variables = ["PS1": "$ ", "PATH": "\(bin):/usr/bin:/bin"]
    let session = try TerminalSession(
      running: ["/bin/sh", "-i"], variables.merging(environment) { _, new in new }, in: folder)
    try session.waitFor("the shell") { $0.beforeCursor == "$ " }
    return session
  }

  private init(
    running arguments: [String], _ environment: [String: String], columns: Int = 80,
    rows: Int = 24, in folder: TemporaryFolder
  ) throws {
    screen = Screen(columns: columns, rows: rows)
    self.folder = folder
    let home = folder.path
    var variables = [
      "TERM": "xterm", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "FT_THREADS": "1",
      "FT_HOME": Self.checkout, "XDG_STATE_HOME": home + "/state", "HOME": home,
    ]
    variables.merge(environment) { _, new in new }
    let texts = variables.filter { $0.value != "" }.map { strdup("\($0.key)=\($0.value)") }
    let words = arguments.map { strdup($0) }
    defer { for text in texts + words { free(text) } }
    // Safety: the lists of C strings end with nil, and outlive the call.
    terminal = pseudo_terminal_start(
      words + [nil], home, texts + [nil], Int32(columns), Int32(rows), &process)
    guard terminal >= 0 else { throw Failure(code: errno) }
  }

  deinit {
    if process > 0 {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(terminal)
  }

  // MARK: What a person does

  /// Presses keys.
  func type(_ keys: String) { type(bytes: Array(keys.utf8)) }

  /// Sends bytes; what the program writes meanwhile is taken, so that neither waits for the other.
  func type(bytes keys: [UInt8]) {
    var rest = keys[...]
    while !rest.isEmpty, !hasEnded {
      let count = rest.withUnsafeBytes { Foundation.write(terminal, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else { read(for: 10) }
    }
  }

  /// Types an entry and waits for the next prompt.
  func enter(_ line: String, _ location: SourceLocation = #_sourceLocation) throws {
    let next = (promptNumber ?? 0) + 1
    type(line + "\r")
    try waitFor("prompt \(next) after \(line)", location) { _ in promptNumber == next }
  }

  /// What a person who wants to train does first: finch, the bundled rows, small steps.
  func prepareTraining() throws {
    for line in ["load model finch", "load data \"support.jsonl\"", "set batch 1"] {
      try enter(line)
    }
  }

  /// Changes the width of the window.
  func resize(columns: Int) {
    screen.resize(columns: columns, rows: screen.rows)
    pseudo_terminal_resize(terminal, Int32(columns), Int32(screen.rows))
  }

  /// The processes that have the terminal: `ft`, when a shell runs it.
  var foregroundGroup: pid_t { tcgetpgrp(terminal) }

  /// Changes the width of the window and waits until the program has drawn some text again.
  func resize(columns: Int, drawing text: String) throws {
    let start = bytes.count
    resize(columns: columns)
    try waitFor("\(text) once more") { _ in
      String(decoding: bytes[start...], as: UTF8.self).contains(text)
    }
  }

  /// Whether the terminal is as it was before `ft` edited lines in it.
  var isTerminalCooked: Bool { pseudo_terminal_is_cooked(terminal) }

  // MARK: What a person sees

  /// Waits until the screen is as wanted.
  ///
  /// - Throws: ``DidNotCome``, after an issue that shows the screen.
  func waitFor(
    _ what: String, _ location: SourceLocation = #_sourceLocation, _ isSo: (Screen) -> Bool
  ) throws {
    let end = ContinuousClock.now + Self.patience
    while !isSo(screen) {
      guard ContinuousClock.now < end, !hasEnded else {
        Issue.record("\(what) did not come; the screen:\n\(screen.text)", sourceLocation: location)
        throw DidNotCome()
      }
      read(for: 50)
    }
  }

  /// Waits until the text on the screen ends so; the cursor may stand after blanks.
  func waitFor(ending text: String, _ location: SourceLocation = #_sourceLocation) throws {
    try waitFor("an end of \(text.debugDescription)", location) { $0.text.hasSuffix(text) }
  }

  /// Waits for the program to end, and returns its exit code; nil when a signal ended it.
  func waitForEnd(_ location: SourceLocation = #_sourceLocation) throws -> Int32? {
    let end = ContinuousClock.now + Self.patience
    while !hasEnded {
      guard ContinuousClock.now < end else {
        Issue.record("no end; the screen:\n\(screen.text)", sourceLocation: location)
        throw DidNotCome()
      }
      read(for: 50)
    }
    var status: Int32 = 0
    let ended = waitpid(process, &status, 0)
    process = 0
    return ended > 0 && status & 0x7F == 0 ? status >> 8 & 0xFF : nil
  }

  /// The number in the prompt that the cursor stands after; nil when there is none.
  private var promptNumber: Int? {
    let line = screen.beforeCursor
    guard line.hasPrefix("ft["), line.hasSuffix("]> ") else { return nil }
    return Int(line.dropFirst(3).dropLast(3))
  }

  /// Takes what comes within some milliseconds.
  private func read(for milliseconds: Int32) {
    var source = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    guard poll(&source, 1, milliseconds) > 0 else { return }
    var block = [UInt8](repeating: 0, count: 1 << 16)
    let count = Foundation.read(terminal, &block, block.count)
    guard count > 0 else {
      // EIO: no process has the terminal any more.
      hasEnded = count == 0 || errno == EIO
      return
    }
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
  }
}
