/// Rows laid one after the other, each input with the id that follows it as its label.
///
/// Shapes: `inputs` and `labels` are `[N]`; N is the sum of the lengths.
package struct PackedBatch: Hashable, Sendable {
  /// What is read.
  package private(set) var tokens = PackedSequences()
  /// The next token of each input, trained or not.
  package private(set) var labels: [Int32] = []
  /// Indices into `labels` of what is trained, in rising order.
  package private(set) var trainedIndices: [Int32] = []

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

  /// The tokens that are read, one sequence after the other.
  package var inputs: [Int32] { tokens.inputs }

  /// Where each row lies, in the order given.
  package var sequences: [PackedSequences.Sequence] { tokens.sequences }

  /// The labels that are trained, in the order of `trainedIndices`.
  package var trainedLabels: [Int32] { trainedIndices.map { labels[Int($0)] } }

  private mutating func append(_ example: EncodedExample, after known: [Int32]) {
    let (start, shared) = (inputs.count, known.count)
    tokens.append(example.ids, after: known)
    labels += example.ids[(shared + 1)...]
    for index in shared..<example.ids.count - 1 where example.lossMask[index + 1] {
      trainedIndices.append(Int32(start + index - shared))
    }
  }
}
