import Autograd
import Models
import Tensors
import TestSupport
import Testing

/// Encoder-decoders against transformers, computed in float64.
///
/// Tolerances: float32 against float64 over a few layers.
@Suite("An encoder-decoder agrees with transformers") struct PairGoldenTests {
  @Test("there is one of every family") func everyFamily() throws {
    let types = try Set(GoldenPair.all.map { try $0.config().modelType })
    #expect(types == ["t5", "mt5", "umt5"] && GoldenPair.all.count == 4)
  }

  @Test("what is read of packed prompts", arguments: GoldenPair.all)
  func read(golden: GoldenPair) throws {
    let prompts = try golden.pairs().map(\.prompt)
    let tape = Tape(arena: .init(), isRecording: false)
    let states = try #require(try golden.model().read(prompts, on: tape)).states.value
    var row = 0
    for (index, prompt) in prompts.enumerated() {
      expectClose(
        states.rows(row..<row + prompt.count).values, try golden.values("read/\(index)"),
        withinShareOfLargest: 1e-5)
      row += prompt.count
    }
  }

  @Test("the loss of answers, and the gradient of every weight", arguments: GoldenPair.all)
  func loss(golden: GoldenPair) throws {
    let model = try golden.model()
    for parameter in model.parameters { parameter.isTrainable = true }
    expectClose(model.loss(of: try golden.pairs()), try golden.loss(), withinShare: 1e-5)
    #expect(model.parameters.map(\.name).sorted() == (try golden.names("gradient/")))
    for parameter in model.parameters {
      expectClose(
        try #require(parameter.collectGradient()).values,
        try golden.values("gradient/" + parameter.name), withinShareOfLargest: 1e-4)
    }
  }

  @Test("running blocks again gives the same gradients", arguments: GoldenPair.all)
  func recomputed(golden: GoldenPair) throws {
    let gradients = try [false, true].map { recomputes in
      let model = try golden.model()
      for parameter in model.parameters { parameter.isTrainable = true }
      _ = model.loss(of: try golden.pairs(), recomputes: recomputes)
      return model.parameters.map { $0.collectGradient()?.bits ?? [] }
    }
    #expect(gradients[0] == gradients[1])
  }

  @Test("files of the reading half alone make an encoder") func readingHalf() throws {
    let golden = try #require(GoldenPair.all.first)
    let names = try golden.config().blueprint.tensors.map(\.name).filter {
      !$0.hasPrefix("decoder.")
    }
    let blueprint = try golden.config().fitted(to: names).blueprint
    #expect(blueprint.head.task == .nothing && blueprint.reader == nil)
    #expect(Set(blueprint.tensors.map(\.name)).isSubset(of: names))
  }
}

extension Transformer {
  /// Computes the mean loss per token of the answers, in nats, packed, and leaves its gradients in the
  /// parameters that are trainable.
  fileprivate func loss(of pairs: [GoldenPair.Pair], recomputes: Bool = false) -> Double {
    let tape = Tape(arena: Arena(), isRecording: true, recomputes: recomputes)
    let start = Int32(blueprint.reader?.startID ?? 0)
    let inputs = pairs.map { [start] + $0.answer.dropLast() }
    let labels = pairs.flatMap(\.answer)
    guard let prompts = read(pairs.map(\.prompt), on: tape) else { return .nan }
    let pass = ForwardPass(
      tape: tape, layout: SequenceLayout(lengths: inputs.map(\.count)), prompts: [prompts])
    let losses = head.losses(
      hidden(inputs.flatMap(\.self), pass), rows: labels.indices.map(Int32.init), labels: labels,
      factor: 1 / Float(labels.count), on: tape
    ).losses
    tape.backward()
    return losses.reduce(0) { $0 + Double($1) } / Double(losses.count)
  }
}
