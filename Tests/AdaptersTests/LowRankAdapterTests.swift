import Adapters
import Autograd
import Checkpoints
import Models
import Serialization
import Tensors
import TestSupport
import Testing

@Suite("Low-rank adapters") struct LowRankAdapterTests {
  private let ids: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6]

  @Test("a fresh adapter changes no logit, and is a function of its seed") func fresh() throws {
    let model = try TinyModel.make(isTied: false)
    let plain = model.logits(ofAll: ids).bits
    let adapter = try LowRankAdapter(attachingTo: model, settings(), seed: 1)
    #expect(model.logits(ofAll: ids).bits == plain)
    #expect(adapter.linears.map(\.path) == model.linears.map(\.path))
    let again = try LowRankAdapter(
      attachingTo: TinyModel.make(isTied: false), settings(), seed: 1)
    #expect(again.parameters.map(\.value.bits) == adapter.parameters.map(\.value.bits))
    let other = try LowRankAdapter(attachingTo: TinyModel.make(isTied: false), settings(), seed: 2)
    #expect(other.parameters[0].value.bits != adapter.parameters[0].value.bits)
  }

  /// Tolerance: a norm divided by itself is 1 but for its last bit.
  @Test("a fresh DoRA adapter starts from the weights' own magnitudes") func freshDecomposed()
    throws
  {
    let model = try TinyModel.make(isTied: false)
    let plain = model.logits(ofAll: ids).values
    var settings = settings()
    settings.isDecomposed = true
    let adapter = try LowRankAdapter(attachingTo: model, settings, seed: 1)
    let range = (plain.max() ?? 0) - (plain.min() ?? 0)
    expectClose(model.logits(ofAll: ids).values, plain, within: 1e-5 * range)
    #expect(adapter.parameters.count == 3 * adapter.linears.count)
    #expect(
      adapter.parameterCount
        == adapter.linears.reduce(0) { $0 + 2 * ($1.inputWidth + $1.outputWidth) + $1.outputWidth })
  }

  @Test("beside packed weights it has the bits it has beside tensors") func packed() throws {
    let model = try TinyModel.make(isTied: false)
    var settings = settings()
    settings.isDecomposed = true
    let adapter = try LowRankAdapter(attachingTo: model, settings, seed: 1)
    for parameter in adapter.parameters where parameter.name.hasSuffix("lora_B.weight") {
      parameter.value.add(sampleTensor(parameter.shape))
    }
    let (plain, merged) = (model.logits(ofAll: ids).bits, adapter.mergedWeights)
    model.pack()
    #expect(model.logits(ofAll: ids).bits == plain)
    for (name, weight) in adapter.mergedWeights { #expect(weight.bits == merged[name]?.bits) }
    let quantised = try LowRankAdapter(
      attachingTo: { () throws -> Transformer in
        let other = try TinyModel.make(isTied: false)
        try other.pack(as: .fourBit)
        return other
      }(), settings, seed: 1)
    // A magnitude is that of the weights as they are computed with, not as they were.
    #expect(quantised.parameters[2].value.bits != adapter.parameters[2].value.bits)
  }

  @Test("norms follow a change of the matrices") func normsFollow() throws {
    let model = try TinyModel.make(isTied: true)
    var settings = settings(.named(["down_proj"]))
    settings.isDecomposed = true
    let adapter = try LowRankAdapter(attachingTo: model, settings, seed: 1)
    let before = model.logits(ofAll: ids).bits
    let b = adapter.parameters[1]
    b.value.fill(1)
    b.noteChange()
    let changed = model.logits(ofAll: ids).bits
    b.value.fill(0)
    b.noteChange()
    #expect(changed != before && model.logits(ofAll: ids).bits == before)
  }

  @Test(
    "targets are paths, or how they end",
    arguments: [
      (["q_proj"], 2), (["q_proj", "down_proj"], 4), (["mlp.up_proj"], 2),
      (["model.layers.1.self_attn.o_proj"], 1), (["layers.0.mlp.up_proj"], 1),
    ])
  func targets(patterns: [String], count: Int) throws {
    let model = try TinyModel.make(isTied: true)
    let adapter = try LowRankAdapter(
      attachingTo: model, settings(.named(patterns)), seed: 1)
    #expect(adapter.linears.count == count)
    #expect(model.linears.filter { $0.adapter != nil }.count == count)
  }

  @Test("a layer of llama's kind has seven of them") func seven() throws {
    let short = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    #expect(TargetModules.shortNames(of: try GoldenModel.tied.model()) == short)
  }

  @Test("all layers of every family are found by their names", arguments: GoldenModel.families)
  func families(golden: GoldenModel) throws {
    let model = try golden.model()
    let short = TargetModules.shortNames(of: model)
    let adapter = try LowRankAdapter(attachingTo: model, settings(.named(short), rank: 2), seed: 1)
    // Where files keep the layers of all experts in one tensor, no name means one of them.
    let named = model.blueprint.linears.filter { $0.weightStack?.isWritten != true }
    #expect(adapter.linears.map(\.path) == named.map(\.path))
    for parameter in adapter.parameters { parameter.isTrainable = true }
    _ = model.meanLoss(of: try golden.examples())
    // A gets no gradient before B is off zero; B's flows through everything above it.
    for (index, parameter) in adapter.parameters.enumerated() where index % 2 == 1 {
      #expect(try #require(parameter.collectGradient()).sumOfSquares > 0, "\(parameter.name)")
    }
  }

  @Test("what does not fit is said", arguments: ["proj", "_proj", "q_proj.", "", "embed_tokens"])
  func wrongTarget(pattern: String) throws {
    let model = try TinyModel.make(isTied: true)
    let error = failure { () throws(AdapterError) in
      try LowRankAdapter(attachingTo: model, settings(.named(["q_proj", pattern])), seed: 1)
    }
    guard case .noSuchModule(pattern, let known) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      known
        == ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"])
    #expect(model.linears.allSatisfy { $0.adapter == nil })
  }

  @Test("the rank may be the narrower side of a layer, and no more") func rankTooLarge() throws {
    let model = try TinyModel.make(isTied: true)
    let error = failure { () throws(AdapterError) in
      try LowRankAdapter(attachingTo: model, settings(rank: 13), seed: 1)
    }
    guard case .rankTooLarge(13, 12, "model.layers.0.self_attn.k_proj") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(model.linears.allSatisfy { $0.adapter == nil })
    _ = try LowRankAdapter(attachingTo: model, settings(rank: 12), seed: 1)
  }

  @Test("a second adapter is refused, and the first stays") func second() throws {
    let model = try TinyModel.make(isTied: true)
    let first = try LowRankAdapter(attachingTo: model, settings(.named(["q_proj"])), seed: 1)
    let error = failure { () throws(AdapterError) in
      try LowRankAdapter(attachingTo: model, settings(), seed: 2)
    }
    guard case .alreadyAttached = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let names = [first.parameters[0].name, first.parameters[2].name]
    #expect(model.linears.compactMap { $0.adapter?.a.name } == names)
  }

  @Test("the scale is alpha / rank, or alpha / √rank") func scale() {
    var settings = LowRankSettings(rank: 16, alpha: 8)
    #expect(settings.scale == 0.5)
    settings.isRankStabilized = true
    #expect(settings.scale == 2)
  }

  @Test("the effect grows with alpha") func alphaCounts() throws {
    var changes: [Float] = []
    for alpha in [1.0, 2] {
      let model = try TinyModel.make(isTied: true)
      let plain = model.logits(ofAll: ids).values
      var settings = settings(.named(["down_proj"]))
      settings.alpha = alpha
      let adapter = try LowRankAdapter(attachingTo: model, settings, seed: 1)
      for index in [1, 3] { adapter.parameters[index].value.fill(0.01) }
      let changed = model.logits(ofAll: ids).values
      changes.append(zip(plain, changed).map { abs($0 - $1) }.max() ?? 0)
    }
    #expect(changes[0] > 0 && changes[1] > 1.5 * changes[0])
  }

  private func settings(_ targets: TargetModules = .allLinear, rank: Int = 2) -> LowRankSettings {
    LowRankSettings(rank: rank, alpha: 3, targets: targets)
  }
}

/// The error that `body` throws; nil when it throws none.
func failure<Value, Failure: Error>(of body: () throws(Failure) -> Value) -> Failure? {
  do throws(Failure) {
    _ = try body()
    return nil
  } catch { return error }
}
