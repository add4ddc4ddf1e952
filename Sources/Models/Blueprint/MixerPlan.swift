import Tensors

/// What mixes the tokens of a block.
package enum MixerPlan: Hashable, Sendable {
  case attention(AttentionPlan)
  case convolution(ConvolutionPlan)
  case deltaNet(DeltaNetPlan)

  /// The layers an adapter may be attached to, in the order of model files.
  package var linears: [LinearPlan] {
    switch self {
    case .attention(let plan): plan.linears
    case .convolution(let plan): plan.linears
    case .deltaNet(let plan): plan.linears
    }
  }

  var tensors: [TensorPlan] {
    switch self {
    case .attention(let plan): plan.tensors
    case .convolution(let plan): plan.tensors
    case .deltaNet(let plan): plan.tensors
    }
  }
}

/// A short causal convolution between two gates, each channel by itself:
/// `output(c ⊙ convolution(b ⊙ x))`, where the input layer makes b, c and x.
///
/// Source: as in Hugging Face `Lfm2ShortConv`.
package struct ConvolutionPlan: Hashable, Sendable {
  /// From C to 3 · C: the gates b and c, then x.
  package let input: LinearPlan
  /// A number a channel and row that is looked at, `[C, 1, K]`.
  package let weight: TensorPlan
  /// What is added to each channel, `[C]`.
  package var bias: TensorPlan?
  /// From C back to C.
  package let output: LinearPlan

  /// The number of channels, C.
  package var width: Int { output.inputs }
  /// How many rows are looked at, itself among them, K.
  package var size: Int { weight.shape[2] }

  var linears: [LinearPlan] { [input, output] }

  var tensors: [TensorPlan] { linears.flatMap(\.tensors) + [weight] + (bias.map { [$0] } ?? []) }
}
