package import Autograd
import Tensors

/// Where the weights of a model that is built come from, tensor after tensor; it remembers what it
/// made, so that nobody has to list a model's parameters.
final class WeightSource<Failure: Error> {
  private let weights: (TensorPlan) throws(Failure) -> Weights
  /// What was asked for so far, each once, in that order.
  private(set) var made: [PlannedParameter] = []
  private var places: [String: Int] = [:]

  init(_ weights: @escaping (TensorPlan) throws(Failure) -> Weights) { self.weights = weights }

  /// Makes the parameter of a plan, or returns it where it was made for another part.
  func parameter(_ plan: TensorPlan) throws(Failure) -> Parameter {
    if let place = places[plan.name] { return made[place].parameter }
    places[plan.name] = made.count
    let parameter = Parameter(name: plan.name, weights: try weights(plan))
    made.append(PlannedParameter(plan: plan, parameter: parameter))
    return parameter
  }

  /// Makes a parameter of one number again and again, which no file has and nothing trains.
  func constant(_ name: String, _ shape: [Int], _ value: Float) -> Parameter {
    guard let device = made.first?.parameter.weights.device else {
      preconditionFailure("\(name) comes before every weight")
    }
    let tensor = Tensor(uninitialized: shape, on: device)
    tensor.fill(value)
    return Parameter(name: name, weights: .dense(tensor))
  }

  /// Makes the parameter of a plan, where there is one.
  func parameter(_ plan: TensorPlan?) throws(Failure) -> Parameter? {
    guard let plan else { return nil }
    return try parameter(plan)
  }

  /// Makes the layer of a plan, where there is one.
  func linear(_ plan: LinearPlan?) throws(Failure) -> Linear? {
    guard let plan else { return nil }
    return try Linear(plan, self)
  }

  /// Makes the norm of a plan, where there is one.
  func norm(_ plan: NormPlan?) throws(Failure) -> Norm? {
    guard let plan else { return nil }
    return try Norm(plan, self)
  }
}

/// A parameter with the plan that it was made by.
package struct PlannedParameter {
  /// What the blueprint says of it.
  package let plan: TensorPlan
  /// Its numbers.
  package let parameter: Parameter
}
