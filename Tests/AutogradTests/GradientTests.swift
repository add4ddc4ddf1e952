import Autograd
import CPU
import Tensors
import TestSupport
import Testing

/// Every operation's backward pass against central differences of its forward pass.
///
/// Tolerance: with steps of 1e-2 the differences' own error is near 1e-3 of the largest gradient
/// (curvature, and float32 rounding divided by the step).
@Suite("Gradients agree with central differences", .serialized)
struct GradientTests {
  @Test(arguments: [1, 3, 17], [1, 5])
  func linear(width: Int, rows: Int) {
    let weight = Parameter(name: "w", value: sampleTensor([4, width]))
    let bias = Parameter(name: "b", value: sampleTensor([4], seed: 2))
    GradientCheck(
      inputs: [sampleTensor([rows, width], seed: 3), sampleTensor([rows, 4], seed: 4)],
      parameters: [weight, bias]
    ) { tape, inputs, parameters in
      tape.linear(inputs[0], weight: parameters[0], bias: parameters[1], residual: inputs[1])
    }.expectAgreement()
  }

  @Test(arguments: [0, 0.4] as [Float])
  func linearWithAdapter(dropout: Float) {
    let weight = Parameter(name: "w", value: sampleTensor([6, 5]))
    let a = Parameter(name: "a", value: sampleTensor([2, 5], seed: 2))
    let b = Parameter(name: "b", value: sampleTensor([6, 2], seed: 3))
    let term = LowRankTerm(a: a, b: b, scale: 1.5, dropout: dropout, index: 3)
    let stream = DropoutStream(seed: 7, step: 2, firstRow: 1)
    GradientCheck(
      inputs: [sampleTensor([4, 5], seed: 4)], parameters: [weight, a, b]
    ) { tape, inputs, _ in
      tape.linear(inputs[0], weight: weight, adapter: term, dropout: stream)
    }.expectAgreement()
  }

  /// Nothing tells the term that values change, so the norms stay what they were: constants, as
  /// the backward pass takes them.
  @Test(arguments: [1, 5]) func linearWithMagnitude(rows: Int) {
    let weight = Parameter(name: "w", value: sampleTensor([6, 5]))
    let a = Parameter(name: "a", value: sampleTensor([2, 5], seed: 2))
    let b = Parameter(name: "b", value: sampleTensor([6, 2], seed: 3))
    let magnitude = Parameter(name: "m", value: sampleTensor([6], seed: 5))
    let bias = Parameter(name: "bias", value: sampleTensor([6], seed: 6))
    let term = LowRankTerm(a: a, b: b, magnitude: magnitude, scale: 1.5, dropout: 0, index: 3)
    GradientCheck(
      inputs: [sampleTensor([rows, 5], seed: 4), sampleTensor([rows, 6], seed: 7)],
      parameters: [weight, a, b, magnitude, bias]
    ) { tape, inputs, _ in
      tape.linear(inputs[0], weight: weight, bias: bias, adapter: term, residual: inputs[1])
    }.expectAgreement()
  }

  @Test("beside packed weights", arguments: WeightFormat.allCases)
  func packedLinearWithAdapter(format: WeightFormat) throws {
    let packed = try #require(Weights.dense(sampleTensor([40, 35])).packed(as: format))
    let weight = Parameter(name: "w", weights: packed)
    let a = Parameter(name: "a", value: sampleTensor([2, 35], seed: 2))
    let b = Parameter(name: "b", value: sampleTensor([40, 2], seed: 3))
    let term = LowRankTerm(a: a, b: b, scale: 1.5, dropout: 0, index: 3)
    GradientCheck(inputs: [sampleTensor([4, 35], seed: 4)], parameters: [a, b]) {
      tape, inputs, _ in
      tape.linear(inputs[0], weight: weight, adapter: term)
    }.expectAgreement()
  }

  @Test(arguments: [1, 4, 19], [1, 3])
  func rmsNorm(width: Int, rows: Int) {
    let weight = Parameter(name: "w", value: sampleTensor([width]))
    GradientCheck(inputs: [sampleTensor([rows, width], seed: 2)], parameters: [weight]) {
      tape, inputs, parameters in
      tape.rmsNorm(inputs[0], weight: parameters[0], epsilon: 1e-3)
    }.expectAgreement(within: 2e-2, step: 3e-3)
  }

