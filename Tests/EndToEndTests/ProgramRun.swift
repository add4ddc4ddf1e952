import Foundation

/// One run of the program on a script in a folder, without a terminal.
struct ProgramRun {
  /// How it ended, and all that it wrote.
  struct Outcome {
    let code: Int32
    let text: String
  }

  private let process = Process()
  private let pipe = Pipe()

  /// Starts the program in `folder`.
  init(
    _ arguments: [String], in folder: String, environment: [String: String] = [:]
  ) throws {
    process.executableURL = URL(filePath: TerminalSession.program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["FT_HOME": TerminalSession.checkout, "NO_COLOR": "1"]
    ) { $1 }.merging(environment) { $1 }
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
  }

  /// Waits for its end.
  func end() -> Outcome {
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(code: process.terminationStatus, text: String(decoding: output, as: UTF8.self))
  }

  /// Runs a script as `lab.ft` of `folder` to its end.
  static func script(
    _ text: String, in folder: String, _ options: [String] = [],
    environment: [String: String] = [:]
  ) throws -> Outcome {
    try text.write(toFile: folder + "/lab.ft", atomically: true, encoding: .utf8)
    return try ProgramRun(["run", "lab.ft"] + options, in: folder, environment: environment).end()
  }
}
