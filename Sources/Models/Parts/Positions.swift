package import Autograd
import Tensors

/// The vectors that a sequence begins as: those of its tokens, and of its places and kind of text
/// where these are learned.
package final class Embedding {
  /// `[V, C]`.
  package let tokens: Parameter
  /// `[T, C]`; nil where positions come in elsewhere.
  package let positions: Parameter?
  private let scale: Float
  private let projection: Linear?
  private let positionOffset: Int32
  private let types: Parameter?
  private let norm: Norm?
  private let outputProjection: Linear?

  init<Failure: Error>(_ plan: EmbeddingPlan, _ source: WeightSource<Failure>) throws(Failure) {
    tokens = try source.parameter(plan.tokens)
    projection = try source.linear(plan.projection)
    positions = try source.parameter(plan.positions)
    types = try source.parameter(plan.types)
    norm = try source.norm(plan.norm)
    outputProjection = try source.linear(plan.outputProjection)
    scale = Float(plan.scale)
    positionOffset = Int32(plan.positionOffset)
  }

  /// Returns a row a token, `[N, C]`.
  func callAsFunction(_ ids: [Int32], _ pass: ForwardPass) -> Variable {
    var x = pass.tape.embedding(ids, table: tokens)
    if scale != 1 { x = pass.tape.scaled(x, by: scale) }
    if let projection { x = projection(x, pass) }
    if let positions {
      x = sum(x, pass.layout.positions.map { $0 + positionOffset }, positions, pass)
    }
    if let types { x = sum(x, [Int32](repeating: 0, count: ids.count), types, pass) }
    if let norm { x = norm(x, pass) }
    return outputProjection?(x, pass) ?? x
  }

  /// Adds the rows of a table, one a token.
  private func sum(
    _ x: Variable, _ rows: [Int32], _ table: Parameter, _ pass: ForwardPass
  ) -> Variable {
    let sum = pass.tape.embedding(rows, table: table, residual: x)
    // A sum looks at neither part in its backward pass.
    x.discard()
    return sum
  }

  var linears: [Linear] { [outputProjection].compactMap(\.self) }
}
