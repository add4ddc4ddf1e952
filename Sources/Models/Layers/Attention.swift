package import Autograd
import Tensors

/// Grouped-query self-attention with rotary positions.
package final class Attention {
  package let query: Linear
  package let key: Linear
  package let value: Linear
  package let output: Linear
  private let shape: AttentionShape
  private let rotary: RotaryTable

  package init(
    query: Linear, key: Linear, value: Linear, output: Linear, shape: AttentionShape,
    rotary: RotaryTable
  ) {
    self.query = query
    self.key = key
    self.value = value
    self.output = output
    self.shape = shape
    self.rotary = rotary
  }

  /// Returns `residual + attention(x)`; all `[N, C]`.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, layer: Int, residual: Variable
  ) -> Variable {
    let (tape, layout) = (pass.tape, pass.layout)
    let queries = tape.rotary(
      query(x, pass), layout: layout, table: rotary, headCount: shape.headCount,
      headWidth: shape.headWidth)
    let keys = tape.rotary(
      key(x, pass), layout: layout, table: rotary, headCount: shape.keyValueHeadCount,
      headWidth: shape.headWidth)
    let values = value(x, pass)
    let mixed =
      if let cache = pass.cache {
        tape.attention(
          query: queries, cached: cache.store(keys, values, layer: layer, layout: layout),
          layout: layout, shape: shape)
      } else {
        tape.attention(query: queries, key: keys, value: values, layout: layout, shape: shape)
      }
    return output(mixed, pass, residual: residual)
  }

  var linears: [Linear] { [query, key, value, output] }
}
