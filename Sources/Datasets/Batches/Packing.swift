/// Sequences laid one after the other, without padding, as the engine reads them.
///
/// A sequence of n ids gives n - 1 inputs `ids[0..<n-1]`, each with the id that follows it as its
/// label. Positions start at 0 in every sequence, and no sequence sees another, but for what it begins
/// with: where that is shared, it is there once, and later sequences have only what comes after it.
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
  /// The place of each input in its sequence.
  package private(set) var positions: [Int32] = []
  /// Where the inputs are that each sequence sees, one sequence after the other.
  package private(set) var keyRows: [Int32] = []

  /// Where a sequence lies in the batch.
  package struct Sequence: Hashable, Sendable {
    /// Index in `inputs` of its first token.
    package let start: Int32
    /// How many inputs it has of its own: one less than the row has tokens, without those it shares.
    package let count: Int32
    /// How many inputs of sequences before it it begins with.
    package let sharedCount: Int32
  }

  /// Packs rows in the order given; each has at least two tokens.
  ///
  /// With `sharing`, what several rows begin with is there once. Rows of a group have to be all there.
  package init(_ examples: some Collection<EncodedExample>, sharing: Bool = false) {
    let total = examples.reduce(0) { $0 + $1.ids.count }
    precondition(total < Int(Int32.max), "\(total) tokens in one batch")
    var index = PrefixIndex()
    for example in examples {
      append(example, after: sharing ? index.place(example, from: inputs.count).known : [])
    }
  }

  /// Whether a sequence sees inputs that are not its own.
  package var isShared: Bool { keyRows.count != inputs.count }

  /// The labels that are trained, in the order of `trainedIndices`.
  package var trainedLabels: [Int32] { trainedIndices.map { labels[Int($0)] } }

  private mutating func append(_ example: EncodedExample, after known: [Int32]) {
    precondition(example.ids.count >= 2, "row \(example.row) has \(example.ids.count) tokens")
    let (start, shared) = (inputs.count, known.count)
    let count = example.ids.count - 1
    inputs += example.ids[shared..<count]
    labels += example.ids[(shared + 1)...]
    positions += Int32(shared)..<Int32(count)
    keyRows += known
    keyRows += Int32(start)..<Int32(inputs.count)
    sequences.append(
      Sequence(start: Int32(start), count: Int32(count - shared), sharedCount: Int32(shared)))
    for index in shared..<count where example.lossMask[index + 1] {
      trainedIndices.append(Int32(start + index - shared))
    }
  }
}
