import Execution
import Language
import Reporting
import Session
import SettingDeclarations
import Training

/// The block of `train … each epoch { … }` as what is done in the midst of a training.
extension TrainingHook {
  /// The block of a call; nil when it has none.
  init?(_ call: Call, in session: isolated Session) {
    guard let block = call.block("body") else { return nil }
    self.init(every: call.int("every")) { [show = session.show, stop = session.stop] state in
      show(.progressEnded(summary: nil))
      do {
        _ = try await block.call([.record(state.record)])
      } catch is StopRequest {
        return .ends
      } catch is PauseRequest {
        return .pauses
      } catch is CancellationError {
        return .interrupted
      }
      return stop.isRequested ? .interrupted : .goesOn
    }
    surroundings = { block.source + "\n" + block.surroundings }
  }
}

extension TrainingState {
  /// What the block has as `it`.
  fileprivate var record: Record {
    var record: Record = [
      "step": .integer(summary.stepCount), "epoch": .number(epoch), "loss": .number(loss),
    ]
    record["step_loss"] = summary.losses.last.map { .number(Double($0)) }
    if let evaluation {
      record["dev_loss"] = .number(Double(evaluation.loss))
      record["dev_accuracy"] = .number(Double(evaluation.accuracy))
      record["dev_margin"] = evaluation.margin.map { .number(Double($0)) }
    }
    return record
  }
}

extension Session {
  /// Refuses, in the block of a training, what would change the training under way.
  func checkTrainingBlock(_ call: Call) throws(Diagnostic) {
    guard isInTrainingHook else { return }
    if call.signature.effects.contains("model") {
      throw Diagnostic(
        code: .notInTrainingBlock,
        "`\(call.signature.name)` cannot run in the block of a training: the model is "
          + "in use.", hints: [.type("stop", remark: "ends the training, and the script goes on")])
    }
    guard call.signature.effects.contains("settings") else { return }
    let steerable = SteeringChange.settings.map(\.name)
    if let fixed = call.settings("settings")?.first(where: { !steerable.contains($0.name) }) {
      throw Diagnostic(
        code: .notInTrainingBlock,
        "`\(fixed.name)` cannot change in the midst of a training; \(Wording.list(steerable)) can.",
        hints: [.help("for commands in the block: `with temperature 0 { sample \"Hello\" }`")])
    }
  }
}
