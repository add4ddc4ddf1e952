import Training

extension TrainingPlan {
  /// An epoch by the settings as they are at first, of a small model.
  init() { self.init(TrainingSettings(), length: .epochs(1), hiddenSize: 64) }
}
