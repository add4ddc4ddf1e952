import Foundation
import Serialization
import TestSupport
import Testing

/// The service over a port, asked by `ft` at the other end.
@Suite("The service and its client", .serialized) struct ServiceTests {
  /// A service on a port of its own; ended with the test.
  private final class Server: Sendable {
    let port: UInt16
    let folder: String
    private let process = Process()

    var address: String { "http://127.0.0.1:\(port)" }

    init(_ arguments: [String] = []) throws {
      folder = NSTemporaryDirectory() + "tunebook-" + UUID().uuidString
      port = try Self.freePort()
      process.executableURL = URL(fileURLWithPath: ServiceTests.programs + "/ft-serve")
      process.arguments =
        ["--port", "\(port)", "--folder", folder + "/served", "--threads", "1"] + arguments
      process.environment = ServiceTests.environment
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      // The first line says that it listens.
      let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      guard line.hasPrefix("ft serve: http://127.0.0.1:\(port)/") else { throw POSIXError(.EIO) }
    }

    deinit {
      process.terminate()
      process.waitUntilExit()
      try? FileManager.default.removeItem(atPath: folder)
    }

    static func freePort() throws -> UInt16 {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var place = sockaddr_in()
      place.sin_family = sa_family_t(AF_INET)
      place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isBound = withUnsafeMutablePointer(to: &place) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
      }
      guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
      return UInt16(bigEndian: place.sin_port)
    }
  }

  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  private static var programs: String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
  }
  private static var environment: [String: String] {
    var all = ProcessInfo.processInfo.environment
    all["FT_HOME"] = checkout
    for name in ["FT_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"] { all[name] = nil }
    return all
  }

  /// Runs `ft` with a text against a server; gives its exit code and what it wrote.
  private static func run(
    _ text: String, against server: Server, key: String? = nil
  ) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: programs + "/ft")
    process.arguments = ["-c", text]
    process.currentDirectoryURL = URL(fileURLWithPath: server.folder)
    var environment = environment
    environment["FT_SERVER"] = server.address
    environment["FT_API_KEY"] = key
    process.environment = environment
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }

  private static func status(
    _ server: Server, _ path: String, headers: [String: String] = [:]
  ) throws -> Int {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", server.address + path]
      + headers.flatMap { ["-H", "\($0): \($1)"] }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Int(String(decoding: bytes, as: UTF8.self)) ?? 0
  }

  @Test("upload, start, watch, download: the guide's four steps") func steps() throws {
    let server = try Server()
    let rows = (0..<12).map { #"{"prompt":"number \#($0)","completion":"it is \#($0 * 7)"}"# }
    try rows.joined(separator: "\n").write(
      toFile: server.folder + "/rows.jsonl", atomically: true, encoding: .utf8)
    let (code, output) = try Self.run(
      """
      let file = upload data "rows.jsonl"
      start job from finch on file.id 2 epochs batch 4 suffix "numbers" seed 1
      let job = watch job
      check job.status == "succeeded" and job.steps == 6
      download job "out"
      load model finch
      load adapter "out"
      print job.model
      """, against: server)
    #expect(code == 0 && output.contains("ft:finch:local:numbers:"), "\(output)")
    let (again, told) = try Self.run("download job \"out\"", against: server)
    #expect(again != 0 && told.contains("out"), "\(told)")
  }

  @Test("`serve` answers with the model of the prompt until it is told to stop") func prompt()
    throws
  {
    let port = try Server.freePort()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.programs + "/ft")
    process.arguments = [
      "-c",
      """
      load model finch
      load data "support.jsonl" split 90/10
      set adapter lora, lr 1e-2
      train 2 steps
      serve port \(port)
      """,
    ]
    let kept = NSTemporaryDirectory() + "tunebook-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: kept) }
    process.environment = Self.environment.merging(["XDG_DATA_HOME": kept]) { $1 }
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    var told = ""
    while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
      told += String(decoding: data, as: UTF8.self)
      if told.contains("tuned: answers at http://127.0.0.1:\(port)/v1") { break }
    }
    let models = Process()
    models.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    models.arguments = ["curl", "-s", "http://127.0.0.1:\(port)/v1/models/tuned"]
    let found = Pipe()
    models.standardOutput = found
    try models.run()
    let text = String(decoding: found.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(text.contains("\"id\":\"tuned\""), "\(text) \(told)")
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 143)
  }

  @Test("what the service refuses is told in its words") func refusals() throws {
    let server = try Server()
    let (code, output) = try Self.run("watch job \"ftjob-none\"", against: server)
    #expect(code != 0 && output.contains("M168") && output.contains("ftjob-none"), "\(output)")
    try "{\"prompt\":\"a\",\"completion\":\"b\"}\n".write(
      toFile: server.folder + "/few.jsonl", atomically: true, encoding: .utf8)
    let (failed, told) = try Self.run("start job from finch on \"few.jsonl\"", against: server)
    #expect(failed != 0 && told.contains("at least 10 examples"), "\(told)")
  }

  @Test("strangers are not let in") func strangers() throws {
    let keys = NSTemporaryDirectory() + "tunebook-keys-" + UUID().uuidString
    try "# ours\nsecret-1\n".write(toFile: keys, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: keys) }
    let server = try Server(["--key-file", keys])
    #expect(try Self.status(server, "/v1/models") == 401)
    #expect(
      try Self.status(server, "/v1/models", headers: ["Authorization": "Bearer secret-2"]) == 401)
    #expect(
      try Self.status(server, "/v1/models", headers: ["Authorization": "Bearer secret-1"]) == 200)
    let (code, output) = try Self.run("watch job", against: server, key: "secret-1")
    #expect(code != 0 && output.contains("no jobs"), "\(output)")
    let open = try Server()
    #expect(try Self.status(open, "/v1/models") == 200)
    #expect(try Self.status(open, "/v1/models", headers: ["Host": "evil.example"]) == 403)
    #expect(try Self.status(open, "/v1/models", headers: ["Origin": "http://evil.example"]) == 403)
  }
}
