import Autograd
import Tensors

/// Where the weights of a model that is built come from, tensor after tensor.
struct WeightSource<Failure: Error> {
  let weights: (TensorPlan) throws(Failure) -> Weights

  /// Makes the parameter of a plan.
  func parameter(_ plan: TensorPlan) throws(Failure) -> Parameter {
    Parameter(name: plan.name, weights: try weights(plan))
  }

  /// Makes the parameter of a plan, where there is one.
  func parameter(_ plan: TensorPlan?) throws(Failure) -> Parameter? {
    guard let plan else { return nil }
    return try parameter(plan)
  }

  /// Makes the norm of a plan, where there is one.
  func norm(_ plan: NormPlan?) throws(Failure) -> Norm? {
    guard let plan else { return nil }
    return try Norm(plan, self)
  }
}
