import Autograd
package import Checkpoints
import Tensors

/// How the last hidden states of a text become its vector, with the weights that this takes.
package struct SentenceHead {
  /// What is done.
  package let plan: SentencePlan
  /// The tokens of a prompt that all texts begin with, where the plan leaves them out.
  package let promptLength: Int
  /// The layers of the plan's dense steps, in order.
  private let dense: [DenseLayer]
  /// The width of the vectors.
  package let width: Int

  /// A layer whose weights no training changes.
  private struct DenseLayer {
    /// `[O, I]`.
    let weight: Parameter
    /// `[O]`.
    let bias: Parameter?
  }

  /// Reads the weights that the plan names beside the model's.
  ///
  /// - Throws: ``CheckpointError/wrongShape(tensor:path:found:expected:)`` where a dense layer does
  ///   not read what comes before it, and what reading throws.
  package init(
    _ plan: SentencePlan, of model: Transformer, promptLength: Int = 0
  ) throws(CheckpointError) {
    (self.plan, self.promptLength) = (plan, plan.includesPrompt ? 0 : promptLength)
    var layers: [DenseLayer] = []
    var width = model.config.hiddenSize * plan.poolings.count
    for case .dense(let step) in plan.steps {
      let file = try Safetensors(path: step.path)
      func parameter(_ name: String, _ shape: [Int]) throws(CheckpointError) -> Parameter {
        Parameter(
          name: name,
          weights: .dense(
            try file.tensor(named: name, shape: shape, areWeights: true, on: model.device)))
      }
      layers.append(
        DenseLayer(
          weight: try parameter("linear.weight", [step.outputs, width]),
          bias: step.hasBias ? try parameter("linear.bias", [step.outputs]) : nil))
      width = step.outputs
    }
    (dense, self.width) = (layers, width)
  }

  /// The mean over all tokens, which is what a model without a word about it means.
  init(meanOf model: Transformer) {
    (plan, promptLength, dense, width) = (SentencePlan(), 0, [], model.config.hiddenSize)
  }

  /// Whether it has weights of its own.
  package var hasWeights: Bool { !dense.isEmpty }

  /// Makes the vectors of texts whose states lie one after the other.
  func vectors(
    of states: Variable, _ texts: [AttentionStretch], on tape: Tape
  ) -> Variable {
    var vectors = tape.pooled(states, texts.map { text in plan.poolings.map { pool($0, text) } })
    var layers = dense[...]
    for step in plan.steps {
      switch step {
      case .normalize: vectors = tape.unitRows(of: vectors)
      case .dense(let step):
        guard let layer = layers.popFirst() else { continue }
        vectors = tape.linear(vectors, weight: layer.weight, bias: layer.bias)
        if let activation = step.activation { vectors = tape.activated(vectors, activation) }
      }
    }
    return vectors
  }

  /// Of which rows a pooling is, and what each counts.
  private func pool(_ pooling: SentencePlan.Pooling, _ text: AttentionStretch) -> RowPool {
    // Something is pooled, however long the prompt is.
    let skipped = min(promptLength, max(0, text.queryCount - 1))
    let (first, end) = (text.queryStart + skipped, text.queryStart + text.queryCount)
    let count = Double(end - first)
    func sum(_ divisor: Double, _ weight: (Int) -> Double) -> RowPool {
      .sum(of: first..<end, weights: (skipped..<text.queryCount).map(weight), divisor: divisor)
    }
    return switch pooling {
    case .first: .sum(of: first..<first + 1, weights: [1], divisor: 1)
    case .last: .sum(of: end - 1..<end, weights: [1], divisor: 1)
    case .largest: .largest(of: first..<end)
    case .mean: sum(count) { _ in 1 }
    case .meanByRoot: sum(count.squareRoot()) { _ in 1 }
    case .weightedMean:
      sum((skipped..<text.queryCount).reduce(0) { $0 + Double($1 + 1) }) { Double($0 + 1) }
    }
  }
}
