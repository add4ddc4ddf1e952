import Tensors

extension Tape {
  /// Some rows of `x`, `[M, C]`, which are different ones.
  ///
  /// Keeps nothing: they can be gathered again.
  package func rows(of x: Variable, _ rows: [Int32]) -> Variable {
    let compute = { [self] in
      let output = tensor([rows.count, x.shape[1]])
      x.value.gather(rows, into: output)
      return output
    }
    let result = variable(compute(), needsGradient: x.needsGradient, rebuild: compute)
    let work = Work(floats: 2 * result.value.count)
    record(result, OperationCost("rows", forward: work, backward: work)) { [self] dy in
      accumulate(x) { dx in device.scatterAdd(dx, dy, rows: rows) }
    }
    return result
  }

  /// The mean row of each stretch of `x`, `[M, C]`; the stretches lie one after the other and leave no
  /// row out.
  ///
  /// Each sum is one chain in double on the host: it is a small part of a model's work. Keeps nothing.
  package func means(of x: Variable, _ stretches: [Range<Int>]) -> Variable {
    let columns = x.value.columns
    var means: [Float] = []
    device.withHostElements(of: x.value) { elements in
      for stretch in stretches {
        var sums = [Double](repeating: 0, count: columns)
        for row in stretch {
          for c in 0..<columns { sums[c] += Double(elements[row * columns + c]) }
        }
        means += sums.map { Float($0 / Double(stretch.count)) }
      }
    }
    let result = variable(
      tensor(of: means, [stretches.count, columns]), needsGradient: x.needsGradient)
    let work = Work(floats: 2 * x.value.count)
    record(result, OperationCost("means", forward: work, backward: work)) { [self] dy in
      let owners = stretches.enumerated().flatMap { place, stretch in
        stretch.map { _ in Int32(place) }
      }
      let weights = stretches.flatMap { stretch in stretch.map { _ in 1 / Float(stretch.count) } }
      let gradient = tensor(x.shape)
      device.gather(
        gradient, dy, rows: owners, weights: RowNumbers(tensor(of: weights, [weights.count])))
      give(gradient, to: x)
    }
    return result
  }

  /// Gives a variable the gradient of a loss that the host worked out of its values.
  package func give(_ gradient: [Float], to variable: Variable) {
    guard variable.needsGradient else { return }
    give(tensor(of: gradient, variable.shape), to: variable)
  }
}
