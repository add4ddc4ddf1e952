package import Tensors

/// How a model's last hidden states become one vector a text, as sentence-transformers has it.
///
///     vector = steps(poolings(hidden))
///
/// A folder without a word about it means the mean over all tokens, as it does there.
package struct SentencePlan: Hashable, Sendable {
  /// What one vector is made of many by.
  ///
  /// Source: Reimers and Gurevych 2019, arXiv:1908.10084, section 3, for the first three.
  package enum Pooling: String, CaseIterable, Sendable {
    /// The first token's.
    case first = "cls"
    /// The largest of each number.
    case largest = "max"
    case mean = "mean"
    /// The sum over the root of how many tokens there are.
    case meanByRoot = "mean_sqrt_len_tokens"
    /// The mean, in which the token at place t counts t times.
    case weightedMean = "weightedmean"
    /// The last token's.
    case last = "lasttoken"
  }

  /// What is done with the pooled vector.
  package enum Step: Hashable, Sendable {
    /// The length becomes 1.
    case normalize
    /// `activation(x · weightᵀ + bias)`, whose weights are in the file.
    case dense(DenseStep)
  }

  /// A dense layer after pooling.
  package struct DenseStep: Hashable, Sendable {
    /// The file of its weights.
    package let path: String
    /// The name of that file below the model's folder.
    let name: String
    /// The width of what it reads.
    package let inputs: Int
    /// The width of what it gives.
    package let outputs: Int
    /// Whether a number is added to each output.
    package let hasBias: Bool
    /// Of each output; nil for none.
    package let activation: Activation?
  }

  /// Put one after the other.
  package var poolings = [Pooling.mean]
  /// Whether the tokens of a prompt before the text are pooled with it.
  package var includesPrompt = true
  /// In this order.
  package var steps: [Step] = []
  /// The most tokens of a text, those added before and after it among them; the rest is cut off.
  package var maximumLength: Int?
  /// Whether capital letters become small before the text is split.
  package var lowercases = false
  /// What is put before every text.
  package var prompt = ""
  /// The files that say so, by their names below the model's folder; weights are not among them.
  var files: [String: [UInt8]] = [:]

  package init() {}
}
