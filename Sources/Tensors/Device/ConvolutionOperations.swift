/// Causal convolution of each channel by itself.
package protocol ConvolutionOperations: Sendable {
  /// out[t] = bias + Σ weight[k] · x[t − (K − 1) + k], each a chain over ascending k.
  ///
  /// Shapes: `out` is `[N, C]`, `x` `[M, C]`, `weight` `[C, K]` with K at most
  /// ``ConvolutionLimit/size``, `bias` `[C]`. The queries of a stretch are its rows of `out`, its keys
  /// those of `x`, of which the first may come before them; rows before these give nothing.
  func convolve(
    _ out: Tensor, _ x: Tensor, weight: Tensor, bias: Tensor?, _ stretches: [AttentionStretch])

  /// Overwrites dx, `[N, C]`, and adds to dWeight: gradients of
  /// ``convolve(_:_:weight:bias:_:)`` without rows that come before.
  ///
  /// dx is a chain over ascending rows of dout, dWeight one over all rows in order; nil where nobody
  /// asks for it.
  func convolveBackward(
    dx: Tensor, dWeight: Tensor?, _ dout: Tensor, _ x: Tensor, weight: Tensor,
    _ stretches: [AttentionStretch])
}

/// How far a convolution may look.
package enum ConvolutionLimit {
  /// The most rows, itself among them.
  package static let size = 16
}
