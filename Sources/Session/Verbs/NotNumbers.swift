import Autograd
import Checkpoints
import Models
package import Reporting
import Tensors

/// Something that a model computed and that is no number, with the weight that is the reason.
package struct NotNumbers: Error, Hashable, Sendable {
  /// What was computed.
  package enum Computed: String, Sendable {
    /// The loss of some rows.
    case loss = "the loss"
    /// The likelihood of an answer.
    case likelihood = "a likelihood"
    /// The distribution of the next token.
    case nextToken = "what comes next"
    /// The vector of a text.
    case vector = "the vector"
    /// All of it, as weights are no numbers after a training.
    case everything = "what the model computes now"
  }

  /// A weight that is NaN or infinite.
  package struct Weight: Hashable, Sendable {
    /// The name of its tensor.
    package let tensor: String
    /// Its place there.
    package let index: [Int]
    /// What it is.
    package let value: Float
  }

  /// What was computed.
  package let computed: Computed
  /// The model's name.
  package let model: String
  /// Whether training had changed it.
  package let isTuned: Bool
  /// The first weight that is no number; nil when all are, and so large that sums of them are not.
  package let weight: Weight?

  init(_ computed: Computed, from model: LoadedModel) {
    self.computed = computed
    (self.model, isTuned) = (model.name, model.isTuned)
    weight = model.firstNotFinite
  }
}

extension LoadedModel {
  /// Whether all that training made is numbers.
  var isTrainedToNumbers: Bool { trainedParameters.allSatisfy(\.weights.tensor.isFinite) }

  /// The first weight that training or merging made NaN or infinite; nil when all are numbers.
  ///
  /// Weights are numbers when they are read, so those of training are looked at first.
  fileprivate var firstNotFinite: NotNumbers.Weight? {
    for parameter in trainedParameters + model.parameters {
      let tensor = parameter.weights.tensor
      guard let place = tensor.firstNotFinite(in: 0..<tensor.count) else { continue }
      return .init(
        tensor: parameter.name, index: tensor.index(of: place), value: tensor.values[place])
    }
    return nil
  }
}

extension NotNumbers: Explained {
  /// Which weight is the reason, and the way back.
  package var diagnostic: Diagnostic {
    let reason =
      if let weight {
        "`\(weight.tensor)` of \(model) holds \(weight.value) at \(weight.index)."
      } else {
        "the weights of \(model) are numbers, and so large that sums of them are not."
      }
    let hints: [Diagnostic.Hint] =
      isTuned
      ? [.type("reset", remark: "back to the model as loaded; then train with a smaller rate")]
      : [.help("the file of the weights is damaged, or was written by a training that diverged")]
    return Diagnostic(
      code: .notANumber, "\(computed.rawValue) is not a number: \(reason)", hints: hints)
  }
}
