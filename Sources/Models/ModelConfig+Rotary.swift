import Autograd
import Checkpoints

extension ModelConfig {
  /// The frequencies of layers with a window, where they have a theta of their own: not scaled.
  var windowedRotaryFrequencies: [Double]? {
    traits.windowedRopeTheta.map { RotaryTable.frequencies(theta: $0, headWidth: headWidth) }
  }

  /// The frequencies by which positions turn each pair of a head, `[D / 2]`, scaling applied.
  var rotaryFrequencies: [Double] {
    let plain = RotaryTable.frequencies(theta: ropeTheta, headWidth: headWidth)
    switch ropeScaling {
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