  /// Heads of a width that divides the row are normalised each alone.
  @Test(arguments: [(1, 6), (3, 4), (2, 9)])
  func rmsNormOfHeads(heads: Int, width: Int) {
    let weight = Parameter(name: "w", value: sampleTensor([width]))
    GradientCheck(
      inputs: [
        sampleTensor([3, heads * width], seed: 2), sampleTensor([3, heads * width], seed: 3),
      ],
      parameters: [weight]
    ) { tape, inputs, parameters in
      tape.rmsNorm(
        inputs[0], weight: parameters[0], epsilon: 1e-2, offset: 1, residual: inputs[1])
    }.expectAgreement(within: 2e-2, step: 3e-3)
  }

  @Test(arguments: [2, 4, 19], [1, 3])
  func layerNorm(width: Int, rows: Int) {
    let weight = Parameter(name: "w", value: sampleTensor([width]))
    let bias = Parameter(name: "b", value: sampleTensor([width], seed: 3))
    for parameters in [[weight], [weight, bias]] {
      for residual in [[], [sampleTensor([rows, 2 * width], seed: 4)]] {
        // Two heads a row, each normalised alone.
        GradientCheck(
          inputs: [sampleTensor([rows, 2 * width], seed: 2)] + residual, parameters: parameters
        ) { tape, inputs, parameters in
          tape.layerNorm(
            inputs[0], weight: parameters[0], bias: parameters.dropFirst().first, epsilon: 1e-2,
            offset: residual.isEmpty ? 0 : 1, residual: inputs.dropFirst().first)
        }.expectAgreement(within: 2e-2, step: 3e-3)
      }
    }
  }

  @Test(arguments: Activation.allCases)
  func gated(activation: Activation) {
    GradientCheck(inputs: [sampleTensor([3, 7]), sampleTensor([3, 7], seed: 2)]) {
      tape, inputs, _ in
      tape.gated(gate: inputs[0], up: inputs[1], activation)
    }.expectAgreement()
  }

  @Test(arguments: Activation.allCases)
  func activated(activation: Activation) {
    GradientCheck(inputs: [sampleTensor([3, 7])]) { tape, inputs, _ in
      tape.activated(inputs[0], activation)
    }.expectAgreement()
  }

  /// Steps smaller than what keeps the pairs from the limit on each side of it.
  @Test func clampedGate() {
    GradientCheck(inputs: [sampleTensor([5, 14])]) { tape, inputs, _ in
      tape.clampedGate(inputs[0], ClampedGate(alpha: 1.7, limit: 0.6))
    }.expectAgreement(within: 2e-2, step: 2e-3)
  }

  static let routings: [RoutingRule] = [
    RoutingRule(expertCount: 4, chosenCount: 2, scores: .softmax),
    RoutingRule(expertCount: 4, chosenCount: 2, scores: .softmax, isNormalized: true),
    RoutingRule(expertCount: 4, chosenCount: 3, scores: .softmaxOfChosen, scale: 1.5),
    RoutingRule(expertCount: 4, chosenCount: 2, scores: .sigmoid, isNormalized: true, scale: 2),
    RoutingRule(
      expertCount: 6, chosenCount: 2, scores: .softmax,
      groups: .init(count: 3, chosenCount: 2, scoredCount: 1)),
  ]

  /// Experts are as many products of the rows that go to them; steps are too small for any row to go
  /// elsewhere.
  @Test(arguments: routings) func experts(rule: RoutingRule) {
    let experts = (0..<rule.expertCount).map {
      Parameter(name: "w\($0)", value: sampleTensor([3, 3], seed: 5 + UInt64($0)))
    }
    GradientCheck(
      inputs: [
        sampleTensor([7, 3]), sampleTensor([7, rule.expertCount], seed: 2),
        sampleTensor([7, 3], seed: 3),
      ], parameters: experts
    ) { tape, inputs, parameters in
      let routing = tape.routing(inputs[1], rule)
      return routing.members.reduce(tape.copied(inputs[2])) { sum, members in
        let rows = tape.rows(of: inputs[0], members)
        let output = tape.linear(rows, weight: parameters[members.expert])
        return tape.adding(output, of: members, by: routing, to: sum)
      }
    }.expectAgreement(within: 1e-2, step: 2e-3)
  }

