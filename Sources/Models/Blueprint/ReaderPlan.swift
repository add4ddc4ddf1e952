/// The half of a model that reads prompts, where another half writes: its blocks see all of a prompt,
/// and begin with the same table of tokens.
package struct ReaderPlan: Hashable, Sendable {
  /// The blocks, in order.
  package let layers: [LayerPlan]
  /// After the last block.
  package let norm: NormPlan?
  /// The token that every answer begins with, and which is no part of it.
  package let startID: Int

  var tensors: [TensorPlan] { layers.flatMap(\.tensors) + (norm?.tensors ?? []) }
}

/// Attention of a block that writes to what the reading half made of the prompt.
package struct CrossAttentionPlan: Hashable, Sendable {
  /// What queries are made of goes through it.
  package let norm: NormPlan
  /// Queries of the writing half, keys and values of the reading one.
  package let attention: AttentionPlan

  var tensors: [TensorPlan] { norm.tensors + attention.tensors }
}
