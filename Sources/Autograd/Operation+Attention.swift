import CKernels
package import Tensors

/// The angles of rotary position embedding, computed once a model.
package final class RotaryTable {
  /// Cosine and sine of position · frequency, `[T, D / 2]`.
  package let cosine: Tensor
  package let sine: Tensor
  /// The number of positions, T.
  package let positionCount: Int

  /// Makes the table for `positionCount` positions; `inverseFrequencies` holds D / 2 numbers.
  package init(inverseFrequencies: [Double], positionCount: Int) {
    self.positionCount = positionCount
    cosine = Tensor(uninitialized: [positionCount, inverseFrequencies.count])
    sine = Tensor(uninitialized: [positionCount, inverseFrequencies.count])
    ft_rope_table(
      cosine.data, sine.data, inverseFrequencies, positionCount, inverseFrequencies.count)
  }

  /// The plain frequencies, `theta^(−2i / D)`.
  package static func frequencies(theta: Double, headWidth: Int) -> [Double] {
    var frequencies = [Double](repeating: 0, count: headWidth / 2)
    ft_rope_frequencies(&frequencies, theta, headWidth)
    return frequencies
  }
}

/// The sizes of grouped-query attention.
package struct AttentionShape: Sendable {
  /// Query heads, H.
  package let headCount: Int
  /// Key and value heads, G; H is a multiple of it.
  package let keyValueHeadCount: Int
  /// Head width, D.
  package let headWidth: Int

  package init(headCount: Int, keyValueHeadCount: Int, headWidth: Int) {
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headWidth = headWidth
  }
}

/// Which tokens a token attends to, and how scores are made.
package struct AttentionOptions: Hashable, Sendable {
  /// What q · k is multiplied by.
  package let scale: Float
  /// Scores become `softCap · tanh(score / softCap)`; nil for none.
  package let softCap: Float?
  /// Whether tokens behind a token's own are hidden from it; false in an encoder.
  package let isCausal: Bool
  /// A token sees those less than so many places from its own; nil for all.
  package let window: Int?

  package init(
    scale: Float, softCap: Float? = nil, isCausal: Bool = true, window: Int? = nil
  ) {
    precondition((window ?? 1) > 0 && (softCap ?? 1) > 0, "a window or cap that is not positive")
    self.scale = scale
    self.softCap = softCap
    self.isCausal = isCausal
    self.window = window
  }

  var kernelOptions: ft_attention_options {
    ft_attention_options(
      scale: scale, soft_cap: softCap ?? 0, causal: isCausal, window: window ?? 0)
  }
}

extension Tape {
  /// Turns each head of `x` by its row's position, in place: the result shares `x`'s memory.
  ///
  /// Shapes: `x` is `[N, H · D]`. No operation may need the unturned values in its backward pass;
  /// a linear operation's output is never needed there.
  ///
  /// Source: Su et al. 2021, arXiv:2104.09864, in the half-split order of Hugging Face llama.
  package func rotary(
    _ x: Variable, layout: SequenceLayout, table: RotaryTable, headCount: Int, headWidth: Int
  ) -> Variable {
    let rows = layout.rowCount
    precondition(x.value.rows == rows && x.value.columns == headCount * headWidth)
    precondition(
      layout.positions.allSatisfy { Int($0) < table.positionCount },
      "a position beyond \(table.positionCount)")
    let turn = { (values: Tensor, inverse: Bool) in
      withExtendedLifetime((values, table)) {
        ft_rope(
          values.data, layout.positions, table.cosine.data, table.sine.data, inverse, rows,
          headCount, headWidth)
      }
    }
    turn(x.value, false)
    let result = variable(x.value, needsGradient: x.needsGradient)
    let work = Work(floats: 2 * x.value.count)
    record(result, OperationCost("rotary", forward: work, backward: work)) { [self] dy in
      turn(dy, true)
      give(dy, to: x)
    }
    return result
  }

  /// Attention of grouped heads within each sequence of `layout`.
  ///
  /// Shapes: `query` and the result are `[N, H · D]`, `key` and `value` `[M, G · D]`, M = N
  /// unless they are a cache. `options` default to causal attention to all of the past, scores
  /// scaled by 1 / sqrt(D). Keeps the output and one number a row and head. Cost: 4 · D
  /// multiply-adds a (query, key, head) forward, 10 backward, for the keys that are seen.
  ///
  /// Source: Dao 2023, arXiv:2307.08691 (the online form); grouped heads: arXiv:2305.13245.
  package func attention(
    query: Variable, key: Variable, value: Variable, layout: SequenceLayout,
    shape: AttentionShape, options: AttentionOptions? = nil
  ) -> Variable {
    let (heads, groups) = (shape.headCount, shape.keyValueHeadCount)
    let width = shape.headWidth
    let options = options ?? AttentionOptions(scale: 1 / Float(width).squareRoot())
    let sequences = layout.sequences
    let output = tensor(query.shape)
    let logSum = tensor([query.value.rows, heads])
    withExtendedLifetime((query, key, value, output, logSum)) {
      ft_attention_forward(
        output.data, logSum.data, query.value.data, heads * width, key.value.data, groups * width,
        value.value.data, groups * width, sequences, sequences.count, heads, groups, width,
        options.kernelOptions)
    }
    let needsGradient = query.needsGradient || key.needsGradient || value.needsGradient
    let result = variable(output, needsGradient: needsGradient)
    record(result, .attention(sequences, shape: shape, options: options)) { [self] dy in
      let dQuery = Tensor(zeros: query.shape, in: arena)
      let dKey = Tensor(zeros: key.shape, in: arena)
      let dValue = Tensor(zeros: value.value.shape, in: arena)
      withExtendedLifetime((query, key, value, output, logSum, dy)) {
        ft_attention_backward(
          dQuery.data, dKey.data, dValue.data, dy.data, output.data, logSum.data,
          query.value.data, heads * width, key.value.data, groups * width, value.value.data,
          groups * width, sequences, sequences.count, heads, groups, width,
          options.kernelOptions)
      }
      give(dQuery, to: query)
      give(dKey, to: key)
      give(dValue, to: value)
    }
    return result
  }
}
