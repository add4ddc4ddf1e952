import Tensors
import Testing

extension EmulatedCard {
  @Test(arguments: [(1, 1), (3, 16), (70, 33), (130, 100)])
  func columns(_ rows: Int, _ columns: Int) {
    expectSameBits("rows and columns") { n in
      let device = n.device
      let x = n.normal(rows, columns)
      device.addBias(n.normal(rows, columns), n.normal(columns))
      device.biasBackward(n.normal(columns), x)
      device.inverseRowNorms(n.empty(rows), x)
      device.scaleColumns(n.empty(rows, columns), x, by: n.normal(columns))
      device.addColumnProducts(n.normal(columns), x, n.normal(rows, columns))
      let indices = (0..<Int32(rows)).reversed().map { $0 }
      let (weights, more) = (n.normal(rows), n.normal(rows, 3))
      let places = indices.map { 3 * $0 + $0 % 3 }
      device.gather(n.empty(rows, columns), x, rows: indices)
      device.scatterAdd(n.normal(rows, columns), x, rows: indices)
      for weights in [RowNumbers(weights), RowNumbers(more, at: places)] {
        device.scatterAdd(n.normal(rows, columns), x, rows: indices, weights: weights)
        device.gather(n.empty(rows, columns), x, rows: indices, weights: weights)
        device.addRowProducts(weights, x, rows: indices, n.normal(rows, columns))
      }
      device.embeddingBackward(
        n.normal(9, columns), x, ids: (0..<rows).map { Int32(($0 * 5 + $0 / 3) % 9) })
    }
  }

  @Test func columnBlocks() {
    expectSameBits("blocks of columns") { n in
      let x = n.normal(11, 60)
      let apart = ColumnBlocks(start: 4, width: 6, stride: 14)
      n.device.takeColumns(n.empty(11, 18), x, apart)
      n.device.addColumns(n.normal(11, 60), n.normal(11, 18), apart)
      let repeated = ColumnBlocks(repeating: 5)
      n.device.takeColumns(n.empty(11, 20), x, repeated)
      n.device.addColumns(n.normal(11, 60), n.normal(11, 20), repeated)
    }
  }

  @Test(arguments: [(1, 1), (5, 17), (67, 48), (3, 300)])
  func norms(_ rows: Int, _ columns: Int) {
    expectSameBits("norms") { n in
      let device = n.device
      let (x, dy) = (n.normal(rows, columns), n.normal(rows, columns))
      let (weight, bias) = (n.normal(columns), n.normal(columns))
      let inverse = n.empty(rows)
      device.rmsNorm(
        n.empty(rows, columns), inverseRMS: inverse, x, weight: weight, offset: 1, epsilon: 1e-5)
      device.rmsNormBackward(
        n.normal(rows, columns), dWeight: n.normal(columns), dy, x, weight: weight, offset: 1,
        inverseRMS: inverse)
      let (mean, root) = (n.empty(rows), n.empty(rows))
      for bias in [nil, bias] {
        device.layerNorm(
          n.empty(rows, columns), mean: mean, inverse: root, x, weight: weight, offset: 0,
          bias: bias, epsilon: 1e-5)
      }
      device.layerNormBackward(
        n.normal(rows, columns), dWeight: n.normal(columns), dBias: n.normal(columns), dy, x,
        weight: weight, offset: 0, mean: mean, inverse: root)
    }
  }

  @Test(arguments: [1, 16, 33, 700]) func losses(_ width: Int) {
    let labels = (0..<9).map { Int32($0 * 7 % width) }
    for factor in [nil, Float(0.25)] {
      expectSameBits("losses of \(width)") { n in
        let logits = n.normal(9, width, deviation: 4)
        n.returned(n.device.largestPlaces(logits))
        var likelihoods = [Float](repeating: 0, count: width)
        n.device.likelihoods(&likelihoods, logits, row: 2, largest: width / 2, temperature: 0.7)
        n.returned(likelihoods)
        let losses = n.device.crossEntropy(logits, labels: labels, gradientFactor: factor)
        n.returned(losses.losses)
        n.returned(losses.isCorrect.map { Int32($0 ? 1 : 0) })
        let distances = n.device.divergence(
          n.normal(9, width, deviation: 4), from: n.normal(9, width, deviation: 3), labels: labels,
          gradientFactor: factor)
        n.returned(distances.losses)
        n.returned(distances.isCorrect.map { Int32($0 ? 1 : 0) })
      }
    }
  }

  @Test func convolutions() {
    let stretches = [
      AttentionStretch(queryStart: 0, queryCount: 5, keyStart: 0, keyCount: 5),
      AttentionStretch(queryStart: 5, queryCount: 1, keyStart: 5, keyCount: 1),
      AttentionStretch(queryStart: 6, queryCount: 13, keyStart: 6, keyCount: 13),
    ]
    expectSameBits("convolution") { n in
      let (x, weight) = (n.normal(19, 37), n.normal(37, 4))
      n.device.convolve(n.empty(19, 37), x, weight: weight, bias: nil, stretches)
      n.device.convolve(n.empty(19, 37), x, weight: weight, bias: n.normal(37), stretches)
      n.device.convolveBackward(
        dx: n.empty(19, 37), dWeight: n.normal(37, 4), n.normal(19, 37), x, weight: weight,
        stretches)
    }
  }
}
