import Adapters
import Autograd
import Checkpoints
import Datasets
import Models
import Tensors
import TestSupport
import Testing

/// A LoRA adapter that peft wrote, against what peft computes with it, in float64.
///
/// Tolerances as for the model itself: float32 against float64.
@Suite("A LoRA adapter agrees with peft") struct LoRAGoldenTests {
  @Test(arguments: GoldenModel.all)
  func logits(golden: GoldenModel) throws {
    let model = try golden.model()
    let ids = try #require(golden.examples().first).ids
    let plain = model.logits(ofAll: ids).values
    _ = try attach(to: model, golden)
    let expected = try golden.values("lora_logits")
    let range = (expected.max() ?? 0) - (expected.min() ?? 0)
    expectClose(model.logits(ofAll: ids).values, expected, within: 1e-4 * range)
    // The adapter does something, or nothing would have been shown.
    #expect(zip(plain, expected).map { abs($0 - $1) }.max() ?? 0 > 0.05 * range)
  }

  @Test(arguments: GoldenModel.all)
  func loss(golden: GoldenModel) throws {
    let model = try golden.model()
    _ = try attach(to: model, golden)
    expectClose(
      model.meanLoss(of: try golden.examples()), try golden.number("lora_loss"), withinShare: 1e-5)
  }

  @Test("every A and B has its gradient, and nothing else", arguments: GoldenModel.all)
  func gradients(golden: GoldenModel) throws {
    let model = try golden.model()
    let adapter = try attach(to: model, golden)
    for parameter in adapter.parameters { parameter.isTrainable = true }
    _ = model.meanLoss(of: try golden.examples())
    #expect(adapter.parameters.map(\.name).sorted() == (try golden.names("lora_gradient/")))
    for parameter in adapter.parameters {
      expectClose(
        try #require(parameter.collectGradient()).values,
        try golden.values("lora_gradient/" + parameter.name), withinShareOfLargest: 1e-4)
    }
    #expect(model.parameters.allSatisfy { $0.gradient() == nil })
  }

  @Test("taken out of force, it leaves the model as it was") func detached() throws {
    let golden = GoldenModel.untied
    let model = try golden.model()
    let ids = try #require(golden.examples().first).ids
    let plain = model.logits(ofAll: ids).bits
    let adapter = try attach(to: model, golden)
    let adapted = model.logits(ofAll: ids).bits
    adapter.setAttached(false)
    #expect(model.logits(ofAll: ids).bits == plain)
    adapter.setAttached(true)
    #expect(model.logits(ofAll: ids).bits == adapted)
  }

  private func attach(to model: Transformer, _ golden: GoldenModel) throws -> LowRankAdapter {
    try LowRankAdapter(
      reading: AdapterDirectory(path: golden.adapterPath), attachingTo: model)
  }
}
