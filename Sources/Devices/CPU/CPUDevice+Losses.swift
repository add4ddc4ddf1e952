import CKernels
package import Tensors

extension CPUDevice {
  package func crossEntropy(
    _ logits: Tensor, labels: [Int32], gradientFactor: Float?
  ) -> RowLosses {
    var losses = [Float](repeating: 0, count: labels.count)
    var correct = [UInt8](repeating: 0, count: labels.count)
    withExtendedLifetime(logits) {
      losses.withUnsafeMutableBufferPointer { losses in
        correct.withUnsafeMutableBufferPointer { correct in
          labels.withUnsafeBufferPointer { labels in
            var job = ft_cross_entropy_job(
              losses: losses.baseAddress, correct: correct.baseAddress, logits: logits.floats,
              gradient: gradientFactor == nil ? nil : logits.floats, labels: labels.baseAddress,
              factor: gradientFactor ?? 0, rows: labels.count, vocabulary: logits.columns)
            ft_cross_entropy(&job)
          }
        }
      }
    }
    return RowLosses(losses: losses, isCorrect: correct.map { $0 != 0 })
  }

  package func largestPlaces(_ x: Tensor) -> [Int32] {
    withExtendedLifetime(x) {
      [Int32](unsafeUninitializedCapacity: x.rows) { places, count in
        count = x.rows
        // Safety: the buffer has room for a number a row, and the kernel writes each.
        if let places = places.baseAddress { ft_argmax(places, x.floats, x.rows, x.columns) }
      }
    }
  }

  package func likelihoods(
    _ out: inout [Float], _ x: Tensor, row: Int, largest: Int, temperature: Float
  ) {
    precondition(row < x.rows && largest < x.columns && out.count == x.columns)
    withExtendedLifetime(x) {
      let logits = x.floats + row * x.columns
      ft_likelihoods(&out, logits, logits[largest], temperature, out.count)
    }
  }
}
