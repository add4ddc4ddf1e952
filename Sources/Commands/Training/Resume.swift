package import Language
import Reporting
package import Session
import Training

/// The command `resume "out/run"`.
package struct Resume: Command {
  package static let signature = Signature(
    "resume", "Go on with a training that was interrupted and kept its state in a folder.",
    details: [
      "Length and settings are those it was started with; they are in the folder. The model and the "
        + "data must be loaded as they were then, and are compared before anything goes on; in a new "
        + "session `resume` tells the lines that do so. Without a folder it is that of the session's last training. The result has the bits of a training "
        + "that was never stopped."
    ],
    patterns: ["[<folder:path>] [each (epoch | <every:int> (step | steps)) <body:block>]"],
    slots: [
      "folder": .about("what `train … checkpoint` wrote"), "every": .range(1...1_000_000),
    ],
    needs: ["model", "data"], effects: ["model", "run"], synonyms: ["continue"],
    result: Train.signature.result,
    examples: [
      "resume \"out/run\"", "resume", "resume \"out/run\" each epoch { print it.loss }",
      "resume \"out/run\" each 1 step { print it.loss }",
      "resume \"out/run\" each 2 steps { print it.loss }",
    ],
    seeAlso: ["train"])

  package static func checkNeeds(_ call: Call, in session: isolated Session) throws {
    guard session.model == nil || session.currentData == nil else { return }
    let folder = try folder(call, session)
    let lines = try read(folder, call).request.lines
    guard !lines.isEmpty else { return try session.checkNeeds(call) }
    throw Diagnostic(
      code: .missingNeed, "`resume` needs the model and the data that its training began with.",
      hints: hints(lines, folder))
  }

  private static func folder(
    _ call: Call, _ session: isolated Session
  ) throws(Diagnostic) -> String {
    if let folder = call.text("folder") ?? session.lastCheckpoint { return folder }
    throw Diagnostic(
      code: .nothingToResume, "no training of this session kept its state in a folder.",
      hints: [.type("resume \"out/run\"")])
  }

  /// The lines that a training began with, to be typed, and what to type then.
  private static func hints(_ lines: [String], _ folder: String) -> [Diagnostic.Hint] {
    lines.map { .type($0) }
      + [.help("these lines led to it; after them, `resume \(Value.string(folder).source)`")]
  }

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let folder = try folder(call, session)
    var (request, settings) = try read(folder, call)
    request.folder = folder
    request.isResumed = true
    let rows = try session.neededExamples(
      call, slot: "data", fallback: request.dataName ?? "train"
    ).examples
    // The weights of this session's own run are its last ones; it goes on from those it began with.
    if folder == session.lastCheckpoint { try session.neededModel("resume").reset() }
    let own = session.settings
    session.settings = settings
    defer { session.settings = own }
    do {
      return try await Train.train(
        request, on: rows, named: request.dataName ?? "train", block: TrainingBlock(call),
        in: session)
    } catch var problem as Diagnostic where problem.code == .otherTraining && !request.lines.isEmpty
    {
      problem.hints += hints(request.lines, folder)
      throw problem
    }
  }

  /// What the folder's training was asked for.
  private static func read(
    _ folder: String, _ call: Call
  ) throws(Diagnostic) -> (request: TrainingRequest, settings: Settings) {
    let text: String?
    do throws(TrainingError) { text = try TrainingCheckpoint.request(inFolder: folder) } catch {
      throw Diagnostic(error)
    }
    guard let text, let found = TrainingRequest.read(text) else {
      throw Diagnostic(
        code: .nothingToResume, "\"\(folder)\" has no state of a training to go on with.",
        at: call.label("folder"), hints: [.type("train 1 epoch checkpoint \"\(folder)\"")])
    }
    return found
  }
}
