package import Checkpoints

/// Why an adapter could not be attached, read or saved.
package enum AdapterError: Error, Sendable {
  case noSuchModule(pattern: String, known: [String])
  case rankTooLarge(rank: Int, limit: Int, module: String)
  case alreadyAttached
  /// The adapter has tensors that no layer of the model takes.
  case unusedTensors(names: [String])
  /// The adapter replaces tensors whole (`modules_to_save`), which is not supported.
  case wholeTensors(names: [String])
  case file(CheckpointError)

  /// What is wrong, in a sentence.
  package var message: String {
    switch self {
    case .noSuchModule(let pattern, let known):
      "the model has no layer `\(pattern)`; its layers are \(known.joined(separator: ", "))"
    case .rankTooLarge(let rank, let limit, let module):
      "rank \(rank) is larger than \(module) allows: at most \(limit)"
    case .alreadyAttached: "an adapter is attached already"
    case .unusedTensors(let names):
      "the adapter changes layers this model does not have: \(names.prefix(3).joined(separator: ", "))"
    case .wholeTensors(let names):
      "the adapter replaces \(names.joined(separator: ", ")) whole (modules_to_save): not supported"
    case .file(let error): error.message
    }
  }
}
