package import Autograd
package import Tensors

/// What turns gradients into updates, and keeps what it needs from step to step.
package final class Optimizer {
  private let parameters: [Parameter]
  /// What the next steps follow; what is kept of each parameter stays.
  var plan: TrainingPlan { didSet { rule = plan.updateRule } }
  private var rule: any UpdateRule
  /// The workers that share its work; nil when this process does all of it.
  private let partnership: Partnership?
  /// What the rule keeps of each parameter, in the order of its layout; nothing of those that
  /// another worker owns.
  package let states: [[Tensor]]
  /// Steps taken.
  package private(set) var stepCount = 0

  /// Makes the optimizer of a plan, with states of zeros beside each parameter.
  package convenience init(_ parameters: [Parameter], plan: TrainingPlan) {
    self.init(parameters, plan: plan, partnership: nil)
  }

  init(_ parameters: [Parameter], plan: TrainingPlan, partnership: Partnership?) {
    self.partnership = partnership
    self.parameters = parameters
    self.plan = plan
    let rule = plan.updateRule
    self.rule = rule
    states = parameters.enumerated().map { index, parameter in
      guard partnership?.owns(index) ?? true else { return [] }
      return rule.stateLayout(of: parameter.shape).map {
        Tensor(zeros: $0.shape, on: parameter.weights.device)
      }
    }
  }

  /// Every tensor of the state with a name of its own, in a fixed order; of several workers those
  /// that this one keeps.
  package var namedStates: [(name: String, tensor: Tensor)] { named(states) }

  /// Every tensor of the state, brought together at the first worker; none at others.
  var gatheredStates: [(name: String, tensor: Tensor)] {
    guard let partnership else { return namedStates }
    return named(
      parameters.indices.map { index in
        partnership.bring(
          states[index], of: index, rule.stateLayout(of: parameters[index].shape).map(\.shape))
      })
  }

  private func named(_ states: [[Tensor]]) -> [(name: String, tensor: Tensor)] {
    zip(parameters, states).flatMap { parameter, tensors in
      zip(rule.stateLayout(of: parameter.shape), tensors).map { layout, tensor in
        (name: layout.name + "/" + parameter.name, tensor: tensor)
      }
    }
  }

  /// What an update has to do: weight and gradient read, weight written, all that is kept both.
  var work: Work {
    let kept = states.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
    return Work(floats: 3 * parameters.reduce(0) { $0 + $1.count } + 2 * kept)
  }

  /// Goes on after `stepCount` steps, whose tensors are put into ``states``.
  package func goOn(after stepCount: Int) { self.stepCount = stepCount }

  /// Updates the parameters by their gradients, which it leaves cleared.
  ///
  /// Returns the gradient's norm before clipping; nothing changes when that is not finite.
  package func step(learningRate: Double) -> Double {
    let gradients = parameters.map { $0.collectGradient() }
    let norm = squares(gradients).reduce(0, +).squareRoot()
    guard norm.isFinite else {
      for parameter in parameters { parameter.clearGradient() }
      return norm
    }
    stepCount += 1
    let clips = plan.maxGradientNorm > 0 && norm > plan.maxGradientNorm
    for (index, parameter) in parameters.enumerated() {
      guard partnership?.owns(index) ?? true, let gradient = gradients[index] else { continue }
      let step = UpdateStep(
        number: stepCount, learningRate: learningRate,
        // Norm weights and biases are vectors: shrinking them would only distort the scale.
        decay: parameter.shape.count > 1 ? plan.weightDecay : 0,
        gradientScale: clips ? Float(plan.maxGradientNorm / (norm + 1e-6)) : 1)
      rule.update(parameter.value, gradient: gradient, state: states[index], step)
    }
    partnership?.spreadWeights()
    for parameter in parameters {
      parameter.noteChange()
      parameter.clearGradient()
    }
    return norm
  }

  /// The sum of squares of each gradient, whoever has it.
  private func squares(_ gradients: [Tensor?]) -> [Double] {
    let own = gradients.indices.filter { gradients[$0] != nil && partnership?.owns($0) ?? true }
    let tensors = own.compactMap { gradients[$0] }
    var squares = [Double](repeating: 0, count: gradients.count)
    // All at once: a card is waited for once a step.
    let sums = tensors.first?.device.sumsOfSquares(tensors) ?? []
    for (index, sum) in zip(own, sums) { squares[index] = sum }
    return partnership?.joined(squares: squares) ?? squares
  }
}
