import Autograd
import Tensors

/// Grouped-query self-attention with rotary positions.
package final class Attention {
  package let query: Linear
  package let key: Linear
  package let value: Linear
  package let output: Linear
  package let norms: Norms
  private let shape: AttentionShape
  private let options: AttentionOptions
  private let rotary: RotaryTable

  /// The norms within the layer, each only in some families.
  package struct Norms {
    /// Of each head of the queries, before they are turned; its weight is `[D]`.
    package var query: RMSNorm?
    /// Of each head of the keys.
    package var key: RMSNorm?
    /// Of the result, before it is added.
    package var output: RMSNorm?
  }

  init(
    query: Linear, key: Linear, value: Linear, output: Linear, norms: Norms,
    shape: AttentionShape, options: AttentionOptions, rotary: RotaryTable
  ) {
    self.query = query
    self.key = key
    self.value = value
    self.output = output
    self.norms = norms
    self.shape = shape
    self.options = options
    self.rotary = rotary
  }

  /// Returns `residual + attention(x)`; all `[N, C]`.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, layer: Int, residual: Variable
  ) -> Variable {
    let (tape, layout) = (pass.tape, pass.layout)
    let plain = Linear.all([query, key, value], x, pass)
    let queries = tape.rotary(
      norms.query?(plain[0], pass) ?? plain[0], layout: layout, table: rotary,
      headCount: shape.headCount, headWidth: shape.headWidth)
    let keys = tape.rotary(
      norms.key?(plain[1], pass) ?? plain[1], layout: layout, table: rotary,
      headCount: shape.keyValueHeadCount, headWidth: shape.headWidth)
    let values = plain[2]
    let mixed =
      if let cache = pass.cache {
        tape.attention(
          query: queries, cached: cache.store(keys, values, layer: layer, layout: layout),
          layout: layout, shape: shape, options: options)
      } else {
        tape.attention(
          query: queries, key: keys, value: values, layout: layout, shape: shape, options: options)
      }
    return output(mixed, pass, norm: norms.output, residual: residual)
  }

  var linears: [Linear] { [query, key, value, output] }

  var parameters: [Parameter] {
    linears.flatMap(\.parameters)
      + [norms.query, norms.key, norms.output].compactMap { $0?.weight }
  }
}
