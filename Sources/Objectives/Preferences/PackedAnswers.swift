import Autograd
import Datasets
import Tensors

/// Answers laid one after the other, each with its prompt, without padding.
///
/// Two answers of a row compute what both begin with once, where the encoder says so: the
/// second one's keys are those of the beginning and its own.
struct PackedAnswers {
  /// The tokens that are computed.
  private(set) var inputs: [Int32] = []
  /// The rows whose next token has a loss, in rising order, and these tokens.
  private(set) var rows: [Int32] = []
  private(set) var labels: [Int32] = []
  /// The answers in their order.
  private(set) var answers: [Answer] = []
  private var positions: [Int32] = []
  private var sequences: [AttentionStretch] = []
  private var keyRows: [Int32] = []

  /// Where the losses of one answer are.
  struct Answer {
    /// Its places in ``PackedAnswers/rows``.
    let losses: Range<Int>
    /// Of these, the places of the answer's own tokens: all, unless its prompt has losses too.
    let own: [Int]
  }

  /// Packs rows in the order given, each with its other answer after it; `withPrompts` gives the tokens
  /// of each row's own prompt a loss.
  init(_ examples: some Collection<EncodedExample>, withPrompts: Bool = false) {
    for example in examples {
      let start = Int32(inputs.count)
      append(example.ids, example.lossMask, sharing: 0, from: start, withPrompt: withPrompts)
      guard let other = example.other else { continue }
      append(other.ids, other.lossMask, sharing: other.sharedCount, from: start)
    }
  }

  /// Packs answers that share nothing.
  init(_ answers: some Collection<OtherAnswer>) {
    for answer in answers {
      append(answer.ids, answer.lossMask, sharing: 0, from: Int32(inputs.count))
    }
  }

  private mutating func append(
    _ ids: [Int32], _ mask: [Bool], sharing shared: Int, from start: Int32, withPrompt: Bool = false
  ) {
    let (first, count) = (inputs.count, ids.count - 1)
    inputs += ids[shared..<count]
    positions += Int32(shared)..<Int32(count)
    sequences.append(
      AttentionStretch(
        queryStart: first, queryCount: count - shared, keyStart: keyRows.count, keyCount: count))
    keyRows += start..<start + Int32(shared)
    keyRows += Int32(first)..<Int32(inputs.count)
    let losses = rows.count
    var own: [Int] = []
    for index in 0..<count where mask[index + 1] || withPrompt {
      if mask[index + 1] { own.append(rows.count) }
      rows.append(Int32(first + index - shared))
      labels.append(ids[index + 1])
    }
    answers.append(Answer(losses: losses..<rows.count, own: own))
  }

  /// How the tokens divide into sequences.
  var layout: SequenceLayout {
    SequenceLayout(
      positions: positions, sequences: sequences, lengths: sequences.map(\.keyCount),
      keyRows: keyRows.count == inputs.count ? nil : keyRows)
  }
}
