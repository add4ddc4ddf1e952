import Autograd
import Tensors

/// One block: what mixes tokens, then feed-forward, or both side by side: see ``LayerPlan``.
package struct Layer {
  /// Before attention.
  package let attentionNorm: Norm?
  /// Mixes tokens.
  private let mixer: Mixer
  private let attentionSumNorm: Norm?
  private let crossAttention: CrossAttention?
  private let feedForwardNorm: Norm?
  /// Works on each token by itself; nil where only experts do.
  package let feedForward: FeedForward?
  private let experts: Experts?
  private let feedForwardSumNorm: Norm?
  private let plan: LayerPlan

  init<Failure: Error>(
    _ plan: LayerPlan, _ source: WeightSource<Failure>, positions: PositionTables
  ) throws(Failure) {
    self.plan = plan
    attentionNorm = try source.norm(plan.attentionNorm)
    mixer =
      switch plan.mixer {
      case .attention(let plan):
        .attention(try Attention(plan, source, positions: positions))
      case .convolution(let plan): .convolution(try ShortConvolution(plan, source))
      case .deltaNet(let plan): .deltaNet(try DeltaNet(plan, source))
      }
    attentionSumNorm = try source.norm(plan.attentionSumNorm)
    crossAttention =
      if let plan = plan.crossAttention { try CrossAttention(plan, source) } else { nil }
    feedForwardNorm = try source.norm(plan.feedForwardNorm)
    feedForward =
      if let plan = plan.feedForward { try FeedForward(plan, source) } else { nil }
    experts = if let plan = plan.experts { try Experts(plan, source) } else { nil }
    feedForwardSumNorm = try source.norm(plan.feedForwardSumNorm)
  }

  /// Returns the block's output, of the shape of `x`: `[N, C]`.
  ///
  /// What the norms before a part compute is let go as soon as it is used: the backward pass
  /// computes it again from what they read.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass, index: Int) -> Variable {
    let multiplier = Float(plan.residualMultiplier)
    let attended = attentionNorm?(x, pass) ?? x
    let mixed = mixer(
      attended, pass, layer: index, residual: plan.addsToNormed ? attended : x,
      multiplier: multiplier)
    let summed = attentionSumNorm?(mixed, pass) ?? mixed
    let middle = crossAttention?(summed, pass, layer: index) ?? summed
    let read = plan.isParallel ? x : middle
    let fed = feedForwardNorm?(read, pass) ?? (plan.isParallel ? attended : read)
    if attentionNorm != nil, fed !== attended { attended.release() }
    let residual = plan.addsToNormed ? fed : middle
    let fromDense =
      feedForward?(fed, pass, residual: residual, multiplier: multiplier)
      ?? pass.tape.copied(residual)
    let sum = experts?(fed, pass, sum: fromDense) ?? fromDense
    if feedForwardNorm != nil || (attentionNorm != nil && fed === attended) { fed.release() }
    return feedForwardSumNorm?(sum, pass) ?? sum
  }

  /// The layers an adapter may be attached to, in the order of model files.
  package var linears: [Linear] {
    mixer.linears + (crossAttention?.linears ?? []) + (feedForward?.linears ?? [])
      + (experts?.linears ?? [])
  }
}

/// What mixes the tokens of a block.
private enum Mixer {
  case attention(Attention)
  case convolution(ShortConvolution)
  case deltaNet(DeltaNet)

  /// Returns `residual + multiplier · mixed(x)`; all `[N, C]`.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, layer: Int, residual: Variable, multiplier: Float
  ) -> Variable {
    switch self {
    case .attention(let attention):
      attention(x, pass, layer: layer, residual: residual, multiplier: multiplier)
    case .convolution(let convolution):
      convolution(x, pass, layer: layer, residual: residual, multiplier: multiplier)
    case .deltaNet(let deltaNet):
      deltaNet(x, pass, layer: layer, residual: residual, multiplier: multiplier)
    }
  }

  var linears: [Linear] {
    switch self {
    case .attention(let attention): attention.linears
    case .convolution(let convolution): convolution.linears
    case .deltaNet(let deltaNet): deltaNet.linears
    }
  }
}
