package import Datasets
import Tokenizers

/// What is to be said about data before it is trained on.
package struct DataFindings: Sendable {
  /// What was looked at.
  package let data: LoadedData
  /// Sizes, lengths, labels and doubles.
  package let summary: DatasetSummary
  /// Rows of dev and test whose input is also in train, by line of the file.
  package let leakLines: [Int]
  /// Lines of rows that have a carriage return where an answer is.
  package let returnLines: [Int]
  /// The longest a row may be, in tokens; nil without a model.
  package let limit: Int?
  /// Lines of rows longer than that.
  package let longLines: [Int]

  init(_ data: LoadedData, encoder: ExampleEncoder?) {
    self.data = data
    summary = DatasetSummary(data.dataset, encoder: encoder)
    let heldOut = data.dev + data.test
    leakLines = Duplicates.leaks(of: heldOut, into: data.train).map { heldOut[$0].line }
    returnLines = data.dataset.examples.filter(\.hasReturnInAnswer).map(\.line)
    limit = encoder?.options.maximumLength
    guard let encoder else {
      longLines = []
      return
    }
    longLines = data.dataset.examples.filter { example in
      guard let sequences = try? encoder.encode(example, row: 0) else { return false }
      return sequences.contains { $0.length > encoder.options.maximumLength }
    }.map(\.line)
  }

  /// Everything that is wrong, counted.
  package var problemCount: Int {
    summary.duplicates.extraCount + summary.duplicates.conflicts.count + leakLines.count
      + returnLines.count + longLines.count
  }
}

extension Session {
  /// Looks for what spoils a training: doubles, leaks, rows that are too long for the model.
  package func check(_ data: LoadedData) -> DataFindings {
    DataFindings(data, encoder: model?.encoder(settings))
  }
}

extension Example {
  /// Whether what is to be learned has a carriage return in it.
  fileprivate var hasReturnInAnswer: Bool {
    let answers: [String] =
      switch content {
      case .conversation(let turns): turns.filter(\.isTrained).map(\.content)
      case .completion(_, let completion): [completion]
      case .text(let text): [text]
      case .labelled(_, let label): [label]
      case .marked(_, let labels): labels
      case .preference, .verdict, .match, .alike: [target]
      }
    return answers.contains { $0.utf8.contains(UInt8(ascii: "\r")) }
  }
}
