/// A data set in numbers.
package struct DatasetSummary: Hashable, Sendable {
  /// The file's name, without its folder.
  package let file: String
  /// What kind of rows these are.
  package let shape: RowShape
  /// Rows that can be used.
  package let rowCount: Int
  /// Lengths of rows in tokens; nil without an encoder.
  package let lengths: Lengths?
  /// Labels and how many rows have each, most frequent first; empty for other kinds of rows.
  package let labels: [LabelCount]
  /// Rows that say the same, and rows that contradict each other.
  package let duplicates: Duplicates
  /// What the reader noticed.
  package let notes: [DatasetNote]

  /// How long rows are, in tokens.
  package struct Lengths: Hashable, Sendable {
    /// All tokens by all rows.
    package let mean: Double
    /// The smallest length that half of the rows do not exceed.
    package let median: Int
    /// The smallest length that 95 % of the rows do not exceed.
    package let percentile95: Int
    /// The longest row, which decides what context is enough.
    package let maximum: Int

    /// Returns nil if there are no rows.
    package init?(_ counts: [Int]) {
      let sorted = counts.sorted()
      guard let last = sorted.last else { return nil }
      mean = Double(sorted.reduce(0, +)) / Double(sorted.count)
      median = sorted[(sorted.count - 1) / 2]
      percentile95 = sorted[(sorted.count * 95 + 99) / 100 - 1]
      maximum = last
    }
  }

  /// How often a label is met.
  package struct LabelCount: Hashable, Sendable {
    /// The label as rows have it.
    package let label: String
    /// How many rows have it.
    package let count: Int
  }

  /// Looks at a data set; rows are measured whole, as `encoder` will write them.
  ///
  /// A row the encoder cannot write, such as one the template refuses, has no length.
  package init(_ dataset: Dataset, encoder: ExampleEncoder? = nil) {
    file = dataset.file
    shape = dataset.shape
    rowCount = dataset.examples.count
    notes = dataset.notes
    duplicates = Duplicates(dataset.examples)
    labels = Self.labels(of: dataset.examples)
    lengths = encoder.flatMap { encoder in
      Lengths(
        dataset.examples.flatMap { example in
          (try? encoder.encode(example, row: 0))?.map(\.length) ?? []
        })
    }
  }

  private static func labels(of examples: [Example]) -> [LabelCount] {
    var counts: [String: Int] = [:]
    for case .labelled(_, let label) in examples.map(\.content) { counts[label, default: 0] += 1 }
    let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return ranked.map { LabelCount(label: $0.key, count: $0.value) }
  }
}
