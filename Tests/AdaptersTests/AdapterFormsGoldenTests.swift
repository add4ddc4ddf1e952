import Adapters
import Autograd
import Checkpoints
import Datasets
import Models
import Tensors
import TestSupport
import Testing

/// Adapters of every kind that peft wrote, against what peft computes, in float64.
///
/// Tolerances: float32 against float64, in a model of two layers.
@Suite("Adapters agree with peft") struct AdapterFormsGoldenTests {
  @Test(arguments: GoldenModel.adapters)
  func logits(golden: GoldenModel) throws {
    let model = try golden.baseModel()
    let ids = try #require(golden.examples().first).ids
    let plain = model.logits(ofAll: ids).values
    _ = try attach(golden, to: model)
    let expected = try golden.values("logits")
    let range = (expected.max() ?? 0) - (expected.min() ?? 0)
    expectClose(model.logits(ofAll: ids).values, expected, within: 2e-6 * range)
    // The adapter does something, or nothing would have been shown.
    #expect(zip(plain, expected).map { abs($0 - $1) }.max() ?? 0 > 0.05 * range)
  }

  @Test(
    "every learned tensor has its gradient, and nothing else", arguments: GoldenModel.plainAdapters)
  func gradients(golden: GoldenModel) throws {
    let model = try golden.baseModel()
    let adapter = try attach(golden, to: model)
    for parameter in adapter.parameters { parameter.isTrainable = true }
    expectClose(
      model.meanLoss(of: try golden.examples()), try golden.number("loss"), withinShare: 1e-5)
    #expect(adapter.parameters.map(\.name).sorted() == (try golden.names("gradient/")))
    #expect(adapter.isTrainable == !adapter.parameters.isEmpty)
    for parameter in adapter.parameters {
      let gradient = try #require(parameter.collectGradient())
      let expected = try golden.values("gradient/" + parameter.name)
      // Of matrices that files have turned, the gradient is turned as well.
      let isTurned = try golden.shape("gradient/" + parameter.name) == gradient.shape.reversed()
      expectClose(
        (isTurned && gradient.shape.count == 2 ? gradient.turned : gradient).values, expected,
        withinShareOfLargest: 1e-4)
    }
    adapter.setAttached(false)
    #expect(model.parameters.allSatisfy { $0.gradient() == nil })
  }

  @Test("taken out of force, it leaves the model as it was", arguments: GoldenModel.adapters)
  func detached(golden: GoldenModel) throws {
    let model = try golden.baseModel()
    let ids = try #require(golden.examples().first).ids
    let plain = model.logits(ofAll: ids).bits
    let adapter = try attach(golden, to: model)
    let adapted = model.logits(ofAll: ids).bits
    adapter.setAttached(false)
    #expect(model.logits(ofAll: ids).bits == plain)
    adapter.setAttached(true)
    #expect(model.logits(ofAll: ids).bits == adapted)
  }

  @Test("peft's file is written as it was", arguments: GoldenModel.adapters)
  func written(golden: GoldenModel) throws {
    let folder = try TemporaryFolder()
    let original = try AdapterDirectory(path: golden.path)
    let adapter = try LowRankAdapter(reading: original, attachingTo: golden.baseModel())
    try adapter.write(to: folder.path + "/adapter", baseModel: nil)
    let written = try AdapterDirectory(path: folder.path + "/adapter")
    #expect(written.config == original.config)
    // What peft saves of the base itself is not written again.
    let names = original.tensorNames.filter { !$0.contains(".base_layer.weight") }
    #expect(written.tensorNames == names)
    for name in names {
      #expect(try written.tensor(named: name).bits == original.tensor(named: name).bits)
    }
  }

  @Test("merged into the weights it gives the same logits", arguments: GoldenModel.adapters)
  func merged(golden: GoldenModel) throws {
    let model = try golden.baseModel()
    let ids = try #require(golden.examples().first).ids
    let adapter = try attach(golden, to: model)
    let before = model.bits
    let expected = model.logits(ofAll: ids).values
    let merged = adapter.mergedWeights
    #expect(model.bits == before)
    #expect(adapter.mergeRefusal == nil)
    let parts = adapter.partsHead
    adapter.setAttached(false)
    if parts { _ = model.partHead() }
    for parameter in model.parameters + [model.head.weight] {
      if let weight = merged[parameter.name] { parameter.replace(by: .dense(weight)) }
    }
    let range = (expected.max() ?? 0) - (expected.min() ?? 0)
    expectClose(model.logits(ofAll: ids).values, expected, within: 1e-5 * range)
  }

  private func attach(_ golden: GoldenModel, to model: Transformer) throws -> LowRankAdapter {
    try LowRankAdapter(reading: AdapterDirectory(path: golden.path), attachingTo: model)
  }
}
