package import Tensors

/// The tokens of each expert: what a router chose for the rows of a pass.
package struct Routing {
  /// A stretch of rows that go to one expert.
  package struct Members {
    /// The expert's index.
    package let expert: Int
    /// Its rows, ascending.
    package fileprivate(set) var rows: [Int32] = []
    /// Where their weights stand among all, row by row.
    fileprivate(set) var places: [Int32] = []
  }

  /// The experts that have rows, ascending.
  package let members: [Members]
  /// The weight of each row's experts, `[N, K]`, in the order of the experts.
  package let weights: Variable
}

extension Tape {
  /// Sends each row of `logits`, `[N, E]`, to its experts.
  ///
  /// The host chooses, for which it waits: how many rows an expert has decides what is computed next. The
  /// gradient goes through the weights; the choice is constant. Keeps `logits` and the weights.
  package func routing(
    _ logits: Variable, _ rule: RoutingRule, correction: Tensor? = nil
  ) -> Routing {
    let (rows, experts, chosenCount) = (logits.value.rows, rule.expertCount, rule.chosenCount)
    precondition(logits.value.columns == experts, "\(logits.shape) for \(experts) experts")
    let (scores, correction) = (logits.value.values, correction?.values)
    var members = (0..<experts).map { Routing.Members(expert: $0) }
    var choices: [[Int]] = []
    var weights: [Float] = []
    for row in 0..<rows {
      let own = scores[row * experts..<(row + 1) * experts]
      let chosen = rule.choice(own, correction: correction)
      for (place, expert) in chosen.enumerated() {
        members[expert].rows.append(Int32(row))
        members[expert].places.append(Int32(row * chosenCount + place))
      }
      choices.append(chosen)
      weights += rule.weights(own, chosen).map(Float.init)
    }
    let result = variable(
      tensor(of: weights, [rows, chosenCount]), needsGradient: logits.needsGradient)
    record(result, OperationCost("routing", forward: Work())) { [self] dWeights in
      let (scores, changes) = (logits.value.values, dWeights.values)
      var gradient: [Float] = []
      for row in 0..<rows {
        let change = changes[row * chosenCount..<(row + 1) * chosenCount].map(Double.init)
        let own = scores[row * experts..<(row + 1) * experts]
        gradient += rule.gradient(own, choices[row], change).map(Float.init)
      }
      give(tensor(of: gradient, logits.shape), to: logits)
    }
    return Routing(members: members.filter { !$0.rows.isEmpty }, weights: result)
  }

  /// The rows of `x` that go to an expert, `[M, C]`.
  ///
  /// Keeps nothing: they can be gathered again.
  package func rows(of x: Variable, _ members: Routing.Members) -> Variable {
    rows(of: x, members.rows)
  }

  /// Returns `sum` with an expert's rows added, each times its weight; the result shares the memory
  /// of `sum`, whose values no other operation may need.
  ///
  /// Shapes: `sum` is `[N, C]`, `output` `[M, C]`. Keeps `output`.
  package func adding(
    _ output: Variable, of members: Routing.Members, by routing: Routing, to sum: Variable
  ) -> Variable {
    let weights = RowNumbers(routing.weights.value, at: members.places)
    device.scatterAdd(sum.value, output.value, rows: members.rows, weights: weights)
    let result = variable(
      sum.value,
      needsGradient: sum.needsGradient || output.needsGradient || routing.weights.needsGradient)
    let work = Work(floats: 3 * output.value.count)
    record(result, OperationCost("expert sum", forward: work, backward: work)) { [self] dy in
      accumulate(routing.weights) { dWeights in
        device.addRowProducts(
          RowNumbers(dWeights, at: members.places), dy, rows: members.rows, output.value)
      }
      if output.needsGradient {
        let dOutput = tensor(output.shape)
        device.gather(dOutput, dy, rows: members.rows, weights: weights)
        give(dOutput, to: output)
      }
      give(dy, to: sum)
    }
    return result
  }

  /// A copy of `x` in memory of its own, for sums to be made in.
  package func copied(_ x: Variable) -> Variable {
    let result = variable(x.value.copy(in: arena), needsGradient: x.needsGradient)
    let work = Work(floats: 2 * x.value.count)
    record(result, OperationCost("copy", forward: work)) { [self] dy in give(dy, to: x) }
    return result
  }
}