  @Test func shared() {
    let (x, scores, residual) = (
      sampleTensor([4, 5]), sampleTensor([4, 1], seed: 2), sampleTensor([4, 5], seed: 3)
    )
    GradientCheck(inputs: [x, scores, residual]) { tape, inputs, _ in
      tape.shared(inputs[0], by: inputs[1], residual: inputs[2])
    }.expectAgreement()
    GradientCheck(inputs: [x, scores]) { tape, inputs, _ in
      tape.shared(inputs[0], by: inputs[1])
    }.expectAgreement()
  }

  @Test func scaled() {
    GradientCheck(inputs: [sampleTensor([3, 7])]) { tape, inputs, _ in
      tape.scaled(inputs[0], by: 2.5)
    }.expectAgreement()
    GradientCheck(inputs: [sampleTensor([3, 7]), sampleTensor([3, 7], seed: 2)]) {
      tape, inputs, _ in
      tape.scaled(inputs[0], by: 2.5, residual: inputs[1])
    }.expectAgreement()
  }

  @Test func embedding() {
    let table = Parameter(name: "t", value: sampleTensor([5, 3]))
    GradientCheck(inputs: [], parameters: [table]) { tape, _, parameters in
      tape.embedding([2, 0, 2, 4], table: parameters[0])
    }.expectAgreement()
    GradientCheck(inputs: [sampleTensor([4, 3], seed: 2)], parameters: [table]) {
      tape, inputs, parameters in
      tape.embedding([2, 0, 2, 4], table: parameters[0], residual: inputs[0])
    }.expectAgreement()
  }

  /// Both ways in which one layer makes queries, keys and values; each part is used, and one twice.
  @Test(arguments: [
    [(0, 4, 4), (4, 4, 4), (8, 4, 4), (4, 4, 4)], [(0, 2, 6), (2, 2, 6), (4, 2, 6), (0, 2, 6)],
  ])
  func columns(parts: [(start: Int, width: Int, stride: Int)]) {
    GradientCheck(inputs: [sampleTensor([5, 12])]) { tape, inputs, _ in
      let parts = parts.map {
        tape.columns(
          of: inputs[0], ColumnBlocks(start: $0.start, width: $0.width, stride: $0.stride), count: 4
        )
      }
      let first = tape.gated(gate: parts[0], up: parts[1], .silu)
      return tape.gated(gate: first, up: tape.gated(gate: parts[2], up: parts[3], .gelu), .silu)
    }.expectAgreement()
  }

  /// Of a head all numbers are turned, or the first two thirds.
  @Test(arguments: [(1, 1), (2, 1), (4, 2)], [6, 4])
  func rotaryAttention(heads: (Int, Int), turned: Int) {
    rotaryAttention(heads: heads, turned: turned, isInterleaved: false)
    rotaryAttention(heads: heads, turned: turned, isInterleaved: true)
  }

  private func rotaryAttention(heads: (Int, Int), turned: Int, isInterleaved: Bool) {
    let (heads, groups) = heads
    let width = 6
    let layout = SequenceLayout(lengths: [3, 1, 4])
    let table = RotaryTable(
      inverseFrequencies: RotaryTable.frequencies(theta: 100, width: turned), positionCount: 8,
      isInterleaved: isInterleaved, on: CPUDevice())
    let shape = AttentionShape(headCount: heads, keyValueHeadCount: groups, headWidth: width)
    GradientCheck(inputs: [
      sampleTensor([8, heads * width]), sampleTensor([8, groups * width], seed: 2),
      sampleTensor([8, groups * width], seed: 3),
    ]) { tape, inputs, _ in
      tape.attention(
        query: tape.rotary(
          inputs[0], layout: layout, table: table, headCount: heads, headWidth: width),
        key: tape.rotary(
          inputs[1], layout: layout, table: table, headCount: groups, headWidth: width),
        value: inputs[2], layout: layout, shape: shape)
    }.expectAgreement()
  }

