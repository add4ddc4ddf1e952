package import Tensors

/// The arithmetic of one optimizer; what it keeps lies in tensors that ``Optimizer`` owns.
package protocol UpdateRule: Sendable {
  /// The tensors it keeps of a parameter of this shape: zeros before the first step.
  func stateLayout(of shape: [Int]) -> [StateTensor]

  /// Takes one step; `gradient` may be overwritten, `state` has the tensors of the layout.
  func update(_ value: Tensor, gradient: Tensor, state: [Tensor], _ step: UpdateStep)
}

/// A tensor that an optimizer keeps of a parameter.
package struct StateTensor: Hashable, Sendable {
  /// What it is, such as `first`: the beginning of its name in checkpoints.
  package let name: String
  /// The sizes of the tensor, which need not be those of the parameter.
  package let shape: [Int]

  init(_ name: String, _ shape: [Int]) {
    self.name = name
    self.shape = shape
  }
}

/// What an update of one parameter is told.
package struct UpdateStep: Sendable {
  /// The first step is 1.
  let number: Int
  let learningRate: Double
  /// Weight decay of this parameter.
  let decay: Double
  /// What the gradient is multiplied by: below 1 when it is clipped.
  let gradientScale: Float

  /// The share of a weight that decoupled decay leaves.
  var kept: Float { Float(1 - learningRate * decay) }
}

/// Which optimizer trains.
package enum OptimizerKind: String, CaseIterable, Sendable {
  case adamw
  case sgd
  case lion
  case adafactor

  /// The name in tables.
  package var name: String {
    switch self {
    case .adamw: "AdamW"
    case .sgd: "SGD"
    case .lion: "Lion"
    case .adafactor: "Adafactor"
    }
  }

  /// The second memory that suits it.
  var usualBeta2: Double { self == .lion ? 0.99 : 0.999 }
}

extension TrainingPlan {
  /// The optimizer's arithmetic with this plan's numbers.
  package var updateRule: any UpdateRule {
    switch settings.optimizer {
    case .adamw: AdamW(beta1: settings.beta1, beta2: beta2, epsilon: epsilon)
    case .sgd: GradientDescent(momentum: settings.momentum, isNesterov: settings.isNesterov)
    case .lion: Lion(beta1: settings.beta1, beta2: beta2)
    case .adafactor: Adafactor()
    }
  }
}
