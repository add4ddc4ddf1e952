package import Autograd
package import Datasets
package import Models
package import Tensors

/// The vector of a query is to be nearer to that of its own text than to those of all other texts of a
/// batch: one loss a row.
///
/// A loss needs the vectors of the whole batch. They are computed first, without a gradient; then each
/// micro-batch computes its own again and is given what the loss says of them; a batch that fits one pass
/// is computed once. So memory is that of a micro-batch, and neither result nor bits depend on how a step is
/// cut.
///
/// Source: Gao et al. 2021, arXiv:2101.06983, section 3.
package struct Retrieve: Objective {
  private let ranking: Ranking
  /// How many rows are told from each other; those of a step are one batch.
  private let batchSize: Int
  /// What was found of each row of the batches at hand, by its place in the data.
  private var known: [Int: RankedRow] = [:]

  /// Multiplies cosines by `scale`; with `widths`, the first numbers of vectors do alone too.
  package init(scale: Double = 20, widths: [Int] = [], batchSize: Int) {
    ranking = Ranking(scale: scale, widths: widths)
    self.batchSize = max(1, batchSize)
  }

  package func lossCount(of example: EncodedExample) -> Int {
    if case .match = example.goal { 1 } else { 0 }
  }

  package func logitCount(of example: EncodedExample) -> Int { 0 }

  package var readsHead: Bool { false }

  package var keepsTextsApart: Bool { true }

  package func readied(
    for examples: [EncodedExample], by measuring: Measuring
  ) -> any Objective {
    let isTrained = measuring.dropout != nil
    if isTrained, measuring.fitsOnePass(examples.map(\.computedCount)) { return self }
    var readied = self
    var firstRow = 0
    for start in stride(from: 0, to: examples.count, by: batchSize) {
      let batch = examples[start..<min(start + batchSize, examples.count)]
      let vectors = measuring.vectors(of: batch, firstRow: firstRow)
      // A stop came in between.
      guard vectors.count == batch.count else { return self }
      let ranked = ranking.rows(batch, vectors, withSlopes: isTrained)
      for (example, row) in zip(batch, ranked) { readied.known[example.row] = row }
      firstRow += batch.reduce(0) { $0 + $1.computedCount }
    }
    return readied
  }

  package func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream? = nil, factor: Float
  ) -> RowLosses {
    let found = examples.compactMap { known[$0.row] }
    let rows: [RankedRow]
    if !tape.isRecording, found.count == examples.count {
      rows = found
    } else {
      let texts = examples.flatMap { $0.texts ?? [] }
      let vectors = model.vectors(of: texts, on: tape, dropout: dropout)
      rows =
        found.count == examples.count
        ? found
        : ranking.rows(
          examples, examples.divided(vectors.value.eachRow), withSlopes: tape.isRecording)
      tape.give(
        rows.flatMap { $0.slopes.joined().map { factor * $0 } }, to: vectors)
    }
    var result = RowLosses()
    (result.losses, result.isCorrect) = (rows.map { Float($0.loss) }, rows.map(\.isFirst))
    return result
  }
}

extension Measuring {
  /// The vectors of the texts of each row of a batch, whose first token is `firstRow` of the step.
  fileprivate func vectors(
    of examples: ArraySlice<EncodedExample>, firstRow: Int
  ) -> [[[Float]]] {
    var all: [[[Float]]] = []
    var next = firstRow
    inBatches(of: examples.map(\.computedCount)) { range, tape in
      let part = examples[
        examples.startIndex + range.lowerBound..<examples.startIndex + range.upperBound]
      let stream = dropout.map {
        DropoutStream(seed: $0.seed, step: $0.step, firstRow: next)
      }
      let texts = part.flatMap { $0.texts ?? [] }
      all += part.divided(model.vectors(of: texts, on: tape, dropout: stream).value.eachRow)
      next += part.reduce(0) { $0 + $1.computedCount }
    }
    return all
  }
}

extension ArraySlice<EncodedExample> {
  /// The vectors of all texts, those of each row by themselves.
  func divided(_ vectors: [[Float]]) -> [[[Float]]] {
    var rest = vectors[...]
    return map { example in
      let count = example.texts?.count ?? 0
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
  }
}
