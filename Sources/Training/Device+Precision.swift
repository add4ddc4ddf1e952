package import Tensors

extension Device {
  /// What computes a training's activations at a precision.
  ///
  /// - Throws: ``TrainingError/noPrecision(_:device:)`` where it cannot.
  package func inTraining(at precision: Precision) throws(TrainingError) -> any Device {
    guard let device = computing(precision) else {
      throw .noPrecision(precision, device: name)
    }
    return device
  }
}
