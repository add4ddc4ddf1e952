/// The rows of a file, and what there is to say about how they were read.
package struct Dataset: Hashable, Sendable {
  /// The file's name, without its folder.
  package let file: String
  /// How the file is written, as asked for or as its content tells.
  package let format: FileFormat
  /// The keys or columns that rows were made of, the same for all.
  package let shape: RowShape
  /// The rows that can be used, in the order of the file.
  package let examples: [Example]
  /// What the reader noticed and did not object to.
  package let notes: [DatasetNote]
  /// The rows that were left out, as the policy allowed.
  package let skipped: ProblemList

  package init(
    file: String, format: FileFormat, shape: RowShape, examples: [Example],
    notes: [DatasetNote] = [], skipped: ProblemList = ProblemList()
  ) {
    self.file = file
    self.format = format
    self.shape = shape
    self.examples = examples
    self.notes = notes
    self.skipped = skipped
  }
}

/// Something about a file that is worth a line to its owner, and no error.
package enum DatasetNote: Hashable, Sendable {
  case byteOrderMark
  case arrayInsteadOfLines
  case noHeader(labels: Int)
  case ignoredFields([String])
  case skippedRows(Int)

  /// The note in words.
  package var message: String {
    switch self {
    case .byteOrderMark: "a byte order mark at the start was skipped"
    case .arrayInsteadOfLines: "the file is one JSON array; its elements are the rows"
    case .noHeader(let labels):
      "there is no header row; the column with \(labels) different values is taken for the label"
    case .ignoredFields(let names): "not used: \(names.joined(separator: ", "))"
    case .skippedRows(let count): "\(count) bad \(count == 1 ? "row was" : "rows were") left out"
    }
  }
}
