import Adapters
import Autograd
import Checkpoints
import Datasets
import Foundation
import Models
import Serialization
import Tensors
import TestSupport
import Testing

/// Several adapters at once, against what peft computes with them, in float64.
@Suite("Mixed adapters agree with peft") struct AdapterMixTests {
  /// The folders of scripts/dev/fixtures/adapters.py's `MIXES`.
  static let mixes =
    ((try? FileManager.default.contentsOfDirectory(atPath: GoldenModel.fixtures)) ?? [])
    .filter { $0.hasPrefix("mix-") }.sorted().map(GoldenModel.init(description:))

  @Test("there are mixes") func some() { #expect(Self.mixes.count == 3) }

  @Test(arguments: mixes)
  func logits(golden: GoldenModel) throws {
    let model = try GoldenModel(description: golden.text("base")).model()
    let ids = try #require(golden.examples().first).ids
    let plain = model.logits(ofAll: ids).bits
    let mix = try LowRankAdapter(mixing: parts(golden, of: model), on: model)
    let expected = try golden.values("logits")
    let range = (expected.max() ?? 0) - (expected.min() ?? 0)
    expectClose(model.logits(ofAll: ids).values, expected, within: 2e-6 * range)
    #expect(!mix.isTrainable && mix.parameters.isEmpty)
    mix.setAttached(false)
    #expect(model.logits(ofAll: ids).bits == plain)
  }

  @Test("merged, they give the same logits", arguments: mixes)
  func merged(golden: GoldenModel) throws {
    let model = try GoldenModel(description: golden.text("base")).model()
    let ids = try #require(golden.examples().first).ids
    let mix = try LowRankAdapter(mixing: parts(golden, of: model), on: model)
    let expected = model.logits(ofAll: ids).values
    let merged = mix.mergedWeights
    let parts = mix.partsHead
    mix.setAttached(false)
    if parts { _ = model.partHead() }
    for parameter in model.parameters + [model.head.weight] {
      if let weight = merged[parameter.name] { parameter.replace(by: .dense(weight)) }
    }
    let range = (expected.max() ?? 0) - (expected.min() ?? 0)
    expectClose(model.logits(ofAll: ids).values, expected, within: 1e-5 * range)
  }

  @Test("a mix of halves is half the change") func halves() throws {
    let golden = try #require(GoldenModel.adapters.first { $0.description == "adapter-all" })
    let model = try golden.baseModel()
    let ids = try #require(golden.examples().first).ids
    let adapter = try LowRankAdapter(
      reading: AdapterDirectory(path: golden.path), attachingTo: model)
    let whole = model.logits(ofAll: ids).values
    adapter.setAttached(false)
    let half = MixedAdapter(adapter, weight: 0.5)
    _ = try LowRankAdapter(mixing: [half, half], on: model)
    expectClose(model.logits(ofAll: ids).values, whole, within: 1e-5)
  }

  @Test("two that have weights in the place of the same tensor are not mixed") func bothReplace()
    throws
  {
    let golden = try #require(GoldenModel.adapters.first { $0.description == "adapter-whole" })
    let model = try golden.baseModel()
    let adapter = try LowRankAdapter(
      reading: AdapterDirectory(path: golden.path), attachingTo: model)
    adapter.setAttached(false)
    let before = model.bits
    let error = failure { () throws(AdapterError) in
      try LowRankAdapter(
        mixing: [MixedAdapter(adapter, weight: 1), MixedAdapter(adapter, weight: 1)], on: model)
    }
    guard case .bothReplace = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(model.bits == before && model.linears.allSatisfy { $0.adapter == nil })
  }

  private func parts(_ golden: GoldenModel, of model: Transformer) throws -> [MixedAdapter] {
    try golden.list("adapters").map { part in
      let folder = GoldenModel.fixtures + "/" + (part["folder"]?.string ?? "")
      let adapter = try LowRankAdapter(
        reading: AdapterDirectory(path: folder), attachingTo: model)
      adapter.setAttached(false)
      return MixedAdapter(adapter, weight: part["weight"]?.double ?? 0)
    }
  }
}
