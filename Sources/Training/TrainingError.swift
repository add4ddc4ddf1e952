package import Adapters
package import Checkpoints
import Datasets
package import Reporting
package import Tensors
package import Workers

/// Why a training did not start, or ended early.
package enum TrainingError: Error, Sendable {
  case noExamples
  /// The loss or the gradient stopped being finite, and `loss` is what that step had; the weights are
  /// those before it.
  case diverged(step: Int, loss: Double, recentLosses: [Double], learningRate: Double)
  /// The checkpoint in the folder is of another training; `differences` names what is not equal.
  case otherCheckpoint(path: String, differences: [String])
  /// Another training writes its checkpoints into the folder.
  case inUse(path: String)
  /// The disk of the folder has not the room that checkpoints take there; both in bytes.
  case noRoom(folder: String, needed: Int, available: Int, kept: Int)
  /// No state of the training is kept that is so early; the first one, if there is any, is after
  /// `first` steps.
  case noMoment(step: Int, first: Int?)
  /// The checkpoint cannot be read.
  case badCheckpoint(CheckpointError)
  /// All weights are to be trained, and they are kept in fewer bits than training needs.
  case frozenBase(WeightFormat)
  /// The device of this name does not compute so.
  case noPrecision(Precision, device: String)
  case adapter(AdapterError)
  case file(CheckpointError)
  /// The workers cannot train together.
  case workers(WorkersError)
}

extension TrainingError: Explained {
  package var diagnostic: Diagnostic {
    switch self {
    case .noExamples: Diagnostic(code: .noRows, "there are no examples to train on")
    case .diverged(let step, let loss, let losses, let rate):
      Diagnostic(
        .stopped, code: .diverged,
        "the \(loss.isFinite ? "gradient" : "loss") stopped being a number at step \(step), at a "
          + "learning rate of \(rate)"
          + (losses.isEmpty ? "" : ", after \(losses.map(Self.shown).joined(separator: ", "))"),
        hints: [
          .help("the weights are those before that step"),
          step > 1
            ? .type(
              "set lr \(Self.lower(rate))", remark: "then `resume`, or `reset` and train again")
            : .help("the weights were not numbers before: `reset`, or load them again"),
        ])
    case .otherCheckpoint(let path, let differences):
      Diagnostic(
        code: .otherTraining,
        "the checkpoint in \(path) is of another training: \(differences.joined(separator: ", "))",
        hints: [
          .help(
            "name another folder, or make the settings and data as they were; `resume` with "
              + "`anyway` goes on as a run of its own")
        ])
    case .inUse(let path):
      Diagnostic(
        code: .folderInUse, "another training is writing its checkpoints into \(path)",
        hints: [.help("wait for it, or name another folder")])
    case .noRoom(let folder, let needed, let available, let kept):
      Diagnostic(
        code: .noRoomForStates,
        "the checkpoints in \(folder) take \(Quantity(Double(needed), .bytes).text), and "
          + "\(Quantity(Double(available), .bytes).text) are free there",
        hints: [
          kept > 1
            ? .type("set checkpoints 1", remark: "keeps the latest state alone, and the best")
            : .help("name a folder on another disk, or make room on this one")
        ])
    case .noMoment(let step, let first):
      Diagnostic(
        code: .noMoment,
        first.map {
          "the first state of the training that is in memory is after step \($0), not \(step)"
        }
          ?? "no state of the training is in memory: they would be too large",
        hints: [
          first.map { .type("rewind \($0)") }
            ?? .help("`set snapshots` says how many are kept, `set memory` how much they may take")
        ])
    case .badCheckpoint(let error):
      Diagnostic(
        code: .unreadableCheckpoint, error.message,
        hints: [.help("remove the file to begin anew, or name another folder")])
    case .frozenBase(let format):
      Diagnostic(
        code: .frozenWeights,
        "the weights are kept as \(format.rawValue), which training cannot change",
        hints: [
          .type("set adapter lora", remark: "trains beside them"),
          .help("or `set base f32`, and load the model again"),
        ])
    case .noPrecision(let precision, let device):
      Diagnostic(
        code: .noPrecision,
        "the model is on \(device), which does not train in \(precision.rawValue)",
        hints: [
          .type("set precision exact", remark: "trains with the bits of every device"),
          .help(
            "\(precision.rawValue) needs the tensor cores of an NVIDIA card from Ampere (2020) on: "
              + "`set device cuda`, and load the model again"),
        ])
    case .adapter(let error): error.diagnostic
    case .file(let error): error.diagnostic
    case .workers(let error): error.diagnostic
    }
  }

  private static func shown(_ loss: Double) -> String { String((loss * 1000).rounded() / 1000) }

  private static func lower(_ rate: Double) -> String {
    NumberText.shortest(NumberText.rounded(rate / 10, digits: 4))
  }
}

extension TrainingError {
  /// Does what workers do together.
  static func ofWorkers<Result>(
    _ body: () throws(WorkersError) -> Result
  ) throws(TrainingError) -> Result {
    do throws(WorkersError) { return try body() } catch { throw .workers(error) }
  }
}

extension DiagnosticCode {
  /// Every code of training and its checkpoints.
  package static let ofTraining: [DiagnosticCode] = [
    .frozenWeights, .noPrecision, .diverged, .folderInUse, .noRoomForStates, .noMoment,
    .otherTraining,
    .unreadableCheckpoint,
  ]

  static let frozenWeights = DiagnosticCode(
    "T403", "the weights cannot be trained as they are kept",
    "Training all weights takes them as float32. With `set base bf16`, `int8` or `q4` they are "
      + "frozen: train an adapter beside them, or load the model with `set base f32`.")

  static let noPrecision = DiagnosticCode(
    "R408", "the device does not train so",
    "`set precision bf16` multiplies activations and weights on the tensor cores of an NVIDIA card, from "
      + "Ampere (2020) on: faster, with the same bits on the same kind of card and not those of a "
      + "processor. `set precision exact`, the default, has the same bits everywhere.")

  static let diverged = DiagnosticCode(
    "T501", "training diverged",
    "The loss stopped being a number, mostly because of a learning rate far too high. The "
      + "weights are those before that step; set a smaller rate, and `resume` goes on from there.")

  static let folderInUse = DiagnosticCode(
    "R801", "the folder is in use",
    "Another training writes its checkpoints there. Two would overwrite each other's state; wait "
      + "for the other one, or name another folder.")

  static let noRoomForStates = DiagnosticCode(
    "R406", "too little room for checkpoints",
    "A checkpoint has the weights that are trained and what the optimizer keeps of them; `set checkpoints` "
      + "says how many stay, the best on dev stays beside them, and the one before goes when the new one "
      + "is whole. The room is looked at before the first step, so that no training ends halfway "
      + "for want of it.")

  static let noMoment = DiagnosticCode(
    "R904", "no state that is so early",
    "A training keeps states of its steps in memory, from its first one on in this process; `rewind` "
      + "goes back to any step after the first of them.")

  /// A checkpoint of another training.
  package static let otherTraining = DiagnosticCode(
    "R901", "the checkpoint is of another training",
    "A training goes on only with the settings, data and first weights it began with; the message "
      + "names what differs.")

  static let unreadableCheckpoint = DiagnosticCode(
    "R902", "the checkpoint cannot be read",
    "It is damaged: cut off, or changed since it was written. Files of this program appear whole "
      + "or not at all, so something else did it. Remove it to begin anew.")
}
