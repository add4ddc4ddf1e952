import Execution
import Foundation
import Language
import Notebook
import Reporting
import Session
import Synchronization

/// A session in a folder of its own with a tiny model, cell by cell as at the prompt.
final class TinyNotebook {
  let folder: String
  let runner: Runner
  private var number = 1
  private let stops: Stops
  /// The printed line at which what runs is stopped, as by Ctrl-C.
  var stopsAt: String? {
    get { stops.line.withLock { $0 } }
    set { stops.line.withLock { $0 = newValue } }
  }

  /// Presses Ctrl-C when a line is printed.
  private final class Stops: Sendable {
    let line = Mutex<String?>(nil)
    let requestStop = Mutex<@Sendable () -> Void>({})

    func note(_ event: RunEvent) {
      guard case .printed(let text) = event, text == line.withLock({ $0 }) else { return }
      requestStop.withLock { $0 }()
    }
  }

  /// The checkout these tests belong to.
  static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The cells that make a tiny untrained model and load a few rows; `FOLDER` stands for the folder.
  static let preparation = [
    "load data \"FOLDER/rows.jsonl\" split 8/4",
    "train tokenizer 300 to \"FOLDER/tokenizer.json\"",
    "new model wren {hidden: 16, layers: 1, heads: 2, context: 128} tokenizer \"FOLDER/tokenizer.json\"",
    "set batch 4, tokens 4",
  ]

  init() throws {
    folder = NSTemporaryDirectory() + "tunebook-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let stops = Stops()
    self.stops = stops
    let runner = Runner(resources: Resources(executable: "", home: Self.checkout)) {
      stops.note($0)
    }
    stops.requestStop.withLock { $0 = { runner.stop.request() } }
    self.runner = runner
    let rows = (0..<12).map { #"{"prompt":"number \#($0)","completion":"it is \#($0 * 7)"}"# }
    try write("rows.jsonl", rows.joined(separator: "\n"))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  func path(_ name: String) -> String { folder + "/" + name }

  /// Runs entries as the next cells, going on after errors.
  func run(_ sources: String...) async {
    for source in sources { await run(source, madeFrom: nil) }
  }

  func run(_ source: String, madeFrom origin: Int?) async {
    let text = source.replacing("FOLDER", with: folder)
    runner.stop.clear()
    let (script, problems) = await runner.prepare(SourceFile(.cell(number), text))
    if let script, script.statements.isEmpty {
      runner.add(comments: text)
      return
    }
    if let script {
      _ = await runner.run(script, asCell: number, madeFrom: origin)
    } else {
      runner.refuse(text, asCell: number, problems)
    }
    number += 1
  }

  /// Writes the cells in every form: `lab.ft`, `lab.ft.md` and `lab.ipynb`.
  func save() async throws {
    let writer = NotebookWriter(
      runner.transcript.entries, environment: await runner.session.environment())
    for name in ["lab.ft", "lab.ft.md", "lab.ipynb"] { try writer.write(to: path(name)) }
  }

  /// Moves a saved file to this folder, as if all had been done here.
  func take(_ name: String, from other: TinyNotebook) throws {
    try write(name, other.read(name).replacing(other.folder, with: folder))
  }

  /// Verifies a file in this session, which should be new.
  func verify(_ name: String) async -> (code: ExitCode, result: Verification?) {
    await Verifier(runner, report: { _ in }).verify(path: path(name), name: name)
  }
}
