package import Checkpoints

extension ModelConfig {
  /// The number of learned numbers of a model with this config; nil when it exceeds 2⁶³.
  package var parameterCount: Int? {
    let queries = Factor(headCount) * headWidth
    let keys = Factor(keyValueHeadCount) * headWidth
    let attention = (queries * 2 + keys * 2) * hiddenSize
    let feedForward = Factor(3) * hiddenSize * intermediateSize
    let layers = (attention + feedForward + Factor(2) * hiddenSize) * layerCount
    let heads = Factor(vocabularySize) * hiddenSize * (tieWordEmbeddings ? 1 : 2)
    return (layers + heads + Factor(hiddenSize)).value
  }

  /// The bytes that the model takes in memory: float32 weights, and its table of rotary angles.
  package var memoryByteCount: Int? {
    guard let parameterCount else { return nil }
    return (Factor(parameterCount) * 4 + Factor(maximumPositions) * headWidth * 4).value
  }
}

/// A number that becomes nothing, instead of a trap, when it grows beyond 63 bits.
private struct Factor {
  let value: Int?

  init(_ value: Int?) { self.value = value }

  static func * (left: Factor, right: Int) -> Factor { left * Factor(right) }

  static func * (left: Factor, right: Factor) -> Factor {
    guard let a = left.value, let b = right.value else { return Factor(nil) }
    let (product, overflows) = a.multipliedReportingOverflow(by: b)
    return Factor(overflows ? nil : product)
  }

  static func + (left: Factor, right: Factor) -> Factor {
    guard let a = left.value, let b = right.value else { return Factor(nil) }
    let (sum, overflows) = a.addingReportingOverflow(b)
    return Factor(overflows ? nil : sum)
  }
}
