package import Datasets
import Tokenizers

/// A data set in memory, divided into parts.
package struct LoadedData: Sendable {
  /// What the user calls it.
  package let name: String
  /// All rows that were read, and the file.
  package let dataset: Dataset
  /// The rows to train on.
  package let train: [Example]
  /// The rows to measure on while training; may be empty.
  package let dev: [Example]
  /// The rows kept for the end; may be empty.
  package let test: [Example]
  /// The file that dev was read from, when it is another one.
  package let devFile: String?

  /// Divides a data set, or leaves it whole when there is no ratio.
  ///
  /// - Throws: `DatasetError` when it is too small for the ratio.
  package init(
    name: String, dataset: Dataset, ratios: [Int]?, seed: UInt64
  ) throws(DatasetError) {
    self.name = name
    self.dataset = dataset
    devFile = nil
    guard let ratios else {
      (train, dev, test) = (dataset.examples, [], [])
      return
    }
    let split = try Split(dataset.examples, ratios: ratios, seed: seed)
    train = split.train.map { dataset.examples[$0] }
    dev = split.dev.map { dataset.examples[$0] }
    test = split.test.map { dataset.examples[$0] }
  }

  /// A data set that is not divided.
  init(name: String, dataset: Dataset) {
    (self.name, self.dataset, devFile) = (name, dataset, nil)
    (train, dev, test) = (dataset.examples, [], [])
  }

  /// The rows of one file to train on, and those of another as dev.
  package init(name: String, dataset: Dataset, dev: Dataset) {
    self.name = name
    self.dataset = Dataset(
      file: dataset.file, format: dataset.format, shape: dataset.shape,
      examples: dataset.examples + dev.examples, notes: dataset.notes + dev.notes,
      skipped: dataset.skipped)
    (train, self.dev, test) = (dataset.examples, dev.examples, [])
    devFile = dev.file
  }

  /// Some of the rows, or another division of them; the parts make up the data set.
  package init(
    name: String, like data: LoadedData, train: [Example], dev: [Example], test: [Example]
  ) {
    let dataset = data.dataset
    self.name = name
    devFile = data.devFile
    var rows = train + dev + test
    if devFile == nil {
      // In the order of the file, which the parts keep.
      rows = rows.enumerated()
        .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
    }
    self.dataset = Dataset(
      file: dataset.file, format: dataset.format, shape: dataset.shape, examples: rows)
    (self.train, self.dev, self.test) = (train, dev, test)
  }

  /// The names of the parts.
  package static let partNames = ["train", "dev", "test"]

  /// A part by its name: `train`, `dev` or `test`.
  package func part(_ name: String) -> [Example]? {
    switch name {
    case "train": train
    case "dev": dev
    case "test": test
    default: nil
    }
  }
}
