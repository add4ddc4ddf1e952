package import Autograd
package import Datasets
package import Models
package import Tensors

/// A model whose distributions of tokens another one learns; nothing of it is trained.
///
/// `@unchecked Sendable`: it computes where the learning model does, and on that thread alone.
package final class Teacher: @unchecked Sendable {
  /// What computes them.
  let model: Transformer

  package init(_ model: Transformer) { self.model = model }
}

/// The distribution of each trained token is to be that of a teacher: one loss a token, in nats.
///
/// The teacher reads the same rows, without a gradient, a micro-batch after the other.
package struct Distil: Objective {
  private let teacher: Teacher
  private let temperature: Double

  package init(from teacher: Teacher, temperature: Double = 1) {
    (self.teacher, self.temperature) = (teacher, temperature)
  }

  package func lossCount(of example: EncodedExample) -> Int { example.trainedCount }

  package func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream? = nil, factor: Float
  ) -> RowLosses {
    let batch = PackedBatch(examples)
    let layout = SequenceLayout(batch.tokens)
    let (teacher, rows) = (self.teacher.model, batch.trainedIndices)
    let taught = teacher.hidden(
      batch.inputs,
      ForwardPass(tape: Tape(arena: tape.arena, isRecording: false), layout: layout))
    let pass = ForwardPass(tape: tape, layout: layout, dropout: dropout)
    return model.head.losses(
      model.hidden(batch.inputs, pass), rows: rows, labels: batch.trainedLabels, factor: factor,
      temperature: Float(temperature), on: tape
    ) { range in
      teacher.head.logits(taught, rows: rows[range].map(Int.init), in: tape.arena)
    }
  }
}
