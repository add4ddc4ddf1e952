import CKernels
package import Tensors

extension CPUDevice {
  package func crossEntropy(
    _ logits: Tensor, labels: [Int32], gradientFactor: Float?
  ) -> RowLosses {
    withExtendedLifetime(logits) {
      rowLosses(labels) { losses, correct, labels in
        var job = ft_cross_entropy_job(
          losses: losses, correct: correct, logits: logits.floats,
          gradient: gradientFactor == nil ? nil : logits.floats, labels: labels,
          factor: gradientFactor ?? 0, rows: logits.rows, vocabulary: logits.columns)
        ft_cross_entropy(&job)
      }
    }
  }

  package func divergence(
    _ logits: Tensor, from targets: Tensor, labels: [Int32], gradientFactor: Float?
  ) -> RowLosses {
    withExtendedLifetime((logits, targets)) {
      rowLosses(labels) { losses, correct, labels in
        var job = ft_divergence_job(
          losses: losses, correct: correct, logits: logits.floats, targets: targets.floats,
          labels: labels, has_gradient: gradientFactor != nil, factor: gradientFactor ?? 0,
          rows: logits.rows, vocabulary: logits.columns)
        ft_divergence(&job)
      }
    }
  }

  /// Has a kernel write a loss a label, and whether the label is the likeliest.
  private func rowLosses(
    _ labels: [Int32],
    _ compute: (UnsafeMutablePointer<Float>?, UnsafeMutablePointer<UInt8>?, UnsafePointer<Int32>?)
      ->
      Void
  ) -> RowLosses {
    var losses = [Float](repeating: 0, count: labels.count)
    var correct = [UInt8](repeating: 0, count: labels.count)
    losses.withUnsafeMutableBufferPointer { losses in
      correct.withUnsafeMutableBufferPointer { correct in
        labels.withUnsafeBufferPointer {
          compute(losses.baseAddress, correct.baseAddress, $0.baseAddress)
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
