import Tensors
import Testing

extension EmulatedCard {
  /// A way to attend.
  struct Way: CustomTestStringConvertible {
    var heads = 4, keyHeads = 2, width = 20
    var options = AttentionOptions(scale: 0.3)
    var hasBias = false
    var hasScores = false
    var testDescription: String {
      "\(heads)/\(keyHeads) × \(width), \(options), \(hasBias), \(hasScores)"
    }
  }

  static let ways = [
    Way(),
    Way(heads: 3, keyHeads: 3, width: 64),
    Way(heads: 2, keyHeads: 1, width: 72, options: AttentionOptions(scale: 0.2, softCap: 5)),
    Way(heads: 1, keyHeads: 1, width: 256),
    Way(options: AttentionOptions(scale: 0.3, window: 19)),
    Way(options: AttentionOptions(scale: 0.3, isCausal: false), hasBias: true),
    Way(options: AttentionOptions(scale: 0.3, isCausal: false, window: 33)),
    Way(hasScores: true),
  ]

  @Test(arguments: ways) func attention(_ way: Way) {
    // Lengths below, at and beyond tiles of queries and keys.
    let lengths = [1, 31, 64, 65, 150]
    var start = 0
    let stretches = lengths.map { length in
      defer { start += length }
      return AttentionStretch(
        queryStart: start, queryCount: length, keyStart: start, keyCount: length)
    }
    let (rows, shape) = (
      start,
      AttentionShape(
        headCount: way.heads, keyValueHeadCount: way.keyHeads, headWidth: way.width)
    )
    expectSameBits("\(way.testDescription)") { n in
      let device = n.device
      let (queryWidth, keyWidth) = (way.heads * way.width, way.keyHeads * way.width)
      let (q, k, v) = (
        n.normal(rows, queryWidth), n.normal(rows, keyWidth), n.normal(rows, keyWidth)
      )
      let (out, logSum) = (n.empty(rows, queryWidth), n.empty(rows, way.heads))
      let width = 2 * 150 + 2 * DistanceBias.margin
      let bias =
        way.hasBias
        ? DistanceBias(numbers: n.normal(way.heads, width), origin: 150 + DistanceBias.margin) : nil
      let scores = way.hasScores ? n.normal(way.heads, 256) : nil
      device.attention(
        out, logSum: logSum, query: q, key: k, value: v, keyScores: scores, bias: bias, stretches,
        shape, way.options)
      let dBias = bias.map { _ in n.normal(stretches.count, way.heads * width) }
      device.attentionBackward(
        dQuery: n.normal(rows, queryWidth), dKey: n.normal(rows, keyWidth),
        dValue: n.normal(rows, keyWidth), dBias: dBias, n.normal(rows, queryWidth), out: out,
        logSum: logSum, query: q, key: k, value: v, keyScores: scores, bias: bias, stretches, shape,
        way.options)
    }
  }

  @Test(arguments: [false, true]) func cachedAttention(_ isBfloat16: Bool) {
    let (heads, keyHeads, width, tokens) = (4, 2, 24, 100)
    let (elementSize, keyWidth) = (isBfloat16 ? 2 : 4, keyHeads * width)
    let shape = AttentionShape(headCount: heads, keyValueHeadCount: keyHeads, headWidth: width)
    expectSameBits("cache, bfloat16 \(isBfloat16)") { n in
      let device = n.device
      let (keys, values) = (n.normal(tokens, keyWidth), n.normal(tokens, keyWidth))
      let (keyOffset, valueOffset) = (64, 64 + keyWidth * 64)
      let blocks = (0..<2).compactMap { _ in
        device.allocate((valueOffset + keyWidth * 64) * elementSize, isStreamed: false)
      }
      var row = 0
      for count in [3, 61, 30, 6] {
        device.store(
          keys: keys, values: values, rows: row..<row + count,
          at: CachedPlace(
            block: blocks[row / 64].address, keyOffset: keyOffset, valueOffset: valueOffset,
            first: row % 64, isBfloat16: isBfloat16))
        row += count
      }
      let cached = CachedKeys(
        blocks: blocks.map(\.address), keyOffset: keyOffset, valueOffset: valueOffset,
        isBfloat16: isBfloat16)
      for queries in [1, 9] {
        device.attention(
          n.empty(queries, heads * width), logSum: n.empty(queries, heads),
          query: n.normal(queries, heads * width), cached: cached, keyScores: nil, bias: nil,
          [
            AttentionStretch(
              queryStart: 0, queryCount: queries, keyStart: 0, keyCount: tokens)
          ], shape, AttentionOptions(scale: 0.2))
      }
      for block in blocks { device.release(block) }
    }
  }

  @Test(arguments: [false, true]) func rotation(_ isInterleaved: Bool) {
    expectSameBits("rotation") { n in
      let (cosine, sine) = (n.empty(40, 11), n.empty(40, 11))
      n.device.rotaryTable(
        cosine: cosine, sine: sine, inverseFrequencies: (0..<11).map { 1 / Double(1 + 3 * $0) })
      for isInverse in [false, true] {
        n.device.rotate(
          n.normal(17, 3 * 24), positions: (0..<17).map { Int32($0 * 2) }, cosine: cosine,
          sine: sine, isInverse: isInverse, isInterleaved: isInterleaved, headCount: 3,
          headWidth: 24)
      }
    }
  }

  @Test func sinks() {
    expectSameBits("sinks") { n in
      let (out, logSum, sinks) = (
        n.normal(9, 3 * 20), n.normal(9, 3, deviation: 40), n.normal(3, deviation: 9)
      )
      n.device.addSinks(out, logSum: logSum, sinks: sinks)
      n.device.sinksBackward(
        n.normal(3), n.normal(9, 3 * 20), out: out, logSum: logSum, sinks: sinks)
    }
  }
}
