package import Tensors

extension Tape {
  /// Turns each head of `x`, or the first numbers of it, by its row's position, in place: the result
  /// shares `x`'s memory.
  ///
  /// Shapes: `x` is `[N, H · D]`. No operation may need the unturned values in its backward pass;
  /// a linear operation's output is never needed there.
  ///
  /// Source: Su et al. 2021, arXiv:2104.09864, in the half-split order of Hugging Face llama, or,
  /// interleaved, as it is there.
  package func rotary(
    _ x: Variable, layout: SequenceLayout, table: RotaryTable, headCount: Int, headWidth: Int
  ) -> Variable {
    let rows = layout.rowCount
    precondition(x.value.rows == rows && x.value.columns == headCount * headWidth)
    precondition(
      layout.positions.allSatisfy { Int($0) < table.positionCount },
      "a position beyond \(table.positionCount)")
    let places = table.places(of: layout)
    let angles = table.angles(for: layout)
    let turn = { [device] (values: Tensor, isInverse: Bool) in
      device.rotate(
        values, positions: places, cosine: angles.cosine, sine: angles.sine,
        isInverse: isInverse, isInterleaved: table.isInterleaved, headCount: headCount,
        headWidth: headWidth)
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
  /// `keyScores`, `[H, ·]`, are constants added to the scores of each head with the key at a place,
  /// `distances` learned numbers added by how far the key lies after the query. `sinks`, `[H]`, are
  /// learned scores that take a share of each row's and give nothing for it.
  ///
  /// Source: Dao 2023, arXiv:2307.08691 (the online form); grouped heads: arXiv:2305.13245.
  package func attention(
    query: Variable, key: Variable, value: Variable, layout: SequenceLayout,
    shape: AttentionShape, options: AttentionOptions? = nil, keyScores: Tensor? = nil,
    distances: DistanceNumbers? = nil, sinks: Parameter? = nil
  ) -> Variable {
    let options = options ?? AttentionOptions(scale: 1 / Float(shape.headWidth).squareRoot())
    let sequences = layout.sequences
    let output = tensor(query.shape)
    let logSum = tensor([query.value.rows, shape.headCount])
    device.attention(
      output, logSum: logSum, query: query.value, key: key.value, value: value.value,
      keyScores: keyScores, bias: distances?.bias, sequences, shape, options)
    if let sinks { device.addSinks(output, logSum: logSum, sinks: sinks.value) }
    let needsGradient =
      query.needsGradient || key.needsGradient || value.needsGradient
      || distances?.table.isTrainable == true || sinks?.isTrainable == true
    let result = variable(output, needsGradient: needsGradient)
    record(result, .attention(sequences, shape: shape, options: options)) { [self] dy in
      if let sinks, let gradient = gradient(of: sinks) {
        device.sinksBackward(gradient, dy, out: output, logSum: logSum, sinks: sinks.value)
      }
      let dQuery = Tensor(zeros: query.shape, in: arena)
      let dKey = Tensor(zeros: key.shape, in: arena)
      let dValue = Tensor(zeros: value.value.shape, in: arena)
      let dBias = distances?.gradients(of: sequences.count, in: arena)
      device.attentionBackward(
        dQuery: dQuery, dKey: dKey, dValue: dValue, dBias: dBias, dy, out: output, logSum: logSum,
        query: query.value, key: key.value, value: value.value, keyScores: keyScores,
        bias: distances?.bias, sequences, shape, options)
      if let distances, let dBias, let gradient = gradient(of: distances.table) {
        distances.add(dBias, to: gradient)
      }
      give(dQuery, to: query)
      give(dKey, to: key)
      give(dValue, to: value)
    }
    return result
  }
}
