import Autograd
import Tensors
import TestSupport
import Testing
import Training

extension Trainer {
  /// Takes a step of plain descent at a rate of 0.5, which the plan has to say, and expects it to move
  /// each parameter by half the gradient that is given for its name.
  ///
  /// Tolerance: 1e-4 of the largest of a gradient, or of `floor` where that is larger; both sides compute
  /// in float32. `isNamed` says which parameter a name means.
  func expectGradients(
    _ expected: [(name: String, values: [Float])], floor: Float,
    isNamed: (Parameter, String) -> Bool = { $0.name == $1 }
  ) throws {
    #expect(!expected.isEmpty)
    let before = parameters.map { ($0, $0.value.values) }
    _ = try step()
    for (name, gradient) in expected {
      let (parameter, values) = try #require(before.first { isNamed($0.0, name) }, "\(name)")
      let taken = zip(values, parameter.value.values).map { $0 - $1 }
      let largest = gradient.map(abs).max() ?? 0
      expectClose(taken, gradient.map { $0 / 2 }, within: 1e-4 * max(largest, floor))
    }
  }
}
