import Autograd
package import Tensors

/// Heads that keep a state which each token changes, in the place of attention.
///
///     q, k, v = split(activation(convolution(input(x))))
///     d = exp(−exp(rate) · log(1 + exp(decay(x) + decayBias)))
///     output(norm(deltaRule(q / (√K · |q|), k / |k|, v, d, sigmoid(beta(x)))) ⊙ silu(gate(x)))
///
/// Source: Yang et al. 2024, arXiv:2412.06464, section 3; as in Hugging Face `Qwen3_5GatedDeltaNet`.
package struct DeltaNetPlan: Hashable, Sendable {
  /// From C to the queries, keys and values of all heads, 2 · G · K + H · V.
  package let input: LinearPlan
  /// From C to what the results are gated by, H · V.
  package let gate: LinearPlan
  /// From C to how much of a token a state takes in, H.
  package let beta: LinearPlan
  /// From C to how fast states decay, H.
  package let decay: LinearPlan
  /// A number a channel of the input and row that is looked at, `[2 · G · K + H · V, 1, size]`.
  package let convolution: TensorPlan
  /// What is added to what the decay is made of, `[H]`.
  package let decayBias: TensorPlan
  /// The logarithm of what it is multiplied by, `[H]`.
  package let decayRate: TensorPlan
  /// Of what the convolution gives.
  package let activation: Activation
  /// Of each head's result.
  package let norm: NormPlan
  /// From H · V back to C.
  package let output: LinearPlan
  /// Heads of keys and values, and their widths.
  package let shape: DeltaRuleShape

  /// What is added to the squares of a query or a key under the root that it is divided by.
  static let lengthEpsilon: Float = 1e-6

  /// How many rows the convolution looks at, itself among them.
  package var size: Int { convolution.shape[2] }

  var linears: [LinearPlan] { [input, gate, beta, decay, output] }

  var tensors: [TensorPlan] {
    [convolution, decayBias, decayRate] + norm.tensors + linears.flatMap(\.tensors)
  }
}
