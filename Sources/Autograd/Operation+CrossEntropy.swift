package import Tensors

extension Tape {
  /// The output head and the cross-entropy of the rows that are trained, in one.
  ///
  /// Shapes: `x` is `[N, C]`, `weight` `[V, C]`, `bias` `[V]`, `rows` name the trained rows of `x` in ascending
  /// order, and `labels` their right tokens. Logits exist for a chunk of rows at a time, never
  /// `[N, V]`, and only for trained rows. When recording, the gradient is computed in the same
  /// pass: of `factor` · the sum of losses, `factor` being 1 / (trained tokens of the whole step).
  /// `softCap` keeps logits within ±cap, as ``AttentionOptions/softCap`` does scores. Cost: 2·V·C a
  /// trained row, three times that when everything is trained.
  package func linearCrossEntropy(
    _ x: Variable, weight: Parameter, bias: Parameter? = nil, rows: [Int32], labels: [Int32],
    factor: Float, softCap: Float? = nil
  ) -> RowLosses {
    linearLosses(x, weight: weight, bias: bias, rows: rows, labels: labels, softCap: softCap) {
      logits, range, isForGradient in
      device.crossEntropy(
        logits, labels: Array(labels[range]), gradientFactor: isForGradient ? factor : nil)
    }
  }

  /// The output head and a loss of each of its rows, as in
  /// ``linearCrossEntropy(_:weight:bias:rows:labels:factor:softCap:)``.
  ///
  /// `losses` is given the logits of some of `rows`, `[M, V]`, and which these are, and returns their
  /// losses; when it is told that a gradient follows, it replaces the logits by theirs.
  func linearLosses(
    _ x: Variable, weight: Parameter, bias: Parameter?, rows: [Int32], labels: [Int32],
    softCap: Float?,
    _ losses: (_ logits: Tensor, _ range: Range<Int>, _ isForGradient: Bool) -> RowLosses
  ) -> RowLosses {
    precondition(rows.count == labels.count, "\(rows.count) rows, \(labels.count) labels")
    precondition(labels.allSatisfy { $0 >= 0 && Int($0) < weight.shape[0] }, "a label beyond V")
    let channels = x.value.columns
    let trainsHead = isRecording && (weight.isTrainable || bias?.isTrainable == true)
    let needsGradient = isRecording && (x.needsGradient || trainsHead)
    var all = RowLosses()
    let dx = needsGradient && x.needsGradient ? Tensor(zeros: x.shape, in: arena) : nil
    let chunk = CrossEntropyChunk.rowCount(vocabularySize: weight.shape[0])
    for start in stride(from: 0, to: rows.count, by: chunk) {
      let range = start..<min(start + chunk, rows.count)
      let indices = Array(rows[range])
      let hidden = tensor([range.count, channels])
      let logits = tensor([range.count, weight.shape[0]])
      device.gather(hidden, x.value, rows: indices)
      multiply(
        into: logits, hidden, weight.weights.transposed, activations: activations, in: arena)
      if let bias { device.addBias(logits, bias.value) }
      if let softCap { logits.softCap(softCap) }
      // The loss below turns logits into their gradient; the cap's slope needs them once more.
      let capped = softCap != nil && needsGradient ? logits.copy(in: arena) : nil
      let found = losses(logits, range, needsGradient)
      all.losses += found.losses
      all.isCorrect += found.isCorrect
      if let softCap, let capped { logits.multiplySoftCapSlope(of: capped, cap: softCap) }
      if isRecording, let gradient = bias?.gradient() { device.biasBackward(gradient, logits) }
      if isRecording, let gradient = weight.gradient(for: .outputHead) {
        multiply(into: gradient, logits.transposed, hidden, accumulate: true)
      }
      if let dx {
        multiply(into: hidden, logits, weight.weights)
        device.scatterAdd(dx, hidden, rows: indices)
      }
    }
    if let dx { give(dx, to: x) }
    if let profile {
      let cost = OperationCost.crossEntropy(
        rows: rows.count, weight: weight, givesInputGradient: dx != nil, trainsHead: trainsHead)
      profile.ended(cost.name, .forward, cost.forward)
    }
    return all
  }
}

/// How much of the logits exists at a time.
package enum CrossEntropyChunk {
  /// Rows a chunk: 512, or fewer where the vocabulary is large, so that logits stay within 64 MiB.
  ///
  /// At least 128, so that the head's matrix is packed for enough rows at a time to pay.
  package static func rowCount(vocabularySize: Int) -> Int {
    min(512, max(128, (16 << 20) / max(1, vocabularySize) / 16 * 16))
  }
}
