import ArgumentParser
import CPU
import Checkpoints
import Execution
import Fetching
import Foundation
import Hummingbird
import Logging
import Reporting
import Serving
import Session
import SettingDeclarations
import Training

/// `ft serve`: the fine-tuning service on a port.
@main
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ft serve",
    abstract: "Serve the OpenAI API on this machine: files, fine-tuning jobs, models, chat.",
    discussion: """
      Clients are told of it by OPENAI_BASE_URL=http://127.0.0.1:8321/v1 and any OPENAI_API_KEY. Jobs \
      that run when it ends go on at the next start.
      """,
    version: Version.current)

  @Option(help: "The port.") var port = 8321
  @Option(help: "The address; others than this machine's own need a key.") var host = "127.0.0.1"
  @Option(help: "A file with a key a line; requests need one of them.") var keyFile: String?
  @Option(help: "The folder for files and jobs.") var folder: String?
  @Option(
    help: ArgumentHelp(
      "One more model or adapter, and what requests call it.", valueName: "name=folder"))
  var model: [String] = []
  @Option(help: "What weights are kept as: f32, bf16, int8 or q4.") var base: String?
  @Option(help: "Where models are computed: cpu, cuda, auto, or a card as cuda:1.") var device:
    String?
  @Option(help: "How many threads compute, 1 to 64; all cores by default.") var threads: Int?
  @Option(help: "Requests that may wait for an answer.") var queue = 256
  @Option(help: "Seconds that an answer may take.") var timeout = 600
  @Flag(help: "End when the input does: for the program that starts this one.") var whileInput =
    false

  func validate() throws {
    guard (1...65_535).contains(port) else { throw ValidationError("--port is from 1 to 65535") }
    guard (1...100_000).contains(queue) else { throw ValidationError("--queue is at least 1") }
    guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout is at least 1") }
    guard threads.map((1...64).contains) ?? true else {
      throw ValidationError("--threads is a number from 1 to 64")
    }
    guard keyFile != nil || Gate.isLoopback(host) else {
      throw ValidationError("--host \(host) lets others in: give them a key with --key-file")
    }
    _ = try models()
    _ = try settings()
  }

  func run() async throws {
    if whileInput { Leash.watch(STDIN_FILENO) }
    signal(SIGPIPE, SIG_IGN)
    Parallelism.setThreadCount(
      threads ?? min(ProcessInfo.processInfo.activeProcessorCount, 64))
    let environment = ProcessInfo.processInfo.environment
    let executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
    let resources = Resources(
      executable: executable, home: environment["FT_HOME"],
      fetching: FetchEnvironment(environment))
    var options = Service.Options(
      folder: folder ?? Self.usualFolder(environment),
      program: URL(fileURLWithPath: executable).deletingLastPathComponent().path + "/ft")
    (options.threads, options.queueLimit, options.secondsLimit) = (threads, queue, timeout)
    (options.models, options.settings) = (try models(), try settings())
    let service: Service
    do { options.device = try DeviceShelf().device(options.settings.run.device) } catch {
      throw ValidationError(Diagnostic.sentence("\(error.reason); \(error.remedy)"))
    }
    do { service = try await Service(options, resources: resources) } catch {
      throw ValidationError(Self.sentence(error, options.folder))
    }
    let gate = Gate(service, keys: try keys(), host: host, port: port)
    let (host, port, place) = (host, port, options.folder)
    let application = Application(
      responder: gate,
      configuration: .init(address: .hostname(host, port: port), serverName: "tunebook"),
      onServerRunning: { _ in
        let line = "ft serve: http://\(host):\(port)/ · API at /v1 · kept in \(place)\n"
        try? FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
      }, logger: Self.quietLogger)
    do { try await application.runService() } catch {
      await service.stop()
      throw ValidationError("\(host):\(port) cannot be listened at: \(error)")
    }
    await service.stop()
  }

  /// Why the folder of files and jobs cannot be used.
  private static func sentence(_ error: any Error, _ folder: String) -> String {
    switch error {
    case TrainingError.inUse:
      "another service works in \(folder); --folder takes another folder"
    case let error as CheckpointError: Diagnostic.sentence(error.diagnostic.message)
    default: "\(folder) cannot be used: \(error)"
    }
  }

  private static var quietLogger: Logger {
    var logger = Logger(label: "ft-serve")
    logger.logLevel = .critical
    return logger
  }

  private func models() throws -> [(name: String, path: String)] {
    try model.map { text in
      let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2 else { throw ValidationError("--model is name=folder, not '\(text)'") }
      return (sides[0], sides[1])
    }
  }

  private func settings() throws -> Settings {
    var settings = Settings()
    for (name, value) in [("base", base), ("device", device)] {
      guard let value, let setting = Settings.named(name) else { continue }
      if !settings.set(setting, to: .text(value)) {
        throw ValidationError("--\(name) is \(setting.range), not '\(value)'")
      }
    }
    return settings
  }

  private func keys() throws -> [String] {
    guard let keyFile else { return [] }
    guard let text = try? String(contentsOfFile: keyFile, encoding: .utf8) else {
      throw ValidationError("the key file \(keyFile) cannot be read")
    }
    let keys = text.split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    guard !keys.isEmpty else { throw ValidationError("the key file \(keyFile) has no key") }
    return keys
  }

  /// Where files and jobs are kept when nothing is said, by the XDG rules.
  private static func usualFolder(_ environment: [String: String]) -> String {
    let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (data ?? (environment["HOME"] ?? ".") + "/.local/share") + "/tunebook/serve"
  }
}
