import Execution

/// Encoding the rows of a data set.
extension ExampleEncoder {
  /// Encodes the rows of a data set.
  ///
  /// - Throws: ``DatasetError/badRows(file:rows:_:)`` with the rows that are too long, train no
  ///   token or do not agree with the template; ``DatasetError/noChatTemplate``,
  ///   ``DatasetError/noEnd(asked:)``, ``DatasetError/promptsAreRead``.
  package func encode(
    _ examples: [Example], file: String
  ) throws(DatasetError) -> EncodedDataset {
    if options.labels == nil, options.sentences == nil { try checkWriting(examples) }
    let result = encoded(examples, file: file)
    guard result.skipped.isEmpty || options.badRows == .skip else {
      throw .badRows(file: file, rows: examples.count, result.skipped)
    }
    guard !result.examples.isEmpty else { throw .noGoodRows(file: file, result.skipped) }
    return result
  }

  /// Rows that a thread takes at once.
  private static let shareSize = 64

  /// Encodes the rows, those that can be, by as many threads as there may be.
  private func encoded(_ examples: [Example], file: String) -> EncodedDataset {
    let starts = Array(stride(from: 0, to: examples.count, by: Self.shareSize))
    let parts = Shares.map(starts.count, threads: options.threads) { share in
      var part = EncodedDataset()
      for row in starts[share]..<min(starts[share] + Self.shareSize, examples.count) {
        do throws(ProblemReason) {
          try add(examples[row], row: row, to: &part)
        } catch {
          part.skipped.append(Self.problem(error, example: examples[row], file: file))
        }
      }
      return part
    }
    return parts.reduce(into: EncodedDataset()) { $0.append($1) }
  }

  /// Encodes a row as its task has it.
  private func add(
    _ example: Example, row: Int, to result: inout EncodedDataset
  ) throws(ProblemReason) {
    if let labels = options.labels {
      let (sequence, isCut) = try labelled(example, labels, row: row)
      try add([sequence], of: example, to: &result)
      if isCut { result.cutLines.append(example.line) }
      return
    }
    if let reading = options.sentences {
      let (sequence, isCut) = try compared(example, reading, row: row)
      try add([sequence], of: example, to: &result)
      if isCut { result.cutLines.append(example.line) }
      return
    }
    let endID = try knownEnd()
    if let judged = try judged(example, row: row) {
      try add([judged.sequence], of: example, to: &result)
      return note(judged.written, judged.rows, example.line, in: &result)
    }
    let written = try written(example)
    if let start = options.answerStartID {
      let pairs = try pairs(written, startID: start, endID: endID, row: row)
      try add(pairs, of: example, to: &result)
      return note(written, [], example.line, in: &result)
    }
    let rows = try encode(written.rows, endID: endID)
    let sequences = rows.map { EncodedExample(ids: $0.ids, lossMask: $0.mask, row: row) }
    try add(sequences, of: example, to: &result)
    if sequences.count > 1 { result.dividedLines.append(example.line) }
    note(written, rows, example.line, in: &result)
  }

  /// Refuses rows that cannot be written at all.
  private func checkWriting(_ examples: [Example]) throws(DatasetError) {
    guard template != nil || !examples.contains(where: needsTemplate) else {
      throw .noChatTemplate
    }
    guard options.endID != nil else { throw .noEnd(asked: options.unknownEnd) }
    if options.answerStartID != nil, options.trainOn == .everything { throw .promptsAreRead }
  }

  /// Keeps what is to be said about a row.
  private func note(
    _ written: WrittenConversation, _ rows: [EncodedRow], _ line: Int,
    in result: inout EncodedDataset
  ) {
    if rows.contains(where: \.joinsPrompt) { result.joinedLines.append(line) }
    if rows.contains(where: \.lacksEnd) { result.endlessLines.append(line) }
    if written.joined { result.reopenedLines.append(line) }
    if written.unclosed { result.unclosedLines.append(line) }
    for key in written.unwrittenKeys { result.unwrittenKeys[key, default: 0] += 1 }
  }

  /// Adds a row as the policy for long rows has it, or throws and adds nothing.
  private func add(
    _ sequences: [EncodedExample], of example: Example, to result: inout EncodedDataset
  ) throws(ProblemReason) {
    guard sequences.contains(where: \.trainsAnswers) else { throw .trainsNothing }
    var kept: [EncodedExample] = []
    for sequence in sequences { kept += try fitted(sequence, policy: longRowPolicy(for: example)) }
    if example.texts.contains(where: encoder.spellsSpecialToken) {
      result.specialTokenLines.append(example.line)
    }
    if sequences.contains(where: { $0.length > options.maximumLength }) {
      switch longRowPolicy(for: example) {
      case .cut: result.cutLines.append(example.line)
      case .drop: result.droppedLines.append(example.line)
      case .refuse, .split, nil: break
      }
    }
    result.examples += kept
  }

  /// Returns what is left of a sequence under the policy for long ones.
  private func fitted(
    _ sequence: EncodedExample, policy: LongRowPolicy?
  ) throws(ProblemReason) -> [EncodedExample] {
    let limit = options.maximumLength
    guard sequence.length > limit else { return [sequence] }
    switch policy {
    case .refuse, .split: throw .tooLong(tokens: sequence.length, limit: limit)
    case .drop: return []
    case .cut:
      let cut = sequence.cut(to: limit, endingWith: options.endID)
      guard cut.trainsAnswers else { throw .trainsNothing }
      return [cut]
    case nil: return sequence.windows(of: limit)
    }
  }

  /// Returns the policy for a long row; nil makes windows of it.
  private func longRowPolicy(for example: Example) -> LongRowPolicy? {
    guard case .text = example.content else { return options.longRows ?? .refuse }
    return options.longRows == .split ? nil : options.longRows ?? .cut
  }

  /// Whether the row is written by the chat template; one question and its answer need none where
  /// each is a sequence of its own.
  private func needsTemplate(_ example: Example) -> Bool {
    switch example.content.written {
    case .conversation: options.answerStartID == nil || example.question == nil
    case .completion: options.completionsAreChats
    case .text, .labelled, .marked, .preference, .verdict, .match, .alike: false
    }
  }

  private static func problem(
    _ reason: ProblemReason, example: Example, file: String
  ) -> DatasetProblem {
    let start = String((example.texts.first ?? "").prefix(4 * Excerpt.limit))
    return DatasetProblem(
      spot: DatasetPlace(
        file: file, line: example.line, column: 1, excerpt: Excerpt(line: start, column: 1)),
      reason: reason)
  }
}
