import Autograd
package import Checkpoints
import Tensors

/// Makes one vector of each text, from a model's last hidden states.
package final class SentenceEncoder {
  private let model: Transformer
  private let plan: SentencePlan
  /// The layers of the plan's dense steps, in order.
  private let dense: [DenseLayer]
  /// The width of the vectors.
  package let width: Int

  /// A layer with its weights read.
  private struct DenseLayer {
    /// `[O, I]`.
    let weight: Tensor
    /// `[O]`.
    let bias: Tensor?
  }

  /// Reads the weights that the plan names beside the model's.
  ///
  /// - Throws: ``CheckpointError/wrongShape(tensor:path:found:expected:)`` where a dense layer does
  ///   not read what comes before it, and what reading throws.
  package init(_ model: Transformer, _ plan: SentencePlan) throws(CheckpointError) {
    self.model = model
    self.plan = plan
    var layers: [DenseLayer] = []
    var width = model.config.hiddenSize * plan.poolings.count
    for case .dense(let step) in plan.steps {
      let file = try Safetensors(path: step.path)
      let weight = try file.tensor(
        named: "linear.weight", shape: [step.outputs, width], areWeights: true, on: model.device)
      let bias =
        step.hasBias
        ? try file.tensor(
          named: "linear.bias", shape: [step.outputs], areWeights: true, on: model.device) : nil
      layers.append(DenseLayer(weight: weight, bias: bias))
      width = step.outputs
    }
    dense = layers
    self.width = width
  }

  /// Returns the vectors of texts that are tokens already, computed in passes of about `budget`
  /// tokens.
  ///
  /// The first `promptLength` tokens of each are those of a prompt, where the plan leaves them out.
  /// A text's vector does not depend on the others.
  package func vectors(
    of texts: [[Int32]], promptLength: Int = 0, budget: Int = 4096
  ) -> [[Float]] {
    var vectors: [[Float]] = []
    var pack: [[Int32]] = []
    var count = 0
    for text in texts {
      if count > 0, count + text.count > budget {
        vectors += pass(pack, promptLength)
        (pack, count) = ([], 0)
      }
      pack.append(text)
      count += text.count
    }
    return vectors + pass(pack, promptLength)
  }

  /// The vectors of texts that lie one after the other in one pass.
  private func pass(_ texts: [[Int32]], _ promptLength: Int) -> [[Float]] {
    guard !texts.isEmpty else { return [] }
    let arena = Arena(model.device)
    let tape = Tape(arena: arena, isRecording: false)
    let layout = SequenceLayout(lengths: texts.map(\.count))
    let hidden = model.textStates(texts, on: tape).value
    let numbers = hidden.values
    let pooled = layout.sequences.map { stretch in
      let skipped = plan.includesPrompt ? 0 : min(promptLength, max(0, stretch.queryCount - 1))
      let rows = TokenRows(
        numbers: numbers, width: hidden.columns, first: stretch.queryStart, skipped: skipped,
        count: stretch.queryCount)
      return plan.poolings.flatMap(rows.pooled)
    }
    return stepped(pooled)
  }

  /// Takes pooled vectors through the steps.
  private func stepped(_ pooled: [[Float]]) -> [[Float]] {
    var vectors = pooled
    var layers = dense[...]
    for step in plan.steps {
      switch step {
      case .normalize: vectors = vectors.map(normalized)
      case .dense(let step):
        guard let layer = layers.popFirst() else { continue }
        vectors = project(vectors, layer, step.activation)
      }
    }
    return vectors
  }

  private func project(
    _ vectors: [[Float]], _ layer: DenseLayer, _ activation: Activation?
  ) -> [[Float]] {
    let width = layer.weight.columns
    let rows = Tensor(vectors.flatMap(\.self), shape: [vectors.count, width], on: model.device)
    let products = Tensor(uninitialized: [vectors.count, layer.weight.rows], on: model.device)
    multiply(into: products, rows, layer.weight.transposed)
    if let bias = layer.bias { model.device.addBias(products, bias) }
    if let activation { model.device.activate(products, products, activation) }
    return (0..<products.rows).map { products.rows($0..<$0 + 1).values }
  }

  /// The vector with length 1; one of zeros stays as it is.
  private func normalized(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return vector.map { Float(Double($0) / max(length, 1e-12)) }
  }
}
