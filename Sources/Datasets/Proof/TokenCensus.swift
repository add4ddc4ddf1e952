/// The tokens of rows: how many there are, and how their beginnings and ends are taught.
package struct TokenCensus: Hashable, Sendable {
  /// All tokens.
  package private(set) var tokenCount = 0
  /// Those that the model learns to write.
  package private(set) var trainedCount = 0
  /// Rows whose answer could end: all but plain text, and whole texts, no token of which is written.
  package private(set) var answeringCount = 0
  /// Which rows were cut before the end of their answer, in order.
  package private(set) var truncated: [Int] = []
  /// Which rows are whole and teach no end.
  package private(set) var endless: [Int] = []
  /// Which rows begin with one special token twice.
  package private(set) var begunTwice: [Int] = []

  /// Counts the sequences of `rows`, which `encoder` made.
  package init(_ sequences: [EncodedExample], of rows: [Example], by encoder: ExampleEncoder) {
    let options = encoder.options
    let ends = options.endOfTurnIDs.union(options.endID.map { [$0] } ?? [])
    var start = sequences.startIndex
    while start < sequences.endIndex {
      // A row may be several sequences, which stand together.
      let row = sequences[start].row
      let end = sequences[start...].firstIndex { $0.row != row } ?? sequences.endIndex
      let isText = if case .text = rows[row].content.written { true } else { false }
      count(sequences[start..<end], row: row, isText: isText, ends: ends, encoder)
      start = end
    }
  }

  private mutating func count(
    _ sequences: ArraySlice<EncodedExample>, row: Int, isText: Bool, ends: Set<Int32>,
    _ encoder: ExampleEncoder
  ) {
    for sequence in sequences {
      tokenCount += sequence.prompt.count + sequence.ids.count
      trainedCount += sequence.trainedCount
    }
    if sequences.contains(where: { $0.beginsTwice(encoder.encoder.isSpecial) }) {
      begunTwice.append(row)
    }
    guard !isText, sequences.allSatisfy({ $0.texts == nil }) else { return }
    answeringCount += 1
    let lacking = sequences.filter { !$0.trains(oneOf: ends) }
    if lacking.contains(where: { $0.ids.count >= encoder.options.maximumLength }) {
      truncated.append(row)
    } else if !lacking.isEmpty {
      endless.append(row)
    }
  }
}

extension EncodedExample {
  fileprivate func beginsTwice(_ isSpecial: (Int32) -> Bool) -> Bool {
    let start = (prompt.isEmpty ? ids : prompt).prefix(2)
    return start.count == 2 && start.first == start.last && start.allSatisfy(isSpecial)
  }

  /// Whether one of the tokens is trained.
  fileprivate func trains(oneOf tokens: Set<Int32>) -> Bool {
    // From the end, where most answers have theirs.
    ids.indices.dropFirst().reversed().contains { lossMask[$0] && tokens.contains(ids[$0]) }
  }
}
