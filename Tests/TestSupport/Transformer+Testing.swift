import Autograd
package import Datasets
package import Models
package import Tensors

extension Transformer {
  /// Computes the logits of every token of one sequence in one pass, `[T, V]`.
  package func logits(ofAll ids: [Int32], in arena: Arena = Arena()) -> Tensor {
    let tape = Tape(arena: arena, isRecording: false)
    let pass = ForwardPass(tape: tape, layout: SequenceLayout(lengths: [ids.count]))
    return logits(hidden(ids, pass), rows: Array(ids.indices), in: tape.arena)
  }

  /// Computes the mean loss per trained token, in nats, of examples packed into one batch, and
  /// leaves its gradients in the parameters that are trainable.
  package func meanLoss(of examples: [EncodedExample]) -> Double {
    let batch = PackedBatch(examples)
    let tape = Tape(arena: Arena(), isRecording: true)
    let layout = SequenceLayout(lengths: examples.map { $0.ids.count - 1 })
    let losses = head.losses(
      hidden(batch.inputs, ForwardPass(tape: tape, layout: layout)), rows: batch.trainedIndices,
      labels: batch.trainedLabels, factor: 1 / Float(batch.trainedIndices.count), on: tape
    ).losses
    tape.backward()
    return losses.reduce(0) { $0 + Double($1) } / Double(losses.count)
  }

  /// A copy of every weight's bits, by name: two models are the same when these are equal.
  package var bits: [String: [UInt32]] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value.bits) })
  }
}

extension Tensor {
  /// The bits of each value: unlike values, NaN equals itself and -0 is not 0.
  package var bits: [UInt32] { values.map(\.bitPattern) }
}

extension Transformer {
  /// A copy of the model on another device.
  package func copied(to device: any Device) -> Transformer {
    let tensors = namedTensors
    return Transformer(config: config) { plan in
      .dense(Tensor(tensors[plan.name]?.values ?? [], shape: plan.shape, on: device))
    }
  }
}
