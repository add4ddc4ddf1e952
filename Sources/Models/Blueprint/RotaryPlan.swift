package import Autograd
import Mathematics

/// How positions turn queries and keys: pairs of each head's first numbers, each pair by an angle
/// that grows evenly with the position.
///
/// A pair is a number of the first half and one of the second, or, interleaved, two neighbours.
///
/// Source: Su et al. 2021, arXiv:2104.09864, section 3.2.
package struct RotaryPlan: Hashable, Sendable {
  /// The base of the frequencies.
  package var theta: Double
  /// How the angles are changed for sequences longer than those trained on.
  package var scaling = RopeScaling.none
  /// The numbers of a head that are turned, the head's width or less; one more where it is odd.
  package let width: Int
  /// Whether pairs are neighbours.
  package var isInterleaved = false

  /// Pairs that are turned.
  package var pairCount: Int { (width + 1) / 2 }

  /// Rows of the table of a model of so many positions: they count twice where long sequences have
  /// angles of their own.
  func rowCount(_ maximumPositions: Int) -> Int {
    guard let long else { return maximumPositions }
    return min(long.beyond, maximumPositions) + maximumPositions
  }

  /// The angle a position for each pair, scaling applied, in sequences no longer than those trained
  /// on where the length counts.
  package var frequencies: [Double] {
    let plain = RotaryTable.frequencies(theta: theta, width: width)
    switch scaling {
    case .none, .dynamic: return plain
    case .linear(let factor): return plain.map { $0 / factor }
    case .ntk(let alpha, _):
      // A head of one pair has the frequency 1 whatever the base.
      guard width > 2 else { return plain }
      let power = exponential(Double(width) / Double(width - 2) * logarithm(alpha))
      return RotaryTable.frequencies(theta: theta * power, width: width)
    case .llama3(let factor, let low, let high, let positions):
      return plain.map { frequency in
        // How many whole turns the pair makes over the length the model was trained on.
        let turns = Double(positions) * frequency / (2 * Double.pi)
        if turns < low { return frequency / factor }
        if turns > high { return frequency }
        let blend = (turns - low) / (high - low)
        return (1 - blend) * frequency / factor + blend * frequency
      }
    case .yarn(let scaling): return scaling.frequencies(plain, theta: theta, width: width)
    case .longrope(let scaling): return zip(plain, scaling.shortFactors).map { $0 / $1 }
    case .proportional(let factor, let count):
      return plain.indices.map { $0 < count ? plain[$0] / factor : 0 }
    }
  }

  /// The angles of sequences longer than a length, where they have their own.
  package var long: RotaryTable.LongSequences? {
    guard case .longrope(let scaling) = scaling else { return nil }
    let plain = RotaryTable.frequencies(theta: theta, width: width)
    return RotaryTable.LongSequences(
      inverseFrequencies: zip(plain, scaling.longFactors).map { $0 / $1 },
      beyond: scaling.originalMaximumPositions)
  }
}

extension LongRopeScaling {
  /// What turned queries and keys are multiplied by; a length of one token has no logarithm to
  /// divide by.
  var magnitude: Double {
    if let statedMagnitude { return statedMagnitude }
    guard factor > 1, originalMaximumPositions > 1 else { return 1 }
    return (1 + logarithm(factor) / logarithm(Double(originalMaximumPositions))).squareRoot()
  }
}

extension YarnScaling {
  /// What turned queries and keys are multiplied by.
  var magnitude: Double {
    if let statedMagnitude { return statedMagnitude }
    guard let sharpening else { return sharpened(by: 1) }
    return sharpened(by: sharpening.numerator) / sharpened(by: sharpening.denominator)
  }

  private func sharpened(by share: Double) -> Double {
    factor <= 1 ? 1 : 0.1 * share * logarithm(factor) + 1
  }

  /// The frequencies between `plain` ones and these divided by the factor.
  func frequencies(_ plain: [Double], theta: Double, width: Int) -> [Double] {
    /// The pair, a fraction, that makes `turns` turns over the length trained on.
    func pair(turning turns: Double) -> Double {
      Double(width) * logarithm(Double(originalMaximumPositions) / (turns * 2 * Double.pi))
        / (2 * logarithm(theta))
    }
    var (first, last) = (pair(turning: betaFast), pair(turning: betaSlow))
    if isTruncated { (first, last) = (first.rounded(.down), last.rounded(.up)) }
    (first, last) = (max(first, 0), min(last, Double(width - 1)))
    // Were they equal, there would be no way from one to the other.
    if first == last { last += 0.001 }
    return plain.indices.map { index in
      let divided = min(max((Double(index) - first) / (last - first), 0), 1)
      return plain[index] / factor * divided + plain[index] * (1 - divided)
    }
  }
}
