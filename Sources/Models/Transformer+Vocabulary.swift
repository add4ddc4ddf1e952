import Autograd
package import Checkpoints
import Serialization
package import Tensors

/// Another number of tokens.
extension Transformer {
  /// What a model of another number of tokens is made of: its config, and the tensors that have another
  /// size in it.
  package struct Resizing {
    /// Its config.
    package let config: ModelConfig
    /// The tensors as they are, each with the plan of what it becomes.
    package let tensors: [(own: PlannedParameter, plan: TensorPlan)]

    /// The bytes that the new tensors take before they are packed.
    package var byteCount: Int { tensors.reduce(0) { $0 + 4 * $1.plan.count } }
  }

  /// Looks at what becomes of the model with `count` tokens; nothing is done yet.
  package func resizing(toVocabulary count: Int) throws(CheckpointError) -> Resizing {
    let config = try config.withVocabulary(of: count)
    let plans = Dictionary(config.blueprint.tensors.map { ($0.name, $0) }) { one, _ in one }
    return Resizing(
      config: config,
      tensors: tensors.compactMap { own in
        guard let plan = plans[own.plan.name], plan.shape != own.plan.shape else { return nil }
        return (own, plan)
      })
  }

  /// Gives the model another number of tokens; rows that there were keep their numbers, and each new
  /// one begins as the mean of the first `count`.
  ///
  /// - Parameters:
  ///   - resizing: what ``resizing(toVocabulary:)`` gave.
  ///   - newTokens: the tokens that were added, in rows that were there or not.
  ///   - count: how many rows are what a training made.
  ///   - beginnings: tables that new rows are taken from instead, by name.
  ///   - exact: gives the tensor of a name in float32 where the one in memory is rounded.
  /// - Throws: `CheckpointError/notQuantisable(tensor:format:)`, and what `exact` throws; nothing is
  ///   changed then.
  package func resize(
    _ resizing: Resizing, newTokens: [Int], meanOf count: Int, beginnings: [String: Tensor] = [:],
    exact: (String) throws(CheckpointError) -> Tensor
  ) throws(CheckpointError) {
    var weights: [String: Weights] = [:]
    for (own, plan) in resizing.tensors {
      let current = own.parameter.ownWeights
      let isExact = current.format == .float32 || current.format.isOfFiles
      let tensor = (isExact ? current.tensor : try exact(plan.name))
        .resized(to: plan.shape, meanOf: count)
      if let given = beginnings[plan.name] { tensor.takeRows(after: own.plan.shape[0], of: given) }
      guard plan.isPackable else {
        weights[plan.name] = .dense(tensor)
        continue
      }
      // What a file has in few bits has none for a mean.
      let format = current.format.isOfFiles ? .float32 : current.format
      guard let packed = Weights.dense(tensor).packed(as: format) else {
        throw .notQuantisable(tensor: plan.name, format: format.rawValue)
      }
      weights[plan.name] = packed
    }
    resize(to: resizing.config, newTokens: newTokens, weights)
  }
}

extension Weights {
  /// These as they are for a model with tokens that were added since, each beginning as the mean of all
  /// rows that there are.
  package func fitted(to plan: TensorPlan) -> Weights {
    guard shape != plan.shape else { return self }
    let resized = Weights.dense(tensor.resized(to: plan.shape, meanOf: shape.first ?? 1))
    // Float32 holds every number, so packing cannot fail.
    return plan.isPackable ? resized.packed(as: .float32) ?? resized : resized
  }
}

extension ModelConfig {
  /// This config for a model of another number of tokens.
  fileprivate func withVocabulary(of count: Int) throws(CheckpointError) -> ModelConfig {
    var object = json
    object["vocab_size"] = .integer(count)
    let config = try ModelConfig(object)
    guard let place = forms.firstIndex(of: blueprint) else { return config }
    return config.with(config.forms[place])
  }
}

extension Tensor {
  /// A copy with another number of rows, or of numbers where it is a vector: the first of its own, and
  /// after them each the mean of the first `count`, added up in double in their order.
  fileprivate func resized(to shape: [Int], meanOf count: Int) -> Tensor {
    let resized = Tensor(uninitialized: shape, on: device)
    let width = shape.dropFirst().reduce(1, *)
    let kept = min(shape.first ?? 0, self.shape.first ?? 0)
    resized.elements(0..<kept * width).assign(elements(0..<kept * width))
    guard let end = shape.first, kept < end else { return resized }
    let mean = mean(ofFirst: min(max(count, 1), kept), width: width)
    for row in kept..<end { resized.elements(row * width..<(row + 1) * width).assign(mean) }
    return resized
  }

  /// Copies the last rows of another matrix of this shape, from row `count` on.
  fileprivate func takeRows(after count: Int, of other: Tensor) {
    guard other.shape == shape, count < rows else { return }
    rows(count..<rows).assign(other.rows(count..<rows))
  }

  private func mean(ofFirst count: Int, width: Int) -> Tensor {
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<count {
      for (column, value) in elements(row * width..<(row + 1) * width).values.enumerated() {
        sums[column] += Double(value)
      }
    }
    return Tensor(sums.map { Float($0 / Double(count)) }, shape: [width], on: device)
  }
}
