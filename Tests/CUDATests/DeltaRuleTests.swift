import Tensors
import Testing

extension EmulatedCard {
  /// Keys of each kernel's width, values below a slab of columns, of one and of two.
  static let deltaShapes = [
    DeltaRuleShape(keyHeadCount: 2, valueHeadCount: 4, keyWidth: 9, valueWidth: 19),
    DeltaRuleShape(keyHeadCount: 1, valueHeadCount: 1, keyWidth: 128, valueWidth: 64),
    DeltaRuleShape(keyHeadCount: 1, valueHeadCount: 2, keyWidth: 150, valueWidth: 81),
    DeltaRuleShape(keyHeadCount: 2, valueHeadCount: 2, keyWidth: 301, valueWidth: 3),
  ]

  @Test(arguments: deltaShapes) func deltaRule(_ shape: DeltaRuleShape) {
    let stretches = [
      AttentionStretch(queryStart: 0, queryCount: 5, keyStart: 0, keyCount: 5),
      AttentionStretch(queryStart: 5, queryCount: 1, keyStart: 5, keyCount: 1),
      AttentionStretch(queryStart: 6, queryCount: 7, keyStart: 6, keyCount: 7),
    ]
    let (keys, values, heads) = (shape.allKeysWidth, shape.allValuesWidth, shape.valueHeadCount)
    expectSameBits("the gated delta rule, \(shape)") { n in
      // Keys of a length near 1, or states grow without bound.
      let input = DeltaRuleInput(
        query: n.normal(13, keys, deviation: 0.1), key: n.normal(13, keys, deviation: 0.1),
        value: n.normal(13, values), decay: n.positive(13, heads), beta: n.positive(13, heads))
      n.device.applyDeltaRule(n.empty(13, values), input, shape, stretches, nil)
      let states = DeltaRuleStates(
        before: [nil, n.normal(shape.stateShape[0], shape.valueWidth), nil],
        after: (0..<3).map { _ in n.empty(shape.stateShape[0], shape.valueWidth) })
      n.device.applyDeltaRule(n.empty(13, values), input, shape, stretches, states)
      let gradients = DeltaRuleInput(
        query: n.empty(13, keys), key: n.empty(13, keys), value: n.empty(13, values),
        decay: n.empty(13, heads), beta: n.empty(13, heads))
      n.device.deltaRuleBackward(gradients, n.normal(13, values), input, shape, stretches)
    }
  }

  @Test func decay() {
    expectSameBits("the decay of states") { n in
      let (x, rate, bias) = (n.normal(11, 5), n.normal(5), n.normal(5))
      n.device.decay(n.empty(11, 5), x, rate: rate, bias: bias)
      n.device.decayBackward(
        dx: n.empty(11, 5), dRate: n.normal(5), dBias: n.normal(5), n.normal(11, 5), x,
        rate: rate, bias: bias)
      n.device.decayBackward(
        dx: n.empty(11, 5), dRate: nil, dBias: nil, n.normal(11, 5), x, rate: rate, bias: bias)
    }
  }
}
