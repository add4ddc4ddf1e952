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
        + "data must be loaded as they were then, and are compared before anything goes on. Without "
        + "a folder it is that of the session's last training. The result has the bits of a training "
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

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    guard let folder = call.text("folder") ?? session.lastCheckpoint else {
      throw Diagnostic(
        code: "R903", "no training of this session kept its state in a folder.",
        hints: [.type("resume \"out/run\"")])
    }
    var (request, settings) = try read(folder, call)
    request.folder = folder
    let rows = try session.neededExamples(
      call, slot: "data", fallback: request.dataName ?? "train"
    ).examples
    // The weights of this session's own run are its last ones; it goes on from those it began with.
    if folder == session.lastCheckpoint { try session.neededModel("resume").reset() }
    let own = session.settings
    session.settings = settings
    defer { session.settings = own }
    return try await Train.train(
      request, on: rows, named: request.dataName ?? "train", block: TrainingBlock(call),
      in: session)
  }

  /// What the folder's training was asked for.
  private static func read(
    _ folder: String, _ call: Call
  ) throws(Diagnostic) -> (TrainingRequest, Settings) {
    let text: String?
    do throws(TrainingError) { text = try TrainingCheckpoint.request(inFolder: folder) } catch {
      throw Diagnostic(error)
    }
    guard let text, let found = TrainingRequest.read(text) else {
      throw Diagnostic(
        code: "R903", "\"\(folder)\" has no state of a training to go on with.",
        at: call.label("folder"), hints: [.type("train 1 epoch checkpoint \"\(folder)\"")])
    }
    return found
  }
}
