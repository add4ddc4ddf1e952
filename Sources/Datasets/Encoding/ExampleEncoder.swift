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

    /// How many threads encode the rows of a data set; they change no token.
    package var threads = 1

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

  func encode(
    _ rows: [WrittenRow], endID: Int32
  ) throws(ProblemReason) -> [EncodedRow] {
    let rows = rows.map { encode($0, endID: endID) }
    for row in rows { _ = try options.checked(row.ids) }
    return rows
  }

  /// The token that ends a row.
  ///
  /// - Throws: ``ProblemReason/noEnd(asked:)``.
  package func knownEnd() throws(ProblemReason) -> Int32 {
    guard let endID = options.endID else { throw .noEnd(asked: options.unknownEnd) }
    return endID
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
