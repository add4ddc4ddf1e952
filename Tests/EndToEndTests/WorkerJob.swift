import Foundation

/// Scripts run by several workers, in a folder that goes with it.
final class WorkerJob {
  let folder = NSTemporaryDirectory() + "tunebook-" + UUID().uuidString
  private let process = Process()
  private var output = ""

  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  private static var program: String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/ft"
  }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Puts a file into the folder, or a folder of it.
  func write(_ text: String, to name: String) throws {
    let path = folder + "/" + name
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// The bytes of a file in the folder; nil when there is none.
  func bytes(of name: String) -> Data? { FileManager.default.contents(atPath: folder + "/" + name) }

  func removeFolder(_ name: String) {
    try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
  }

  // MARK: Running

  /// Runs `ft` by itself, with what `environment` sets beside the usual.
  func runAlone(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (code: Int32, output: String) {
    try run(Self.program, arguments, environment)
  }

  /// Runs a script by so many workers.
  func run(_ script: String, by count: Int) throws -> (code: Int32, output: String) {
    guard count > 1 else { return try runAlone(["run", script]) }
    return try run(parts: [["-n", "\(count)", Self.program, "run", script]])
  }

  /// Runs workers that are started differently; `parts` are the arguments of mpirun for each, in which
  /// `FT` stands for the program.
  func run(parts: [[String]]) throws -> (code: Int32, output: String) {
    let arguments = parts.map { $0.map { $0 == "FT" ? Self.program : $0 } }
    return try run("/usr/bin/env", ["mpirun"] + Array(arguments.joined(separator: [":"])), [:])
  }

  private func run(
    _ program: String, _ arguments: [String], _ environment: [String: String]
  ) throws -> (code: Int32, output: String) {
    let process = Process()
    try start(process, program, arguments, environment)
    process.waitUntilExit()
    return (process.terminationStatus, try written())
  }

  /// Begins a script by so many workers, and returns at once.
  func begin(_ script: String, by count: Int, environment: [String: String] = [:]) throws {
    try start(
      process, "/usr/bin/env", ["mpirun", "-n", "\(count)", Self.program, "run", script],
      environment)
  }

  /// Waits for the end of what was begun.
  func end() throws -> (code: Int32, output: String) {
    process.waitUntilExit()
    return (process.terminationStatus, try written())
  }

  private func start(
    _ process: Process, _ program: String, _ arguments: [String], _ environment: [String: String]
  ) throws {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    var all = ProcessInfo.processInfo.environment
    all["FT_HOME"] = Self.checkout
    all["FT_THREADS"] = "1"
    // Tests may run as root, and on fewer cores than there are workers.
    for name in ["OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] { all[name] = "1" }
    all["OMPI_MCA_rmaps_base_oversubscribe"] = "1"
    all["OMPI_MCA_btl_vader_single_copy_mechanism"] = "none"
    all.merge(environment) { $1 }
    process.environment = all
    // A file, which takes any amount however long nobody reads.
    _ = FileManager.default.createFile(atPath: folder + "/output", contents: nil)
    let file = FileHandle(forWritingAtPath: folder + "/output")
    (process.standardOutput, process.standardError) = (file, file)
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  private func written() throws -> String {
    String(decoding: bytes(of: "output") ?? Data(), as: UTF8.self)
  }

  // MARK: Processes

  /// The workers' processes by their numbers, of those that run.
  var workers: [Int: pid_t] {
    let children = "/proc/\(process.processIdentifier)/task/\(process.processIdentifier)/children"
    let text = (try? String(contentsOfFile: children, encoding: .utf8)) ?? ""
    var workers: [Int: pid_t] = [:]
    for child in text.split(separator: " ").compactMap({ pid_t($0) }) {
      let environment = FileManager.default.contents(atPath: "/proc/\(child)/environ") ?? Data()
      let entry = environment.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        .first { $0.hasPrefix("OMPI_COMM_WORLD_RANK=") }
      if let rank = entry.flatMap({ Int($0.dropFirst(21)) }) { workers[rank] = child }
    }
    return workers
  }

  /// Waits until a training has written a state into a folder, and gives the workers.
  func workersAfterState(in name: String) -> [Int: pid_t] {
    while process.isRunning {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
      if names.contains(where: { $0.hasSuffix(".json") }) { break }
      usleep(20_000)
    }
    return workers
  }
}
