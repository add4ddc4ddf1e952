/// Turns rows into token ids and marks what is trained.
///
/// A row is a text of prompts, which are given, and answers, which are trained. It is encoded whole,
/// and a token is trained that has some of an answer in it, even when it begins in the prompt.
package struct ExampleEncoder: Sendable {
  /// The model's tokenizer.
  package let encoder: any TextEncoder
  /// The model's chat template; nil when it has none, and conversations cannot be encoded.
  package let template: ConversationTemplate?
  /// What was chosen.
  package let options: Options

  /// What may be chosen about the encoding.
  package struct Options: Sendable {
    /// Most tokens of a row.
    package var maximumLength: Int
    /// The token every sequence begins with, for models that want one.
    package var beginID: Int32?
    /// The token that ends a text or a completion; nil when none is known.
    package var endID: Int32?
    /// The end that was asked for and is no token of the model.
    package var unknownEnd: String?
    /// Tokens that end an assistant's turn; ``endID`` is always one.
    package var endOfTurnIDs: Set<Int32> = []
    /// Which part of a row the loss looks at.
    package var trainOn: TrainedPart = .answers
    /// What to do with rows over the length; nil cuts texts and refuses other rows.
    package var longRows: LongRowPolicy?
    /// What to do with rows that cannot be encoded.
    package var badRows: DatasetFile.BadRowPolicy = .refuse
    /// How a text and its label are written; the model's own form, when it has one.
    package var labelTemplate = PromptTemplate.label
    /// Tokens that the model has a vector for: a row with an id from here on is refused.
    package var vocabularySize = Int.max
    /// Whether a prompt and its completion are written as a user's and an assistant's turn.
    package var completionsAreChats = false
    /// The token that answers begin with where one half of the model reads the prompt and another
    /// writes the answer; nil where one half does both.
    package var answerStartID: Int32?
    /// Whether what two answers begin with is computed once for both.
    package var sharesBeginnings = true
    /// The labels that whole texts are given; nil where rows are written.
    package var labels: LabelSet?
    /// How whole texts are read that become vectors; nil where rows are written.
    package var sentences: SentenceReading?

    /// Makes the usual choices for rows of up to `maximumLength` tokens, at least 2.
    package init(maximumLength: Int, beginID: Int32? = nil, endID: Int32?) {
      precondition(maximumLength >= 2, "rows of \(maximumLength) tokens train nothing")
      self.maximumLength = maximumLength
      self.beginID = beginID
      self.endID = endID
    }
  }

  /// What of a row is trained.
  package enum TrainedPart: String, CaseIterable, Sendable {
    /// Completions, labels and the assistant's messages; of plain text everything.
    case answers = "completion"
    /// Prompts too; a message of weight 0 still is not.
    case everything
  }

  /// What to do with a row of more tokens than allowed.
  package enum LongRowPolicy: String, CaseIterable, Sendable {
    case refuse
    /// Keep its beginning.
    case cut
    /// Leave it out.
    case drop
    /// Make several windows of a plain text; other rows are refused.
    case split
  }

  package init(
    _ encoder: any TextEncoder, template: ConversationTemplate? = nil, options: Options
  ) {
    self.encoder = encoder
    self.template = template
    self.options = options
  }

  /// Encodes the rows of a data set.
  ///
  /// - Throws: ``DatasetError/badRows(file:rows:_:)`` with the rows that are too long, train no
  ///   token or do not agree with the template; ``DatasetError/noChatTemplate``,
  ///   ``DatasetError/noEnd(asked:)``, ``DatasetError/promptsAreRead``.
  package func encode(
    _ examples: [Example], file: String
  ) throws(DatasetError) -> EncodedDataset {
    if options.labels == nil, options.sentences == nil { try checkWriting(examples) }
    var result = EncodedDataset()
    var problems = ProblemList()
    for (row, example) in examples.enumerated() {
      do throws(ProblemReason) {
        if let labels = options.labels {
          let (sequence, isCut) = try labelled(example, labels, row: row)
          try add([sequence], of: example, to: &result)
          if isCut { result.cutLines.append(example.line) }
          continue
        }
        if let reading = options.sentences {
          let (sequence, isCut) = try compared(example, reading, row: row)
          try add([sequence], of: example, to: &result)
          if isCut { result.cutLines.append(example.line) }
          continue
        }
        let endID = try knownEnd()
        if let judged = try judged(example, row: row) {
          try add([judged.sequence], of: example, to: &result)
          note(judged.written, judged.rows, example.line, in: &result)
          continue
        }
        let written = try written(example)
        if let start = options.answerStartID {
          let pairs = try pairs(written, startID: start, endID: endID, row: row)
          try add(pairs, of: example, to: &result)
          note(written, [], example.line, in: &result)
          continue
        }
        let rows = try encode(written.rows, endID: endID)
        let sequences = rows.map { EncodedExample(ids: $0.ids, lossMask: $0.mask, row: row) }
        try add(sequences, of: example, to: &result)
        if sequences.count > 1 { result.dividedLines.append(example.line) }
        note(written, rows, example.line, in: &result)
      } catch {
        problems.append(Self.problem(error, example: example, file: file))
      }
    }
    guard problems.isEmpty || options.badRows == .skip else {
      throw .badRows(file: file, rows: examples.count, problems)
    }
    guard !result.examples.isEmpty else { throw .noGoodRows(file: file, problems) }
    result.skipped = problems
    return result
  }

  /// Refuses rows that cannot be written at all.
  private func checkWriting(_ examples: [Example]) throws(DatasetError) {
    guard template != nil || !examples.contains(where: needsTemplate) else {
      throw .noChatTemplate
    }
    guard options.endID != nil else { throw .noEnd(asked: options.unknownEnd) }
    if options.answerStartID != nil, options.trainOn == .everything { throw .promptsAreRead }
  }

  /// Encodes one row whole, whatever its length.
  ///
  /// A row is one sequence, but for conversations whose template rewrites history: then each
  /// trained message is one, after the prompt it is generated from. Of a model of two halves each
  /// trained message is one, with its prompt beside it.
  package func encode(_ example: Example, row: Int) throws(ProblemReason) -> [EncodedExample] {
    if let labels = options.labels { return [try labelled(example, labels, row: row).sequence] }
    if let reading = options.sentences {
      return [try compared(example, reading, row: row).sequence]
    }
    if let judged = try judged(example, row: row) { return [judged.sequence] }
    if let start = options.answerStartID {
      return try pairs(written(example), startID: start, endID: knownEnd(), row: row)
    }
    return try encode(written(example).rows, endID: knownEnd()).map {
      EncodedExample(ids: $0.ids, lossMask: $0.mask, row: row)
    }
  }

  private func encode(
    _ rows: [WrittenRow], endID: Int32
  ) throws(ProblemReason) -> [EncodedRow] {
    let rows = rows.map { encode($0, endID: endID) }
    for row in rows { _ = try options.checked(row.ids) }
    return rows
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

  /// The token that ends a row.
  ///
  /// - Throws: ``ProblemReason/noEnd(asked:)``.
  package func knownEnd() throws(ProblemReason) -> Int32 {
    guard let endID = options.endID else { throw .noEnd(asked: options.unknownEnd) }
    return endID
  }

  /// Adds a row as the policy for long rows has it, or throws and adds nothing.
  private func add(
    _ sequences: [EncodedExample], of example: Example, to result: inout EncodedDataset
  ) throws(ProblemReason) {
    guard sequences.contains(where: \.trainsAnswers) else { throw .trainsNothing }
    var kept: [EncodedExample] = []
    for sequence in sequences { kept += try fitted(sequence, policy: longRowPolicy(for: example)) }
    if spellsSpecialToken(example) { result.specialTokenLines.append(example.line) }
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

  /// Tells whether some text of the row contains the spelling of a special token.
  private func spellsSpecialToken(_ example: Example) -> Bool {
    let brackets: Set<UInt8> = [UInt8(ascii: "<"), UInt8(ascii: "[")]
    return example.texts.contains { text in
      // Encoding is the expensive part; no special token in use is spelled without a bracket.
      guard text.utf8.contains(where: brackets.contains) else { return false }
      return encoder.encode(text, addingSpecialTokens: false).contains(where: encoder.isSpecial)
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

extension ExampleEncoder.Options {
  /// Returns `ids`, of which the model has a vector for each.
  ///
  /// - Throws: ``ProblemReason/tokenWithoutVector(id:count:)``.
  package func checked(_ ids: [Int32]) throws(ProblemReason) -> [Int32] {
    guard let id = ids.first(where: { Int($0) >= vocabularySize }) else { return ids }
    throw .tokenWithoutVector(id: id, count: vocabularySize)
  }
}
