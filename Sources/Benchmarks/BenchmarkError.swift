package import Adapters
package import Checkpoints
import Datasets
package import Reporting
package import Training

/// Why something could not be measured.
package enum BenchmarkError: Error, Sendable {
  case file(CheckpointError)
  /// A line of the file of rows is not one; lines count from 1.
  case badRow(path: String, line: Int, reason: String)
  case noRows(path: String)
  case adapter(AdapterError)
  case training(TrainingError)
}

extension BenchmarkError: Explained {
  package var diagnostic: Diagnostic {
    switch self {
    case .file(let error): error.diagnostic
    case .adapter(let error): error.diagnostic
    case .training(let error): error.diagnostic
    case .noRows(let path): Diagnostic(code: .noRowsInFile, "\(path) has no rows")
    case .badRow(let path, let line, let reason):
      Diagnostic(
        code: .rowIsNotJSON, "\(path), line \(line): \(reason)",
        hints: [.help("a row is {\"input_ids\": [5, 7, 9], \"completion_mask\": [0, 1, 1]}")])
    }
  }
}
