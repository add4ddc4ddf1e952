package import Language
import Reporting
package import Session
import Training

/// The command `resume "out/run"`.
package struct Resume: Command {
  package static let signature = Signature(
    "resume", "Go on with a training that was stopped, paused or interrupted.",
    details: [
      "One that was stopped or paused in this session goes on where it is, to its end or for some steps. "
        + "What was set since of `lr`, `schedule`, `floor`, `clip`, `decay` and the optimizer's memories "
        + "counts from the next step on; the record of the run and its checkpoints have it with the step, "
        + "so that it is repeated exactly.",
      "From a folder one goes on that kept its state there, also in another session. "
        + "Length and settings are those it was started with; they are in the folder. The model and the "
        + "data must be loaded as they were then, and are compared before anything goes on; in a new "
        + "session `resume` tells the lines that do so. Without a folder it is that of the session's last training. The result has the bits of a training "
        + "that was never stopped. Settings that were set since and are others, other data or another model "
        + "are listed and refused; `resume anyway` takes them, and is a run of its own.",
    ],
    patterns: [
      "[<folder:output> | <count:int> (step | steps)] [anyway] [each (epoch | <every:int> (step | steps)) <body:block>]"
    ],
    slots: [
      "count": .range(1...1_000_000).about("how far, before it pauses again"),
      "folder": .about("what `train … checkpoint` wrote"), "every": .range(1...1_000_000),
    ],
    needs: ["model", "data"], effects: ["model", "run"], synonyms: ["continue"],
    result: Train.signature.result,
    examples: [
      "resume \"out/run\"", "resume", "resume 1 step", "resume 2 steps",
      "resume \"out/run\" anyway",
      "resume \"out/run\" each epoch { print it.loss }",
      "resume \"out/run\" each 1 step { print it.loss }",
      "resume \"out/run\" each 2 steps { print it.loss }",
    ],
    seeAlso: ["train", "rewind", "branch"])

  package static func checkNeeds(_ call: Call, in session: isolated Session) throws {
    guard session.model == nil || session.currentData == nil, !goesOnHere(call, session) else {
      return
    }
    let saved = try session.savedTraining(inFolder: call.text("folder"))
    guard !saved.request.lines.isEmpty else { return try session.checkNeeds(call) }
    throw Diagnostic(
      code: .missingNeed, "`resume` needs the model and the data that its training began with.",
      hints: hints(saved))
  }

  /// The lines that a training began with, to be typed, and what to type then.
  private static func hints(_ saved: SavedTraining) -> [Diagnostic.Hint] {
    saved.request.lines.map { .type($0) }
      + [
        .help("these lines led to it; after them, `resume \(Value.string(saved.folder).source)`")
      ]
  }

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    if goesOnHere(call, session) {
      let result = try await session.goOn(
        for: call.int("count"), hook: TrainingHook(call, in: session), tell: session.teller())
      return Train.value(of: result, of: call, in: session)
    }
    let saved = try session.savedTraining(inFolder: call.text("folder"))
    do {
      let result = try await session.resume(
        saved.asked(by: call), anyway: call.has("anyway"), hook: TrainingHook(call, in: session),
        tell: session.teller())
      return Train.value(of: result, of: call, in: session)
    } catch SessionError.training(let error) where !saved.request.lines.isEmpty {
      var problem = Diagnostic(error)
      if case .otherCheckpoint = error { problem.hints += hints(saved) }
      throw problem
    }
  }

  /// Whether a training goes on from its state in memory: a folder that is named is read, and so is the
  /// last one once the training is over.
  private static func goesOnHere(_ call: Call, _ session: isolated Session) -> Bool {
    guard call.text("folder") == nil, !call.has("anyway") else { return false }
    return session.isTrainingPaused || call.int("count") != nil
      || session.lastCheckpoint == nil && session.hasTraining
  }
}
