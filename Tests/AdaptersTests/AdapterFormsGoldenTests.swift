import Adapters
import Autograd
import Checkpoints
import Datasets
import Models
import Tensors
import TestSupport
import Testing

/// DoRA and rank-stabilised adapters that peft wrote, against what peft computes, in float64.
///
/// Tolerances as for plain LoRA: float32 against float64.
@Suite("DoRA and rsLoRA agree with peft") struct AdapterFormsGoldenTests {
  @Test(arguments: GoldenModel.adapters)
  func logits(golden: GoldenModel) throws {
    let model = try golden.baseModel()
    let ids = try #require(golden.examples().first).ids
    let plain = model.logits(ofAll: ids).values
    _ = try attach(golden, to: model)
    let expected = try golden.values("logits")
    let range = (expected.max() ?? 0) - (expected.min() ?? 0)
    expectClose(model.logits(ofAll: ids).values, expected, within: 1e-4 * range)
    // The adapter does something, or nothing would have been shown.
    #expect(zip(plain, expected).map { abs($0 - $1) }.max() ?? 0 > 0.05 * range)
  }

  @Test("every learned tensor has its gradient, and nothing else", arguments: GoldenModel.adapters)
  func gradients(golden: GoldenModel) throws {
    let model = try golden.baseModel()
    let adapter = try attach(golden, to: model)
    for parameter in adapter.parameters { parameter.isTrainable = true }
    expectClose(
      model.meanLoss(of: try golden.examples()), try golden.number("loss"), withinShare: 1e-5)
    #expect(adapter.parameters.map(\.name).sorted() == (try golden.names("gradient/")))
    for parameter in adapter.parameters {
      expectClose(
        try #require(parameter.collectGradient()).values,
        try golden.values("gradient/" + parameter.name), withinShareOfLargest: 1e-4)
    }
    #expect(model.parameters.allSatisfy { $0.gradient() == nil })
  }

  @Test("peft's file is written as it was", arguments: GoldenModel.adapters)
  func written(golden: GoldenModel) throws {
    let folder = try TemporaryFolder()
    let original = try AdapterDirectory(path: golden.path)
    let adapter = try LowRankAdapter(reading: original, attachingTo: golden.baseModel())
    try adapter.write(to: folder.path + "/adapter", baseModel: nil)
    let written = try AdapterDirectory(path: folder.path + "/adapter")
    #expect(written.config == original.config)
    #expect(written.tensorNames == original.tensorNames)
    for name in original.tensorNames {
      #expect(try written.tensor(named: name).bits == original.tensor(named: name).bits)
    }
  }

  @Test("merged into the weights it gives the same logits", arguments: GoldenModel.adapters)
  func merged(golden: GoldenModel) throws {
    let model = try golden.baseModel()
    let before = model.bits
    let ids = try #require(golden.examples().first).ids
    let adapter = try attach(golden, to: model)
    let expected = model.logits(ofAll: ids).values
    let merged = adapter.mergedWeights
    #expect(model.bits == before)
    #expect(Set(merged.keys) == Set(adapter.linears.map(\.weight.name)))
    adapter.setAttached(false)
    for linear in adapter.linears {
      if let weight = merged[linear.weight.name] { linear.weight.value.assign(weight) }
    }
    let range = (expected.max() ?? 0) - (expected.min() ?? 0)
    expectClose(model.logits(ofAll: ids).values, expected, within: 1e-5 * range)
  }

  private func attach(_ golden: GoldenModel, to model: Transformer) throws -> LowRankAdapter {
    try LowRankAdapter(reading: AdapterDirectory(path: golden.path), attachingTo: model)
  }
}
