import Adapters
import Autograd
import Models
package import Tensors

/// How far weights in fewer bits are from those of their file.
package struct BaseRounding: Hashable, Sendable {
  /// What they are kept as.
  package let format: WeightFormat
  /// The size of all differences together, as a share of that of the weights.
  package let share: Double
}

extension LoadedModel {
  /// Runs `body` with weights that may be written as the model's: those in memory, or, where these are
  /// rounded and have an adapter beside them, the file's with the adapter beside those.
  ///
  /// So an adapter is worked into exact weights, and what is written is rounded once.
  ///
  /// - Parameters:
  ///   - tell: is told how far apart the two are, before `body` runs.
  ///   - body: what is done; afterwards the rounded weights are back.
  /// - Returns: what `body` returns.
  /// - Throws: ``SessionError/roundedBase(_:)`` for rounded weights without an adapter,
  ///   ``SessionError/model(_:)`` where the file cannot be read again or memory is too small, and what
  ///   `body` throws.
  func withExactWeights<Result>(
    _ tell: (VerbEvent) -> Void, _ body: () throws(SessionError) -> Result
  ) throws(SessionError) -> Result {
    guard base != .float32 else { return try body() }
    guard adapter != nil else { throw .roundedBase(base) }
    let rounded = model.parameters.map(\.ownWeights)
    let exact: [Weights]
    do throws(ModelError) {
      try Self.checkMemory(for: model.blueprint, on: model.device)
      exact = try origin.weights(of: model)
    } catch { throw .model(error) }
    tell(
      .mergedIntoFile(
        BaseRounding(format: base, share: Self.difference(of: rounded, from: exact))))
    putBeside(exact)
    defer { putBeside(rounded) }
    return try body()
  }

  private static func difference(of rounded: [Weights], from exact: [Weights]) -> Double {
    var (difference, size) = (0.0, 0.0)
    for (old, new) in zip(rounded, exact) {
      let rest = new.tensor.copy()
      size += rest.sumOfSquares
      rest.scale(by: -1)
      rest.add(old.tensor)
      difference += rest.sumOfSquares
    }
    return size > 0 ? (difference / size).squareRoot() : 0
  }

  /// Puts other weights of the base under the adapter; a head that it parts is made of them anew.
  private func putBeside(_ weights: [Weights]) {
    adapter?.setAttached(false)
    model.replaceWeights(by: weights)
    adapter?.setAttached(true)
  }
}
