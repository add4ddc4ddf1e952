import Autograd
import Datasets
import Models
import Tensors
import TestSupport
import Testing

/// A model's forward and backward pass against transformers, computed in float64.
@Suite("A model agrees with transformers") struct ModelGoldenTests {
  /// Tolerance: float32 against float64 over two layers; the range of logits is about 10, and
  /// rounding alone is near 1e-6 of it.
  @Test("there is a model of every family") func everyFamily() throws {
    let types = try (GoldenModel.all + GoldenModel.families).map { try $0.config().modelType }
    #expect(Set(types) == Set(ModelConfig.knownTypes))
    #expect(GoldenModel.withGradients.count >= 6 && GoldenModel.adapters.count >= 3)
  }

  @Test(arguments: GoldenModel.all + GoldenModel.families)
  func logits(golden: GoldenModel) throws {
    let ids = try #require(golden.examples().first).ids
    let expected = try golden.values("logits")
    let range = (expected.max() ?? 0) - (expected.min() ?? 0)
    #expect(range > 1)
    expectClose(try golden.model().logits(ofAll: ids).values, expected, within: 1e-4 * range)
  }

  @Test(arguments: GoldenModel.all + GoldenModel.families)
  func loss(golden: GoldenModel) throws {
    let loss = try golden.model().meanLoss(of: golden.examples())
    expectClose(loss, try golden.number("loss"), withinShare: 1e-5)
  }

  @Test(
    "every weight has its gradient", arguments: GoldenModel.all + GoldenModel.withGradients)
  func gradients(golden: GoldenModel) throws {
    let model = try golden.model()
    for parameter in model.parameters { parameter.isTrainable = true }
    _ = model.meanLoss(of: try golden.examples())
    #expect(model.parameters.map(\.name).sorted() == (try golden.names("gradient/")))
    for (parameter, plan) in model.tensors.map({ ($0.parameter, $0.plan) }) {
      let gradient = try #require(parameter.collectGradient())
      let expected = try golden.values("gradient/" + parameter.name)
      // A bias of keys shifts all scores of a query alike: its gradient is the rounding of zero.
      let largest = expected.map(abs).max() ?? 0
      expectClose(
        (plan.isTurnedInFiles ? gradient.turned : gradient).values, expected,
        within: max(1e-4 * largest, 1e-6))
    }
  }

  /// Were they computed, they would cost a third of the time.
  @Test("frozen weights get no gradient, and change none of the others'")
  func frozenWeights() throws {
    let golden = GoldenModel.untied
    let model = try golden.model()
    let trained = model.layers[1].linears[1].weight
    trained.isTrainable = true
    _ = model.meanLoss(of: try golden.examples())
    expectClose(
      try #require(trained.collectGradient()).values,
      try golden.values("gradient/" + trained.name), withinShareOfLargest: 1e-4)
    #expect(model.parameters.filter { $0.gradient() != nil }.map(\.name) == [trained.name])
  }

  @Test(
    "a sequence's logits do not depend on what it is packed with",
    arguments: [.tied] + GoldenModel.withGradients)
  func packing(golden: GoldenModel) throws {
    let model = try golden.model()
    let ids = try golden.examples().flatMap(\.ids)
    let sequences = [ids, Array(ids.suffix(5)), ids.reversed()]
    let tape = Tape(arena: .init(), isRecording: false)
    let pass = ForwardPass(tape: tape, layout: SequenceLayout(lengths: sequences.map(\.count)))
    let hidden = model.hidden(sequences.flatMap { $0 }, pass)
    let packed = model.logits(hidden, rows: Array(0..<pass.layout.rowCount), in: tape.arena).bits
    #expect(packed == sequences.flatMap { model.logits(ofAll: $0).bits })
  }
}
