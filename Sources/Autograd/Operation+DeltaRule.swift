package import Tensors

/// What the gated delta rule reads: see ``DeltaRuleInput``.
package struct DeltaRuleVariables {
  /// `[N, G · K]`.
  package let query: Variable
  /// `[N, G · K]`.
  package let key: Variable
  /// `[N, H · V]`.
  package let value: Variable
  /// What is left of a state at each row, `[N, H]`.
  package let decay: Variable
  /// How much of what a state lacks of a value it gets, `[N, H]`.
  package let beta: Variable

  package init(
    query: Variable, key: Variable, value: Variable, decay: Variable, beta: Variable
  ) {
    self.query = query
    self.key = key
    self.value = value
    self.decay = decay
    self.beta = beta
  }

  fileprivate var all: [Variable] { [query, key, value, decay, beta] }

  fileprivate var values: DeltaRuleInput {
    DeltaRuleInput(
      query: query.value, key: key.value, value: value.value, decay: decay.value,
      beta: beta.value)
  }
}

extension Tape {
  /// The gated delta rule: a state a head, which each row of a sequence changes and then reads.
  ///
  /// Shapes: the result is `[N, H · V]`. Keeps the input, from which the backward pass computes the
  /// states again. With `states`, which are for generation, sequences go on from them.
  ///
  /// Source: Yang et al. 2024, arXiv:2412.06464, equation 10.
  package func deltaRule(
    _ input: DeltaRuleVariables, _ shape: DeltaRuleShape, layout: SequenceLayout,
    states: DeltaRuleStates? = nil
  ) -> Variable {
    precondition(states == nil || !isRecording, "states that come before are for generation")
    let output = tensor(input.value.shape)
    device.applyDeltaRule(output, input.values, shape, layout.sequences, states)
    let result = variable(output, needsGradient: input.all.contains(where: \.needsGradient))
    record(result, .deltaRule(output.rows, shape)) { [self] dy in
      let gradients = input.all.map { tensor($0.shape) }
      device.deltaRuleBackward(
        DeltaRuleInput(
          query: gradients[0], key: gradients[1], value: gradients[2], decay: gradients[3],
          beta: gradients[4]), dy, input.values, shape, layout.sequences)
      for (gradient, variable) in zip(gradients, input.all) { give(gradient, to: variable) }
    }
    return result
  }

  /// What is left of a state at each row: `exp(−exp(rate) · log(1 + exp(x + bias)))`.
  ///
  /// Shapes: `x` and the result are `[N, H]`, `rate` and `bias` `[H]`. Keeps `x`, from which the result
  /// can be computed again.
  package func decay(_ x: Variable, rate: Parameter, bias: Parameter) -> Variable {
    let compute = { [self] in
      let output = tensor(x.shape)
      device.decay(output, x.value, rate: rate.value, bias: bias.value)
      return output
    }
    let result = variable(
      compute(), needsGradient: x.needsGradient || rate.isTrainable || bias.isTrainable,
      rebuild: compute)
    let count = x.value.count
    let cost = OperationCost(
      "decay", forward: Work(floats: 2 * count), backward: Work(floats: 3 * count))
    record(result, cost) { [self] dy in
      let dx = tensor(x.shape)
      device.decayBackward(
        dx: dx, dRate: gradient(of: rate), dBias: gradient(of: bias), dy, x.value,
        rate: rate.value, bias: bias.value)
      give(dx, to: x)
    }
    return result
  }
}

extension OperationCost {
  fileprivate static func deltaRule(_ rows: Int, _ shape: DeltaRuleShape) -> OperationCost {
    let numbers = Double(rows * shape.keyWidth * shape.allValuesWidth)
    let floats = rows * 2 * (shape.allKeysWidth + shape.allValuesWidth)
    // Forward: a product, and two multiply-adds a number of each state. Backward these twice more,
    // and the gradients'.
    return OperationCost(
      "delta rule", forward: Work(operations: 7 * numbers, floats: floats),
      backward: Work(operations: 30 * numbers, floats: 2 * floats))
  }
}
