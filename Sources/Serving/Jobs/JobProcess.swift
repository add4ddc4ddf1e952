import Checkpoints
import Foundation
import Serialization

/// A program that runs a job's script, and the lines that it tells.
final class JobProcess: Sendable {
  /// What it tells, and how it ended.
  enum Event: Sendable {
    /// A line of `ft run --json`.
    case line(JSONValue)
    /// It is over.
    case ended(code: Int32)
  }

  /// What happens, in order; ``Event/ended(code:)`` is the last.
  let events: AsyncStream<Event>
  private let process: Process
  /// Held open: when this program is gone, the other reads an end, and saves its state.
  private let leash = Pipe()

  /// Starts the script in a folder; `arguments` are more of the program's.
  ///
  /// - Throws: what starting a program throws.
  init(program: String, script: String, folder: String, arguments: [String]) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.arguments = ["run", script, "--json", "--while-input"] + arguments
    process.standardInput = leash
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
    events = stream
    try process.run()
    let thread = Thread { [process] in
      Self.read(output.fileHandleForReading, to: continuation)
      process.waitUntilExit()
      let code = process.terminationStatus
      continuation.yield(
        .ended(code: process.terminationReason == .exit ? code : 128 + code))
      continuation.finish()
    }
    thread.name = "job"
    thread.start()
  }

  /// Has the training write its state and end.
  func stop() { if process.isRunning { process.terminate() } }

  /// Cuts the output into lines.
  private static func read(
    _ handle: FileHandle, to continuation: AsyncStream<Event>.Continuation
  ) {
    var rest: [UInt8] = []
    let limit = 1 << 16
    var piece = [UInt8](repeating: 0, count: limit)
    while true {
      // What there is, as soon as it is there; a signal ends the program's own way of reading.
      let count = uninterrupted { Foundation.read(handle.fileDescriptor, &piece, limit) }
      guard count > 0 else { return }
      rest += piece[..<count]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        if let value = try? JSONValue(parsing: Array(rest[..<end])) {
          continuation.yield(.line(value))
        }
        rest.removeSubrange(...end)
      }
    }
  }
}
