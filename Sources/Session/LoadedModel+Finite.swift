import Autograd
import Models
import Tensors

extension LoadedModel {
  /// Whether all that training made is numbers.
  package var isTrainedToNumbers: Bool {
    trainedParameters.allSatisfy(\.weights.tensor.isFinite)
  }

  /// The first weight that training or merging made NaN or infinite; nil when all are numbers.
  ///
  /// Weights are numbers when they are read, so those of training are looked at first.
  package var firstNotFinite: (tensor: String, index: [Int], value: Float)? {
    for parameter in trainedParameters + model.parameters {
      let tensor = parameter.weights.tensor
      guard let place = tensor.firstNotFinite(in: 0..<tensor.count) else { continue }
      return (parameter.name, tensor.index(of: place), tensor.values[place])
    }
    return nil
  }
}
