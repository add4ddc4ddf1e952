import Autograd

/// How positions turn queries and keys: pairs of each head's first numbers, each pair by an angle
/// that grows evenly with the position.
///
/// A pair is a number of the first half and one of the second, or, interleaved, two neighbours.
///
/// Source: Su et al. 2021, arXiv:2104.09864, section 3.2.
package struct RotaryPlan: Hashable, Sendable {
  /// The base of the frequencies.
  package let theta: Double
  /// How the angles are changed for sequences longer than those trained on.
  package var scaling = RopeScaling.none
  /// The numbers of a head that are turned, the head's width or less; even.
  package let width: Int
  /// Whether pairs are neighbours.
  package var isInterleaved = false

  /// The angle a position for each pair, `[width / 2]`, scaling applied.
  package var frequencies: [Double] {
    let plain = RotaryTable.frequencies(theta: theta, width: width)
    switch scaling {
    case .none: return plain
    case .linear(let factor): return plain.map { $0 / factor }
    case .llama3(let factor, let low, let high, let positions):
      return plain.map { frequency in
        // How many whole turns the pair makes over the length the model was trained on.
        let turns = Double(positions) * frequency / (2 * Double.pi)
        if turns < low { return frequency / factor }
        if turns > high { return frequency }
        let blend = (turns - low) / (high - low)
        return (1 - blend) * frequency / factor + blend * frequency
      }
    }
  }
}
