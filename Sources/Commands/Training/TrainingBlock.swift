import Language
import Reporting
import Session

/// The block of `train … each epoch { … }`, and when it runs.
struct TrainingBlock {
  /// How the block ended.
  enum Ending {
    case goesOn
    /// `stop` was run in it.
    case stop
    /// The user asked to stop while it ran.
    case interrupted
  }

  private let block: Closure
  /// Steps from one run of the block to the next; nil for each epoch.
  private let interval: Int?

  /// The block of a call; nil when it has none.
  init?(_ call: Call) {
    guard let block = call.block("body") else { return nil }
    self.block = block
    interval = call.int("every")
  }

  /// Whether it runs after this step.
  func isDue(step: Int, stepsPerEpoch: Int) -> Bool { step % (interval ?? stepsPerEpoch) == 0 }

  /// Runs it with `state` as its `it`.
  ///
  /// - Throws: the `Diagnostic` of what went wrong in it.
  func run(_ state: Record, in session: isolated Session) async throws -> Ending {
    session.isInTrainingBlock = true
    defer { session.isInTrainingBlock = false }
    do {
      _ = try await block.call([.record(state)])
    } catch is StopRequest {
      return .stop
    } catch is CancellationError {
      return .interrupted
    }
    return session.stop.isRequested ? .interrupted : .goesOn
  }
}

extension Session {
  /// Refuses, in the block of a training, what would change the training under way.
  func checkTrainingBlock(_ call: Call) throws(Diagnostic) {
    guard isInTrainingBlock else { return }
    if call.signature.effects.contains("model") {
      throw Diagnostic(
        code: .notInTrainingBlock,
        "`\(call.signature.name)` cannot run in the block of a training: the model is "
          + "in use.", hints: [.type("stop", remark: "ends the training, and the script goes on")])
    }
    if call.signature.effects.contains("settings"), call.settings("settings") != nil {
      throw Diagnostic(
        code: .notInTrainingBlock,
        "`set` in the block of a training would change nothing of it: its plan is made.",
        hints: [.help("for commands in the block: `with temperature 0 { sample \"Hello\" }`")])
    }
  }
}
