package import Models
import Tensors

/// The logits that a model gives after each token of a text.
package struct SequenceLogits {
  private let model: Transformer

  package init(model: Transformer) { self.model = model }

  /// Returns the logits after each token of `ids`, `[ids.count, V]` row by row.
  ///
  /// The sequence is no longer than the model's context. A model of two halves reads it, and then
  /// writes the same: the logits are those before each token.
  package func values(_ ids: [Int32]) -> [Float] {
    let decoder = CachedDecoder(model: model, format: .float32)
    let sequence = decoder.makeSequence(for: ids)
    let ids = model.blueprint.reader == nil ? ids : decoder.opening(of: ids) + ids.dropLast()
    var values: [Float] = []
    for start in stride(from: 0, to: ids.count, by: CachedDecoder.tokensPerPass) {
      let tokens = ids[start..<min(start + CachedDecoder.tokensPerPass, ids.count)]
      let hidden = decoder.hidden([CachedDecoder.Feed(sequence: sequence, tokens: tokens)])
      values += decoder.logits(hidden, rows: Array(0..<tokens.count)).values
    }
    return values
  }
}
