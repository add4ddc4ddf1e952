import Commands
import Foundation
import Language
import Notebook
import Reporting
import Session
import Synchronization
import Testing

/// A session in a folder of its own, with what it showed.
final class Workbench: Sendable {
  let folder: String
  let runner: Runner
  private let shown: Log
  private let isGuest: Bool

  /// What a session told, as text.
  private final class Log: Sendable {
    private let text = Mutex("")
    func add(_ more: String) { text.withLock { $0 += more } }
    var all: String { text.withLock { $0 } }
  }

  /// The checkout these tests belong to.
  static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// A session in a folder of its own, or in that of another, as if the program had been started anew.
  init(sharing other: Workbench? = nil) throws {
    folder = other?.folder ?? NSTemporaryDirectory() + "tunebook-" + UUID().uuidString
    isGuest = other != nil
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let log = Log()
    shown = log
    runner = Runner(
      resources: Resources(
        executable: "", home: Self.checkout, codes: DiagnosticCode.ofLanguage),
      record: folder + "/.tunebook/runs.sqlite"
    ) { event in
      switch event {
      case .printed(let line): log.add(line + "\n")
      case .shown(.report(let report)): log.add(report.plainText)
      case .shown(.generated(let text)): log.add(text)
      case .shown(.progressEnded(let summary?)): log.add(summary + "\n")
      default: break
      }
    }
    try write(
      "rows.jsonl",
      (0..<12).map { #"{"prompt":"number \#($0)","completion":"it is \#($0 * 7)"}"# }
        .joined(separator: "\n"))
    try write(
      "topics.jsonl",
      (0..<12).map {
        #"{"prompt":"number \#($0)","completion":"it is \#($0 * 7)","topic":"\#($0 % 2 == 0 ? "even" : "odd")","n":\#($0)}"#
      }.joined(separator: "\n"))
    try write(
      "person.json",
      #"{"type":"object","properties":{"name":{"type":"string","maxLength":8}},"required":["name"]}"#
    )
  }

  deinit { if !isGuest { try? FileManager.default.removeItem(atPath: folder) } }

  /// Everything shown so far.
  var screen: String { shown.all }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
  }

  /// Removes the lists of a saved folder's files, so that they can be changed as others may.
  func forgetManifest(of saved: String) throws {
    for name in ["model-manifest.json", "adapter-manifest.json"] {
      let path = "\(folder)/\(saved)/\(name)"
      if FileManager.default.fileExists(atPath: path) {
        try FileManager.default.removeItem(atPath: path)
      }
    }
  }

  /// The text of a file in the folder.
  func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }

  /// A tiny untrained chat model and a few rows, a third of them held out.
  static let preparation = """
    load data "rows.jsonl" split 8/4
    train tokenizer 300 to "tokenizer.json"
    new model wren {hidden: 16, layers: 1, heads: 2, context: 128} tokenizer "tokenizer.json"
    set batch 4, tokens 4

    """

  /// Runs a script; names of files in it that are in the folder, or under `out/`, mean that folder.
  func run(_ script: String) async throws -> Value {
    var text = script
    for name in [
      "rows.jsonl", "topics.jsonl", "tokenizer.json", "bad.jsonl", "person.json", "out/",
    ] {
      text = text.replacingOccurrences(of: "\"\(name)", with: "\"\(folder)/\(name)")
    }
    let file = SourceFile(.file("test.ft"), text)
    let (prepared, problems) = await runner.prepare(file)
    guard let prepared else { throw problems.first ?? Diagnostic(code: nil, "not prepared") }
    switch await runner.run(prepared) {
    case .finished(let value): return value
    case .failed(let diagnostic): throw diagnostic
    case .quit: throw QuitRequest()
    case .interrupted: throw CancellationError()
    case .broken(let error): throw error
    }
  }

  /// The text of the error that a script ends with, its folder left out of names.
  func errorText(_ script: String) async -> String {
    do {
      _ = try await run(script)
      return "no error"
    } catch let diagnostic as Diagnostic {
      return diagnostic.plainText.replacingOccurrences(of: folder + "/", with: "")
    } catch {
      return "\(error)"
    }
  }
}
