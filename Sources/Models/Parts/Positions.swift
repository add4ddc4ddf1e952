package import Autograd
import Tensors

/// The vectors that a sequence begins as: those of its tokens, and of its places where these are
/// learned.
package final class Embedding {
  /// `[V, C]`.
  package let tokens: Parameter
  /// `[T, C]`; nil where positions come in elsewhere.
  package let positions: Parameter?
  private let scale: Float

  init<Failure: Error>(_ plan: EmbeddingPlan, _ source: WeightSource<Failure>) throws(Failure) {
    tokens = try source.parameter(plan.tokens)
    positions = try source.parameter(plan.positions)
    scale = Float(plan.scale)
  }

  /// Returns a row a token, `[N, C]`.
  func callAsFunction(_ ids: [Int32], _ pass: ForwardPass) -> Variable {
    var x = pass.tape.embedding(ids, table: tokens)
    if scale != 1 { x = pass.tape.scaled(x, by: scale) }
    guard let positions else { return x }
    let placed = pass.tape.embedding(pass.layout.positions, table: positions, residual: x)
    // A sum looks at neither part in its backward pass.
    x.discard()
    return placed
  }
}

/// The tables of angles that a model's layers turn queries and keys by, one a plan.
final class RotaryTables {
  private let positionCount: Int
  private let device: any Device
  private var tables: [RotaryPlan: RotaryTable] = [:]

  init(positionCount: Int, on device: any Device) {
    self.positionCount = positionCount
    self.device = device
  }

  /// The table of a plan, made when it is first asked for; nil where nothing is turned.
  func table(_ plan: RotaryPlan?) -> RotaryTable? {
    guard let plan else { return nil }
    if let table = tables[plan] { return table }
    let table = RotaryTable(
      inverseFrequencies: plan.frequencies, positionCount: positionCount, on: device)
    tables[plan] = table
    return table
  }
}
