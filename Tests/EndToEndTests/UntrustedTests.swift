import Foundation
import TestSupport
import Testing

/// `ft run --untrusted`: scripts of strangers, held to their project by words and by the kernel.
@Suite("Scripts that are not trusted") struct UntrustedTests {
  private struct Outcome {
    let code: Int32
    let text: String
  }

  /// Runs a script in a folder of its own.
  private func run(
    _ script: String, in folder: TemporaryFolder, _ options: [String] = []
  ) throws -> Outcome {
    try script.write(toFile: folder.path + "/lab.ft", atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(filePath: TerminalSession.program)
    process.arguments = ["run", "--untrusted", "lab.ft"] + options
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["FT_HOME": TerminalSession.checkout, "NO_COLOR": "1"]
    ) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(code: process.terminationStatus, text: String(decoding: output, as: UTF8.self))
  }

  @Test("trains, measures, samples, and saves to `out`, on all threads") func works() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(
      """
      load model finch
      load data "support.jsonl" split 90/10
      train 2 steps checkpoint "out/run"
      eval dev
      sample "Hello"
      save adapter "out/adapter"
      runs
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.text)")
    for name in ["out/adapter/adapter_config.json", "out/.tunebook/runs.sqlite"] {
      #expect(FileManager.default.fileExists(atPath: folder.path + "/" + name), "\(name)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/.tunebook"))
  }

  @Test(
    "what leads outside is refused in words, before the kernel does",
    arguments: [
      "load data \"/etc/passwd\"", "load data \"../x.jsonl\"", "load data \"/proc/self/environ\"",
      "load data \"link/x.jsonl\"", "load model \"/etc\"", "use \"/etc/passwd\"",
      "load model finch\nsave model \"model\"", "load model finch\nsave model \"../model\"",
      "load model finch\nsave model \"out/../model\"", "get model smollm2",
      "load model finch\nload data \"support.jsonl\" split 90/10\ntrain 1 step checkpoint \"run\"",
      "load model finch\nsample \"a\" like schema \"/etc/hostname\"",
    ])
  func refuses(script: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: "/var")
    let outcome = try run(script, in: folder)
    #expect(outcome.code == 3 && outcome.text.contains("error[S101]"), "\(outcome.text)")
  }

  @Test("a folder that is allowed may be written to") func allows() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(
      "load model finch\nsave model \"mine/model\"", in: folder, ["--allow-write", "mine"])
    #expect(outcome.code == 0, "\(outcome.text)")
    #expect(FileManager.default.fileExists(atPath: folder.path + "/mine/model/config.json"))
  }
}
