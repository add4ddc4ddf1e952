import Autograd
package import Checkpoints
package import Tensors

extension Transformer {
  /// Reads the model of a folder or file, all of it: a tensor that the config has no place for would
  /// be a part of the model that is silently left out.
  ///
  /// With a `format` each matrix is packed as soon as it is read, so that no more than one of them
  /// is in memory twice; one that a file has packed already, in as few bits, stays as it is. Without,
  /// all are tensors.
  ///
  /// - Throws: `CheckpointError/notQuantisable(tensor:format:)` among others.
  package convenience init(
    reading files: ModelFiles, packedAs format: WeightFormat? = nil, on device: any Device
  ) throws(CheckpointError) {
    try self.init(config: files.config) { (plan) throws(CheckpointError) -> Weights in
      if let format, let own = try files.packed(plan, within: format, on: device) {
        return .packed(own)
      }
      let weights = Weights.dense(try files.tensor(plan, on: device))
      guard let format, plan.isPackable else { return weights }
      guard let packed = weights.packed(as: format) else {
        throw .notQuantisable(tensor: plan.name, format: format.rawValue)
      }
      return packed
    }
    try files.checkUsed()
  }

  /// Reads the weights of the files again, as they were when these were opened, in the order of
  /// ``parameters``, packed as they are; of tokens that were added since, they have none.
  package func weights(from files: ModelFiles) throws(CheckpointError) -> [Weights] {
    try files.weights.checkUnchanged()
    let plans = Dictionary(
      files.config.blueprint.tensors.map { (config.bareName($0.name), $0) }
    ) { one, _ in one }
    var weights: [Weights] = []
    for own in tensors.map(\.plan) {
      if let given = givenHead[own.name] {
        weights.append(Weights.dense(given.copy()).packedExactly(own))
        continue
      }
      let plan = plans[config.bareName(own.name)] ?? own
      if let own = try files.packed(plan, within: .float32, on: device) {
        weights.append(.packed(own))
        continue
      }
      weights.append(Weights.dense(try files.tensor(plan, on: device)).packedExactly(plan))
    }
    return weights
  }

  /// The model's own tensors by name, without what an adapter makes of them; packed ones are
  /// copied.
  package var namedTensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.ownWeights.tensor) })
  }

  /// The tensors of the model by name, as files keep them, those in `replacements` for its own.
  package func tensorsForFiles(
    replacing replacements: [String: Tensor] = [:]
  ) -> [String: Tensor] {
    var named = namedTensors.merging(replacements) { $1 }
    for plan in tensors.map(\.plan) where plan.isTurnedInFiles {
      named[plan.name] = named[plan.name]?.turned
    }
    return named.stacked(tensors.map(\.plan))
  }
}

extension Weights {
  /// These, packed where the plan's tensor may be.
  fileprivate func packedExactly(_ plan: TensorPlan) -> Weights {
    // Float32 holds every number, so packing cannot fail.
    plan.isPackable ? packed(as: .float32) ?? self : self
  }
}

extension [String: Tensor] {
  /// These, with those in one tensor that files keep together.
  fileprivate func stacked(_ plans: [TensorPlan]) -> [String: Tensor] {
    var named = self
    for plan in plans {
      guard let stack = plan.stack, stack.isWritten,
        let tensor = named.removeValue(forKey: plan.name)
      else { continue }
      let whole = named[stack.name] ?? Tensor(uninitialized: stack.shape, on: tensor.device)
      whole.elements(stack.start..<stack.start + tensor.count).assign(tensor)
      named[stack.name] = whole
    }
    return named
  }
}
