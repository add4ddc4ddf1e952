import Autograd
import Datasets

/// Answers laid one after the other, each with its prompt, without padding.
///
/// Two answers of a row compute what both begin with once, where the encoder says so: the
/// second one's keys are those of the beginning and its own. So may rows.
struct PackedAnswers {
  /// The tokens that are computed.
  private(set) var tokens = PackedSequences()
  /// The rows whose next token has a loss, in rising order, and these tokens.
  private(set) var rows: [Int32] = []
  private(set) var labels: [Int32] = []
  /// The answers in their order.
  private(set) var answers: [Answer] = []
  /// The places in ``rows`` of the tokens of prompts, where these have losses.
  private var places: [Int32: Int] = [:]

  /// Where the losses of one answer are.
  struct Answer {
    /// Its places in ``PackedAnswers/rows``; what rows begin with has one for all of them.
    let losses: [Int]
    /// Of these, the places of the answer's own tokens: all, unless its prompt has losses too.
    let own: [Int]
  }

  /// Packs rows in the order given, each with its other answer after it.
  ///
  /// `withPrompts` gives the tokens of each row's own prompt a loss. With `sharing`, what rows of a group
  /// begin with is there once.
  init(
    _ examples: some Collection<EncodedExample>, withPrompts: Bool = false, sharing: Bool = false
  ) {
    var index = PrefixIndex()
    for example in examples {
      let start = tokens.inputs.count
      let known = sharing ? index.place(example, from: start).known : []
      append(example.ids, example.lossMask, after: known, withPrompt: withPrompts)
      guard let other = example.other else { continue }
      let own = known + (Int32(start)..<Int32(tokens.inputs.count))
      append(other.ids, other.lossMask, after: Array(own.prefix(other.sharedCount)))
    }
  }

  private mutating func append(
    _ ids: [Int32], _ mask: [Bool], after known: [Int32] = [], withPrompt: Bool = false
  ) {
    let first = tokens.inputs.count - known.count
    tokens.append(ids, after: known)
    var losses = withPrompt ? known.compactMap { places[$0] } : []
    var own: [Int] = []
    for index in known.count..<ids.count - 1 where mask[index + 1] || withPrompt {
      losses.append(rows.count)
      if mask[index + 1] {
        own.append(rows.count)
      } else {
        places[Int32(first + index)] = rows.count
      }
      rows.append(Int32(first + index))
      labels.append(ids[index + 1])
    }
    answers.append(Answer(losses: losses, own: own))
  }
}
