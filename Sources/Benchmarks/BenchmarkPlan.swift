package import Datasets
package import Tensors

/// What `ft bench` measures, and at which sizes.
package struct BenchmarkPlan: Sendable {
  /// The parts of a benchmark; that of the machine is always there, for the others refer to it.
  package enum Section: String, CaseIterable, Sendable {
    case machine
    case matmul
    case training
    /// Decoding: a prompt read at once.
    case prompt
    /// Decoding: an answer written alone.
    case answer
    /// Decoding: answers written side by side.
    case answers

    /// The sections that run the model without training it.
    package static let decoding: Set<Section> = [.prompt, .answer, .answers]
  }

  /// What is trained.
  package enum Method: Hashable, Sendable {
    case full
    /// A low-rank adapter beside every linear layer.
    case lowRank(rank: Int)
  }

  /// What is measured: all, until something is left out.
  package var sections: Set<Section> = Set(Section.allCases)
  /// What the section of training trains.
  package var method: Method = .full
  /// What frozen weights are kept as.
  package var base = WeightFormat.float32
  /// How a card multiplies.
  package var precision = Precision.exact
  /// What rows become in decoding, for products by weights of few bits.
  package var activations = ActivationFormat.float
  /// Sequences a step.
  package var batch = 4
  /// Tokens computed at a time in training.
  package var microbatchTokens = 1024
  /// Tokens a sequence.
  package var length = 512
  /// Steps that are timed, after one that is not.
  package var steps = 5
  /// Rows to train on in place of random tokens.
  package var rows: [EncodedExample]?
  /// Answers that decoding writes side by side.
  package var streams = 8
  /// Tokens each answer gets in decoding.
  package var answerTokens = 128
  /// Seconds that a sample of a matrix product lasts at least.
  package var sampleSeconds = 0.02

  package init() {}

  /// What the model is to be read as: all of its weights are tensors when they are trained.
  package var initialFormat: WeightFormat? {
    method == .full && sections.contains(.training) ? nil : base
  }

  /// Rows of a step's matrices.
  var rowCount: Int { batch * length }
}
