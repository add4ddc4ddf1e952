/// How rotary positions are stretched beyond the length a model was trained on.
package enum RopeScaling: Hashable, Sendable {
  /// Not at all.
  case none
  /// Every position is divided by `factor`.
  case linear(factor: Double)
  /// The base grows with a sequence that is longer than the longest the model has: here none is, so
  /// nothing changes.
  case dynamic(factor: Double)
  /// Low frequencies are divided by `factor`, high ones kept, those between blended.
  ///
  /// Source: Meta's Llama 3.1 release, `rope_scaling` of its config.json.
  case llama3(
    factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
    originalMaximumPositions: Int)
  case yarn(YarnScaling)
  case longrope(LongRopeScaling)
  /// Of the pairs of a whole head the first `pairCount` are turned, their angles divided by `factor`,
  /// and the others are not.
  case proportional(factor: Double, pairCount: Int)

  /// What turned queries and keys are multiplied by.
  var magnitude: Double {
    switch self {
    case .yarn(let scaling): scaling.magnitude
    case .longrope(let scaling): scaling.magnitude
    default: 1
    }
  }
}

/// A blend by how many turns a pair makes over the length trained on: many turns are kept, few
/// divided by the factor, and scores are sharpened.
///
/// Source: Peng et al. 2023, arXiv:2309.00071, section 3.4.
package struct YarnScaling: Hashable, Sendable {
  package let factor: Double
  /// Tokens trained on.
  package let originalMaximumPositions: Int
  /// Pairs that turn more often than this are kept.
  package let betaFast: Double
  /// Pairs that turn less often than this are divided.
  package let betaSlow: Double
  /// Whether the bounds between are rounded to whole pairs, outwards.
  package let isTruncated: Bool
  /// What turned queries and keys are multiplied by; nil where it follows from the factor.
  package let statedMagnitude: Double?
  /// How strongly the factor sharpens, above the line and below; nil where neither is said.
  package let sharpening: Sharpening?

  /// The two sharpenings, one divided by the other, that DeepSeek's files have.
  package struct Sharpening: Hashable, Sendable {
    /// `mscale`.
    package let numerator: Double
    /// `mscale_all_dim`.
    package let denominator: Double

    package init(numerator: Double, denominator: Double) {
      self.numerator = numerator
      self.denominator = denominator
    }
  }

  /// Makes a scaling with the usual bounds, unless it is said otherwise.
  package init(
    factor: Double, originalMaximumPositions: Int, betaFast: Double = 32, betaSlow: Double = 1,
    isTruncated: Bool = true, statedMagnitude: Double? = nil, sharpening: Sharpening? = nil
  ) {
    self.factor = factor
    self.originalMaximumPositions = originalMaximumPositions
    self.betaFast = betaFast
    self.betaSlow = betaSlow
    self.isTruncated = isTruncated
    self.statedMagnitude = statedMagnitude
    self.sharpening = sharpening
  }
}

/// A divisor of its own for each pair: some for sequences up to the length trained on, others for
/// longer ones.
///
/// Source: Ding et al. 2024, arXiv:2402.13753, as in Hugging Face's Phi-3.
package struct LongRopeScaling: Hashable, Sendable {
  /// Of sequences no longer than what was trained on, one a pair.
  package let shortFactors: [Double]
  /// Of longer ones.
  package let longFactors: [Double]
  /// Tokens trained on.
  package let originalMaximumPositions: Int
  /// How much longer sequences may be than what was trained on.
  package let factor: Double
  /// What turned queries and keys are multiplied by; nil where it follows from the factor.
  package let statedMagnitude: Double?
  /// What the file states beside the lists, which is written again.
  package let stated: Set<Key>

  /// What may stand beside the lists, or be left out.
  package enum Key: Hashable, Sendable {
    case factor
    case length
  }

  package init(
    shortFactors: [Double], longFactors: [Double], originalMaximumPositions: Int, factor: Double,
    statedMagnitude: Double? = nil, stated: Set<Key> = []
  ) {
    self.shortFactors = shortFactors
    self.longFactors = longFactors
    self.originalMaximumPositions = originalMaximumPositions
    self.factor = factor
    self.statedMagnitude = statedMagnitude
    self.stated = stated
  }
}
