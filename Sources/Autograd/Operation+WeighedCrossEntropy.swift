package import Tensors

extension Tape {
  /// ``linearCrossEntropy(_:weight:bias:rows:labels:factor:softCap:)`` where how much each row's loss
  /// counts follows from the losses of all of them: as in a loss of whole texts' likelihoods.
  ///
  /// `weigh` is given the losses of `rows`, in order, and returns the derivative of the tape's loss by
  /// each. A frozen head goes over the rows once, as a row's gradient is its weight times that of its
  /// own loss; one that is trained goes over them again once the weights are known. Cost: 2·V·C a row
  /// more than without weights when the head is trained.
  package func weighedCrossEntropy(
    _ x: Variable, weight: Parameter, bias: Parameter? = nil, rows: [Int32], labels: [Int32],
    softCap: Float? = nil, weigh: (RowLosses) -> [Float]
  ) -> RowLosses {
    precondition(rows.count == labels.count, "\(rows.count) rows, \(labels.count) labels")
    precondition(labels.allSatisfy { $0 >= 0 && Int($0) < weight.shape[0] }, "a label beyond V")
    let head = WeighedHead(
      tape: self, x: x, weight: weight, bias: bias, softCap: softCap, rows: rows, labels: labels)
    let trainsHead = isRecording && (weight.isTrainable || bias?.isTrainable == true)
    let needsInput = isRecording && x.needsGradient
    let dx = needsInput ? Tensor(zeros: x.shape, in: arena) : nil
    let losses = head.pass(trainsHead ? .losses : dx.map { .inputs($0) } ?? .losses)
    let weights = weigh(losses)
    precondition(weights.count == rows.count, "\(weights.count) weights of \(rows.count) rows")
    if trainsHead { _ = head.pass(.weighed(dx, weights)) }
    if let dx { give(trainsHead ? dx : weighed(dx, rows: rows, weights), to: x) }
    if let profile {
      let cost = OperationCost.crossEntropy(
        rows: rows.count, weight: weight, givesInputGradient: dx != nil, trainsHead: trainsHead)
      profile.ended(cost.name, .forward, cost.forward)
    }
    return losses
  }

  /// The rows of a gradient times their weights; those that are not named are zero and stay so.
  private func weighed(_ dx: Tensor, rows: [Int32], _ weights: [Float]) -> Tensor {
    var all = [Float](repeating: 0, count: dx.rows)
    for (row, weight) in zip(rows, weights) { all[Int(row)] = weight }
    let weighed = tensor(dx.shape)
    device.gather(
      weighed, dx, rows: Array(0..<Int32(dx.rows)), weights: RowNumbers(tensor(of: all, [dx.rows])))
    return weighed
  }
}

/// The head and the losses of some rows, a chunk of logits at a time.
private struct WeighedHead {
  let tape: Tape
  let x: Variable
  let weight: Parameter
  let bias: Parameter?
  let softCap: Float?
  let rows: [Int32]
  let labels: [Int32]

  /// What is made of the logits.
  enum Purpose {
    /// The losses alone.
    case losses
    /// Also the gradient of each row of the input, as if each loss counted 1.
    case inputs(Tensor)
    /// The gradients of everything, each row's times its weight.
    case weighed(Tensor?, [Float])
  }

  func pass(_ purpose: Purpose) -> RowLosses {
    var all = RowLosses()
    let chunk = CrossEntropyChunk.rowCount(vocabularySize: weight.shape[0])
    for start in stride(from: 0, to: rows.count, by: chunk) {
      let losses = pass(start..<min(start + chunk, rows.count), purpose)
      all.losses += losses.losses
      all.isCorrect += losses.isCorrect
    }
    return all
  }

  private func pass(_ range: Range<Int>, _ purpose: Purpose) -> RowLosses {
    let (device, indices) = (tape.device, Array(rows[range]))
    let hidden = tape.tensor([range.count, x.value.columns])
    let logits = tape.tensor([range.count, weight.shape[0]])
    device.gather(hidden, x.value, rows: indices)
    multiply(into: logits, hidden, weight.weights.transposed)
    if let bias { device.addBias(logits, bias.value) }
    if let softCap { logits.softCap(softCap) }
    var needsGradient = true
    if case .losses = purpose { needsGradient = false }
    let capped = softCap != nil && needsGradient ? logits.copy(in: tape.arena) : nil
    let losses = device.crossEntropy(
      logits, labels: Array(labels[range]), gradientFactor: needsGradient ? 1 : nil)
    if let softCap, let capped { logits.multiplySoftCapSlope(of: capped, cap: softCap) }
    switch purpose {
    case .losses: break
    case .inputs(let dx):
      multiply(into: hidden, logits, weight.weights)
      device.scatterAdd(dx, hidden, rows: indices)
    case .weighed(let dx, let weights):
      let weights = RowNumbers(tape.tensor(of: Array(weights[range]), [range.count]))
      if let gradient = bias?.gradient() {
        let weighed = tape.tensor(logits.shape)
        device.gather(weighed, logits, rows: Array(0..<Int32(range.count)), weights: weights)
        device.biasBackward(gradient, weighed)
      }
      if let gradient = weight.gradient(for: .outputHead) {
        device.gather(hidden, x.value, rows: indices, weights: weights)
        multiply(into: gradient, logits.transposed, hidden, accumulate: true)
      }
      guard let dx else { break }
      multiply(into: hidden, logits, weight.weights)
      device.scatterAdd(dx, hidden, rows: indices, weights: weights)
    }
    return losses
  }
}
