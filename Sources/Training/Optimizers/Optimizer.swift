package import Autograd
package import Tensors

/// What turns gradients into updates, and keeps what it needs from step to step.
package final class Optimizer {
  private let parameters: [Parameter]
  /// What the next steps follow; what is kept of each parameter stays.
  var plan: TrainingPlan { didSet { rule = plan.updateRule } }
  private var rule: any UpdateRule
  /// What the rule keeps of each parameter, in the order of its layout.
  package let states: [[Tensor]]
  /// Steps taken.
  package private(set) var stepCount = 0

  /// Makes the optimizer of a plan, with states of zeros beside each parameter.
  package init(_ parameters: [Parameter], plan: TrainingPlan) {
    self.parameters = parameters
    self.plan = plan
    let rule = plan.updateRule
    self.rule = rule
    states = parameters.map { parameter in
      rule.stateLayout(of: parameter.shape).map {
        Tensor(zeros: $0.shape, on: parameter.weights.device)
      }
    }
  }

  /// Every tensor of the state with a name of its own, in a fixed order.
  package var namedStates: [(name: String, tensor: Tensor)] {
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
    let norm = gradients.reduce(0) { $0 + ($1?.sumOfSquares ?? 0) }.squareRoot()
    guard norm.isFinite else {
      for parameter in parameters { parameter.clearGradient() }
      return norm
    }
    stepCount += 1
    let clips = plan.maxGradientNorm > 0 && norm > plan.maxGradientNorm
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = gradients[index] else { continue }
      let step = UpdateStep(
        number: stepCount, learningRate: learningRate,
        // Norm weights and biases are vectors: shrinking them would only distort the scale.
        decay: parameter.shape.count > 1 ? plan.weightDecay : 0,
        gradientScale: clips ? Float(plan.maxGradientNorm / (norm + 1e-6)) : 1)
      rule.update(parameter.value, gradient: gradient, state: states[index], step)
      parameter.noteChange()
      parameter.clearGradient()
    }
    return norm
  }
}
