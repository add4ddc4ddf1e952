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
  private let projection: Linear?
  private let positionOffset: Int32
  private let norm: Norm?

  init<Failure: Error>(_ plan: EmbeddingPlan, _ source: WeightSource<Failure>) throws(Failure) {
    tokens = try source.parameter(plan.tokens)
    projection = try source.linear(plan.projection)
    positions = try source.parameter(plan.positions)
    norm = try source.norm(plan.norm)
    scale = Float(plan.scale)
    positionOffset = Int32(plan.positionOffset)
  }

  /// Returns a row a token, `[N, C]`.
  func callAsFunction(_ ids: [Int32], _ pass: ForwardPass) -> Variable {
    var x = pass.tape.embedding(ids, table: tokens)
    if scale != 1 { x = pass.tape.scaled(x, by: scale) }
    if let projection { x = projection(x, pass) }
    if let positions { x = placed(x, positions, pass) }
    return norm?(x, pass) ?? x
  }

  /// Adds the vectors of the rows' places.
  private func placed(_ x: Variable, _ table: Parameter, _ pass: ForwardPass) -> Variable {
    let places = pass.layout.positions.map { $0 + positionOffset }
    let placed = pass.tape.embedding(places, table: table, residual: x)
    // A sum looks at neither part in its backward pass.
    x.discard()
    return placed
  }
}
