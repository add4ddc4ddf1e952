/// Sequences laid one after the other, without padding, as the engine reads them.
///
/// A sequence of n ids gives n - 1 inputs `ids[0..<n-1]`, each with the id that follows it as its
/// label. Positions start at 0 in every sequence, and no sequence sees another.
///
/// Shapes: `inputs` and `labels` are `[N]`; N is the sum of the lengths.
package struct PackedBatch: Hashable, Sendable {
  /// The tokens that are read, one sequence after the other.
  package private(set) var inputs: [Int32] = []
  /// The next token of each input, trained or not.
  package private(set) var labels: [Int32] = []
  /// Where each row lies, in the order given.
  package private(set) var sequences: [Sequence] = []
  /// Indices into `labels` of what is trained, in rising order.
  package private(set) var trainedIndices: [Int32] = []

  /// Where a sequence lies in the batch.
  package struct Sequence: Hashable, Sendable {
    /// Index in `inputs` of its first token.
    package let start: Int32
    /// How many inputs it has: one less than the row has tokens.
    package let count: Int32
  }

  /// Packs rows in the order given; each has at least two tokens.
  package init(_ examples: some Collection<EncodedExample>) {
    let total = examples.reduce(0) { $0 + $1.ids.count }
    precondition(total < Int(Int32.max), "\(total) tokens in one batch")
    for example in examples { append(example) }
  }

  /// The labels that are trained, in the order of `trainedIndices`.
  package var trainedLabels: [Int32] { trainedIndices.map { labels[Int($0)] } }

  private mutating func append(_ example: EncodedExample) {
    precondition(example.ids.count >= 2, "row \(example.row) has \(example.ids.count) tokens")
    let start = inputs.count
    let count = example.ids.count - 1
    inputs += example.ids.dropLast()
    labels += example.ids.dropFirst()
    sequences.append(Sequence(start: Int32(start), count: Int32(count)))
    for index in 0..<count where example.lossMask[index + 1] {
      trainedIndices.append(Int32(start + index))
    }
  }
}
