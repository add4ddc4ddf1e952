package import Adapters
package import Checkpoints
package import Tensors

/// Why a training did not start, or ended early.
package enum TrainingError: Error, Sendable {
  case noExamples
  /// The loss or the gradient stopped being finite; the weights are those before `step`.
  case diverged(step: Int, recentLosses: [Double], learningRate: Double)
  /// The checkpoint in the folder is of another training; `differences` names what is not equal.
  case otherCheckpoint(path: String, differences: [String])
  /// Another training writes its checkpoints into the folder.
  case inUse(path: String)
  /// The checkpoint cannot be read.
  case badCheckpoint(CheckpointError)
  /// All weights are to be trained, and they are kept in fewer bits than training needs.
  case frozenBase(WeightFormat)
  case adapter(AdapterError)
  case file(CheckpointError)

  /// What is wrong, in a sentence.
  package var message: String {
    switch self {
    case .noExamples: "there are no examples to train on"
    case .diverged(let step, let losses, let rate):
      "the loss stopped being a number at step \(step), at a learning rate of \(rate)"
        + (losses.isEmpty
          ? "" : ", after \(losses.map(TrainingError.shown).joined(separator: ", "))")
    case .otherCheckpoint(let path, let differences):
      "the checkpoint in \(path) is of another training: \(differences.joined(separator: ", "))"
    case .inUse(let path): "another training is writing its checkpoints into \(path)"
    case .badCheckpoint(let error): error.message
    case .frozenBase(let format):
      "the weights are kept as \(format.rawValue), which training cannot change"
    case .adapter(let error): error.message
    case .file(let error): error.message
    }
  }

  private static func shown(_ loss: Double) -> String { String((loss * 1000).rounded() / 1000) }
}