  @Test(arguments: [
    AttentionOptions(scale: 0.7, window: 2), AttentionOptions(scale: 0.7, softCap: 0.6),
    AttentionOptions(scale: 0.7, isCausal: false),
    AttentionOptions(scale: 0.7, softCap: 0.9, isCausal: false, window: 3),
  ])
  func attentionOptions(options: AttentionOptions) {
    let layout = SequenceLayout(lengths: [3, 1, 4])
    let shape = AttentionShape(headCount: 2, keyValueHeadCount: 1, headWidth: 5)
    for keyScores in [nil, sampleTensor([2, 64], seed: 8)] {
      GradientCheck(inputs: [
        sampleTensor([8, 10]), sampleTensor([8, 5], seed: 2), sampleTensor([8, 5], seed: 3),
      ]) { tape, inputs, _ in
        tape.attention(
          query: inputs[0], key: inputs[1], value: inputs[2], layout: layout, shape: shape,
          options: options, keyScores: keyScores)
      }.expectAgreement()
    }
  }

  @Test("numbers by distance", arguments: [true, false])
  func distances(isCausal: Bool) {
    let layout = SequenceLayout(lengths: [3, 1, 4])
    let shape = AttentionShape(headCount: 2, keyValueHeadCount: 1, headWidth: 5)
    let origin = 4 + DistanceBias.margin
    let buckets = BucketMatrix(
      (-origin..<origin).map { min(abs($0), 2) }, count: 3, origin: origin, on: CPUDevice())
    GradientCheck(
      inputs: [
        sampleTensor([8, 10]), sampleTensor([8, 5], seed: 2), sampleTensor([8, 5], seed: 3),
      ], parameters: [Parameter(name: "b", value: sampleTensor([3, 2], seed: 4))]
    ) { tape, inputs, parameters in
      tape.attention(
        query: inputs[0], key: inputs[1], value: inputs[2], layout: layout, shape: shape,
        options: AttentionOptions(scale: 1, isCausal: isCausal),
        distances: tape.distances(parameters[0], buckets: buckets))
    }.expectAgreement()
  }

  @Test(arguments: [1, 2, 5]) func convolution(size: Int) {
    let layout = SequenceLayout(lengths: [3, 1, 4])
    GradientCheck(
      inputs: [sampleTensor([8, 5])],
      parameters: [
        Parameter(name: "w", value: sampleTensor([5, 1, size], seed: 2)),
        Parameter(name: "b", value: sampleTensor([5], seed: 3)),
      ]
    ) { tape, inputs, parameters in
      tape.convolution(inputs[0], weight: parameters[0], bias: parameters[1], layout: layout)
    }.expectAgreement()
  }

  /// Heads of values that share a key, and a short sequence among longer ones.
  @Test func deltaRule() {
    let layout = SequenceLayout(lengths: [3, 1, 4])
    let shape = DeltaRuleShape(keyHeadCount: 2, valueHeadCount: 4, keyWidth: 3, valueWidth: 5)
    GradientCheck(
      inputs: [
        sampleTensor([8, 6]), sampleTensor([8, 6], seed: 2), sampleTensor([8, 20], seed: 3),
        sampleTensor([8, 4], seed: 4), sampleTensor([8, 4], seed: 5),
      ],
      parameters: [
        Parameter(name: "rate", value: sampleTensor([4], seed: 6)),
        Parameter(name: "bias", value: sampleTensor([4], seed: 7)),
      ]
    ) { tape, inputs, parameters in
      tape.deltaRule(
        DeltaRuleVariables(
          query: inputs[0], key: inputs[1], value: inputs[2],
          decay: tape.decay(inputs[3], rate: parameters[0], bias: parameters[1]),
          beta: tape.activated(inputs[4], .sigmoid)), shape, layout: layout)
    }.expectAgreement()
  }

