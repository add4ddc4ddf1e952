import Autograd
import Models
import Tensors
import TestSupport
import Testing

/// Encoders against transformers, computed in float64.
///
/// Tolerances: float32 against float64 over a few layers.
@Suite("An encoder agrees with transformers") struct EncoderGoldenTests {
  @Test("there is one of every family that does not write, and of a half that reads")
  func everyFamily() throws {
    let types = try Set(GoldenEncoder.all.map { try $0.config().modelType })
    let read: Set = [
      "albert", "bert", "distilbert", "electra", "modernbert", "roberta", "t5",
      "xlm-roberta",
    ]
    #expect(types == read)
    #expect(GoldenEncoder.masked.count >= 11 && GoldenEncoder.labelled.count >= 6)
  }

  @Test("the last hidden states, packed", arguments: GoldenEncoder.all)
  func hidden(golden: GoldenEncoder) throws {
    let model = try golden.model()
    let sequences = try golden.sequences()
    let tape = Tape(arena: .init(), isRecording: false)
    let layout = SequenceLayout(lengths: sequences.map(\.ids.count))
    let states = model.states(
      sequences.flatMap(\.ids), ForwardPass(tape: tape, layout: layout)
    ).value
    for (index, stretch) in layout.sequences.enumerated() {
      let rows = stretch.queryStart..<stretch.queryStart + stretch.queryCount
      expectClose(
        states.rows(rows).values, try golden.values("hidden/\(index)"),
        withinShareOfLargest: 1e-5)
    }
  }

  @Test("logits of every token", arguments: GoldenEncoder.masked)
  func logits(golden: GoldenEncoder) throws {
    let ids = try #require(golden.sequences().first).ids
    #expect(try golden.config().blueprint.head.task == .maskedToken)
    expectClose(
      try golden.model().logits(ofAll: ids).values, try golden.values("logits/0"),
      withinShareOfLargest: 1e-5)
  }

  @Test(
    "the loss of hidden tokens, and the gradient of every weight", arguments: GoldenEncoder.masked)
  func loss(golden: GoldenEncoder) throws {
    let model = try golden.model()
    for parameter in model.parameters { parameter.isTrainable = true }
    expectClose(model.maskedLoss(of: try golden.sequences()), try golden.loss(), withinShare: 1e-5)
    #expect(model.parameters.map(\.name).sorted() == (try golden.names("gradient/")))
    for parameter in model.parameters {
      let expected = try golden.values("gradient/" + parameter.name)
      // A number added to all scores changes none, so biases of keys have no gradient but rounding.
      let largest = max(expected.map(abs).max() ?? 0, 1e-3)
      expectClose(
        try #require(parameter.collectGradient()).values, expected, within: 1e-4 * largest)
    }
  }

  @Test("running blocks again gives the same gradients", arguments: GoldenEncoder.masked)
  func recomputed(golden: GoldenEncoder) throws {
    let gradients = try [false, true].map { recomputes in
      let model = try golden.model()
      for parameter in model.parameters { parameter.isTrainable = true }
      _ = model.maskedLoss(of: try golden.sequences(), recomputes: recomputes)
      return model.parameters.map { $0.collectGradient()?.bits ?? [] }
    }
    #expect(gradients[0] == gradients[1])
  }

  @Test("scores of labels", arguments: GoldenEncoder.labelled)
  func labels(golden: GoldenEncoder) throws {
    let model = try golden.model()
    guard case .labels(let task) = model.blueprint.head.task else {
      Issue.record("\(model.blueprint.head.task)")
      return
    }
    #expect(task.names == ["no", "yes", "maybe"])
    let sequences = try golden.sequences()
    let scores = model.labelScores(sequences.map(\.ids))
    #expect(scores.count == sequences.count)
    for (index, row) in scores.enumerated() {
      expectClose(row, try golden.values("logits/\(index)"), withinShareOfLargest: 1e-5)
    }
  }

  @Test("a folder without a head is read as such", arguments: ["bert-plain", "roberta-plain"])
  func plain(name: String) throws {
    let model = try GoldenEncoder(description: name).model()
    #expect(model.blueprint.head.task == .nothing)
    // The names are those of the file, with the pooler, which nothing here reads.
    #expect(model.parameters.contains { $0.name == "pooler.dense.weight" })
    #expect(model.linears.contains { $0.path == "encoder.layer.1.attention.self.query" })
  }

  @Test("blocks that share weights count them once") func shared() throws {
    let model = try GoldenEncoder(description: "albert").model()
    #expect(model.layers.count == 4)
    #expect(Set(model.parameters.map(\.name)).count == model.parameters.count)
    #expect(Set(model.linears.map(\.path)).count == model.linears.count)
    #expect(model.parameters.map(\.name) == model.blueprint.tensors.map(\.name))
  }
}

extension Transformer {
  /// Computes the mean loss per hidden token, in nats, of sequences packed into one batch, and leaves
  /// its gradients in the parameters that are trainable.
  fileprivate func maskedLoss(
    of sequences: [GoldenEncoder.Sequence], recomputes: Bool = false
  ) -> Double {
    let tape = Tape(arena: Arena(), isRecording: true, recomputes: recomputes)
    let layout = SequenceLayout(lengths: sequences.map(\.ids.count))
    var (rows, labels): ([Int32], [Int32]) = ([], [])
    for (sequence, stretch) in zip(sequences, layout.sequences) {
      rows += sequence.labels.map { Int32(stretch.queryStart) + $0.place }
      labels += sequence.labels.map(\.token)
    }
    let states = hidden(sequences.flatMap(\.ids), ForwardPass(tape: tape, layout: layout))
    let losses = head.losses(
      states, rows: rows, labels: labels, factor: 1 / Float(rows.count), on: tape
    ).losses
    tape.backward()
    return losses.reduce(0) { $0 + Double($1) } / Double(losses.count)
  }
}
