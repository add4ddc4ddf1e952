package import Datasets

/// What may be set of what a training teaches.
package struct ObjectiveSettings: Hashable, Sendable {
  /// What is taught; nil for what the rows are for.
  package var kind: ObjectiveKind?
  /// How much a preference weighs against staying what the model was; nil for the usual.
  package var beta: Double?
  /// The share of preferences that may be the wrong way round.
  package var smoothing = 0.0
  /// How far SimPO wants the better answer to be ahead.
  package var gamma = 0.5
  /// What a good answer counts in KTO.
  package var goodWeight = 1.0
  /// What a bad answer counts in KTO.
  package var badWeight = 1.0
  /// What a text has of the labels; nil for what the rows say.
  package var labels: LabelSet.Kind?
  /// How much the loss of a text counts, by its label.
  package var labelWeights = LabelWeights.equal
  /// The model whose distributions are learned, by its name or folder.
  package var teacher: String?
  /// How much flatter both distributions are made before they are compared; 1 leaves them.
  package var distilTemperature = 1.0
  /// What cosines are multiplied by before they are compared.
  package var scale = 20.0
  /// The first numbers of a vector that are to do alone; none for all numbers.
  package var widths: [Int] = []

  package init() {}

  /// The ``beta`` that was set, or the usual one of the objective.
  package var definiteBeta: Double { beta ?? (kind == .simpo ? 2 : 0.1) }

  /// Makes the objective; `readsApart` says that a half of the model reads prompts for the other,
  /// `weights` are those of the labels, `batchSize` is how many rows a step has, and `teacher` the model that ``teacher`` names.
  package func objective(
    readsApart: Bool, weights: [Double]? = nil, batchSize: Int, teacher: Teacher? = nil
  ) -> any Objective {
    let beta = definiteBeta
    return switch kind {
    case .supervised, nil: readsApart ? SequenceToSequence() : NextToken()
    case .distil:
      teacher.map { Distil(from: $0, temperature: distilTemperature) } ?? NextToken()
    case .dpo: DPO(beta: beta, smoothing: smoothing)
    case .ipo: IPO(beta: beta)
    case .orpo: ORPO(beta: beta)
    case .simpo: SimPO(beta: beta, gamma: gamma, smoothing: smoothing)
    case .kto: KTO(beta: beta, goodWeight: goodWeight, badWeight: badWeight)
    case .classify: Classify(weights: weights)
    case .retrieve: Retrieve(scale: scale, widths: widths, batchSize: batchSize)
    case .similarity: Similarity()
    }
  }
}
