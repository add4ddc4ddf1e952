import Tensors
import Testing

extension EmulatedCard {
  @Test func deltaRule() {
    let stretches = [
      AttentionStretch(queryStart: 0, queryCount: 5, keyStart: 0, keyCount: 5),
      AttentionStretch(queryStart: 5, queryCount: 7, keyStart: 5, keyCount: 7),
    ]
    let shape = DeltaRuleShape(keyHeadCount: 2, valueHeadCount: 4, keyWidth: 9, valueWidth: 19)
    expectSameBits("the gated delta rule") { n in
      let input = DeltaRuleInput(
        query: n.normal(12, 18), key: n.normal(12, 18), value: n.normal(12, 76),
        decay: n.positive(12, 4), beta: n.positive(12, 4))
      n.device.applyDeltaRule(n.empty(12, 76), input, shape, stretches, nil)
      let states = DeltaRuleStates(
        before: [nil, n.normal(36, 19)], after: [n.empty(36, 19), n.empty(36, 19)])
      n.device.applyDeltaRule(n.empty(12, 76), input, shape, stretches, states)
      let gradients = DeltaRuleInput(
        query: n.empty(12, 18), key: n.empty(12, 18), value: n.empty(12, 76),
        decay: n.empty(12, 4), beta: n.empty(12, 4))
      n.device.deltaRuleBackward(gradients, n.normal(12, 76), input, shape, stretches)
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
