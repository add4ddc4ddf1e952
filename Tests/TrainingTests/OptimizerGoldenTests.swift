import Autograd
import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing
import Training

/// Ten steps of each optimizer against float64, from the same gradients.
///
/// Tolerance: a few roundings of float32 a step; no gradient depends on the weights here.
@Suite("Ten steps of an optimizer agree with the reference") struct OptimizerGoldenTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// The name in golden.safetensors.
    let name: String
    let change: @Sendable (inout TrainingPlan) -> Void
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "adamw") { $0.optimizer = .adamw },
    Case(name: "sgd") {
      $0.optimizer = .sgd
      $0.momentum = 0
    },
    Case(name: "sgd-momentum") { $0.optimizer = .sgd },
    Case(name: "sgd-nesterov") {
      $0.optimizer = .sgd
      $0.isNesterov = true
    },
    Case(name: "lion") {
      $0.optimizer = .lion
      $0.beta2 = 0.99
    },
    Case(name: "adafactor") { $0.optimizer = .adafactor },
  ]

  @Test(arguments: cases) func tenSteps(golden: Case) throws {
    let file = try Safetensors(path: GoldenModel.fixtures + "/optimizers/golden.safetensors")
    var plan = TrainingPlan()
    plan.maxGradientNorm = 0
    plan.weightDecay = 0.1
    golden.change(&plan)
    let parameters = try ["matrix", "vector"].map { name in
      let parameter = Parameter(name: name, value: try file.tensor(named: name))
      parameter.isTrainable = true
      return parameter
    }
    let optimizer = Optimizer(parameters, plan: plan)
    for step in 1...10 {
      for parameter in parameters {
        let gradient = try file.tensor(named: "gradient/\(step)/\(parameter.name)")
        parameter.gradient()?.assign(gradient)
      }
      #expect(optimizer.step(learningRate: 3e-2) > 0)
      guard step % 5 == 0 else { continue }
      for parameter in parameters {
        let expected = try file.tensor(named: "\(golden.name)/\(step)/\(parameter.name)")
        expectClose(parameter.value.values, expected.values, withinShareOfLargest: 1e-6)
      }
    }
  }

  @Test("what each keeps, a matrix of 7 by 19 and a vector of 21")
  func stateCount() {
    let counts = Self.cases.map { golden in
      var plan = TrainingPlan()
      golden.change(&plan)
      let layouts = [[7, 19], [21]].flatMap { plan.updateRule.stateLayout(of: $0) }
      return layouts.reduce(0) { $0 + $1.shape.reduce(1, *) }
    }
    #expect(counts == [308, 0, 154, 154, 154, 26 + 21])
  }
}