  @Test func product() {
    GradientCheck(inputs: [sampleTensor([4, 5]), sampleTensor([4, 5], seed: 2)]) {
      tape, inputs, _ in
      tape.product(inputs[0], inputs[1])
    }.expectAgreement()
  }

  @Test func attentionWithSinks() {
    let sinks = Parameter(name: "s", value: sampleTensor([2], seed: 9))
    let layout = SequenceLayout(lengths: [3, 1, 4])
    let shape = AttentionShape(headCount: 2, keyValueHeadCount: 1, headWidth: 5)
    GradientCheck(
      inputs: [
        sampleTensor([8, 10]), sampleTensor([8, 5], seed: 2), sampleTensor([8, 5], seed: 3),
      ], parameters: [sinks]
    ) { tape, inputs, parameters in
      tape.attention(
        query: inputs[0], key: inputs[1], value: inputs[2], layout: layout, shape: shape,
        sinks: parameters[0])
    }.expectAgreement()
  }

  /// Parts side by side, one of them the same columns again and again.
  @Test func placed() {
    GradientCheck(inputs: [sampleTensor([4, 2]), sampleTensor([4, 6], seed: 2)]) {
      tape, inputs, _ in
      let repeated = tape.columns(of: inputs[0], ColumnBlocks(repeating: 2), count: 6)
      return tape.placed(
        [
          (repeated, ColumnBlocks(start: 0, width: 2, stride: 5)),
          (inputs[1], ColumnBlocks(start: 2, width: 2, stride: 5)),
        ], width: 15)
    }.expectAgreement()
  }

  /// Texts of two pools each, one of them the largest of each column.
  @Test func pooled() {
    GradientCheck(inputs: [sampleTensor([5, 3])]) { tape, inputs, _ in
      tape.pooled(
        inputs[0],
        [
          [.sum(of: 0..<2, weights: [1, 3], divisor: 2), .largest(of: 0..<2)],
          [.sum(of: 2..<5, weights: [1, 1, 1], divisor: 3), .largest(of: 2..<5)],
        ])
    }.expectAgreement()
  }

  @Test func unitRows() {
    GradientCheck(inputs: [sampleTensor([4, 3])]) { tape, inputs, _ in
      tape.unitRows(of: inputs[0])
    }.expectAgreement()
  }

  /// The loss is its own number, so it is checked by hand here.
  @Test(arguments: [nil, 0.8] as [Float?], [false, true])
  func linearCrossEntropy(softCap: Float?, hasBias: Bool) {
    let bias = hasBias ? Parameter(name: "b", value: sampleTensor([9], seed: 5)) : nil
    let weight = Parameter(name: "w", value: sampleTensor([9, 4]))
    let x = sampleTensor([5, 4], seed: 2)
    let (rows, labels): ([Int32], [Int32]) = ([0, 2, 4], [8, 0, 3])
    let factor: Float = 1 / 3
    func meanLoss() -> Double {
      let tape = Tape(arena: Arena(), isRecording: false)
      let result = tape.linearCrossEntropy(
        Variable(x, needsGradient: false), weight: weight, bias: bias, rows: rows, labels: labels,
        factor: factor, softCap: softCap)
      return result.losses.reduce(0) { $0 + Double($1) } * Double(factor)
    }
    weight.isTrainable = true
    bias?.isTrainable = true
    let tape = Tape(arena: Arena(), isRecording: true)
    let variable = Variable(x, needsGradient: true)
    _ = tape.linearCrossEntropy(
      variable, weight: weight, bias: bias, rows: rows, labels: labels, factor: factor,
      softCap: softCap)
    let learned = [weight] + (bias.map { [$0] } ?? [])
    let gradients =
      [(x, variable.gradient?.values ?? [])]
      + learned.map { ($0.value, $0.collectGradient()?.values ?? []) }
    for (tensor, analytic) in gradients {
      let numeric = (0..<tensor.count).map { index in
        let original = tensor[index]
        tensor[index] = original + 1e-2
        let above = meanLoss()
        tensor[index] = original - 1e-2
        let below = meanLoss()
        tensor[index] = original
        return Float((above - below) / 2e-2)
      }
      expectClose(analytic, numeric, within: 1e-3)
    }
  }
}
