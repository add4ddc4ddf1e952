package import Adapters
package import Checkpoints
package import Training

/// Why something could not be measured.
package enum BenchmarkError: Error, Sendable {
  case file(CheckpointError)
  /// A line of the file of rows is not one; lines count from 1.
  case badRow(path: String, line: Int, reason: String)
  case noRows(path: String)
  case adapter(AdapterError)
  case training(TrainingError)

  /// What is wrong, in a sentence.
  package var message: String {
    switch self {
    case .file(let error): error.message
    case .badRow(let path, let line, let reason): "\(path), line \(line): \(reason)"
    case .noRows(let path): "\(path) has no rows"
    case .adapter(let error): error.message
    case .training(let error): error.message
    }
  }
}
