import Autograd
import Tensors

extension ForwardPass {
  /// The causal convolution of each channel by itself over `size` rows; with a cache each sequence goes
  /// on from its last rows.
  func convolved(
    _ x: Variable, weight: Parameter, bias: Parameter? = nil, size: Int, layer: Int
  ) -> Variable {
    guard let cache else { return tape.convolution(x, weight: weight, bias: bias, layout: layout) }
    let (rows, stretches) = cache.joined(
      x.value, keeping: size - 1, layer: layer, layout: layout, in: tape.arena)
    return tape.convolution(rows, weight: weight, bias: bias, stretches)
  }
}
