import Autograd
import Checkpoints
import Models
import Tensors
import TestSupport
import Testing

/// What packing the weights of a model changes, and what it does not.
@Suite("A model with packed weights") struct PackedModelTests {
  @Test("has the bits of the model of its numbers", arguments: WeightFormat.allCases)
  func sameBits(format: WeightFormat) throws {
    for isTied in [true, false] {
      let packed = try TinyModel.make(isTied: isTied)
      try packed.pack(as: format)
      #expect(packed.weightFormat == format)
      let plain = try TinyModel.make(isTied: isTied)
      plain.replaceWeights(by: packed.parameters.map { .dense($0.weights.tensor) })
      let ids: [Int32] = [3, 60, 0, 17, 17, 5]
      #expect(packed.logits(ofAll: ids).bits == plain.logits(ofAll: ids).bits)
      #expect(gradient(of: packed) == gradient(of: plain))
    }
  }

  /// The bits of the gradient of the first norm, which lies below everything but the embedding.
  private func gradient(of model: Transformer) -> [UInt32] {
    let first = model.layers[0].attentionNorm?.weight
    first?.isTrainable = true
    _ = model.meanLoss(of: TinyModel.examples(lengths: [9, 4]))
    return first?.collectGradient()?.bits ?? []
  }

  @Test("in f32 is the model itself, and unpacks to it") func float32() throws {
    let model = try TinyModel.make(isTied: true)
    let bits = model.bits
    model.pack()
    model.unpack()
    #expect(model.bits == bits)
  }

  @Test("is read packed, as it would be packed afterwards", arguments: WeightFormat.allCases)
  func reading(format: WeightFormat) throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel.make(isTied: false)
    try ModelDirectory.write(
      ModelContents(config: model.config.json, tokenizer: Array("{}".utf8)),
      tensors: model.namedTensors, as: .float32, to: folder.path + "/model")
    let directory = try ModelFiles(path: folder.path + "/model")
    let read = try Transformer(reading: directory, packedAs: format)
    let packed = try Transformer(reading: directory)
    try packed.pack(as: format)
    for (one, other) in zip(read.parameters, packed.parameters) {
      #expect(one.weights.format == other.weights.format)
      #expect(one.weights.tensor.bits == other.weights.tensor.bits)
    }
  }

  /// Weights are off by about 0.17 %, 0.4 % and 6 % of their deviation (bfloat16 by as much of each
  /// weight), and errors of the layers add up.
  @Test(
    "is near what it was",
    arguments: [(.bfloat16, 0.01), (.int8, 0.02), (.fourBit, 0.25)] as [(WeightFormat, Double)])
  func near(format: WeightFormat, share: Double) throws {
    let ids: [Int32] = [3, 60, 0, 17, 17, 5]
    let model = try GoldenModel.tied.model()
    let exact = model.logits(ofAll: ids).values
    try model.pack(as: format)
    let found = model.logits(ofAll: ids).values
    let error = zip(found, exact).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    let size = exact.reduce(0) { $0 + Double($1 * $1) }
    let relative = (error / size).squareRoot()
    #expect(relative > 0 && relative < share, "\(relative)")
  }

  @Test("does not change when one matrix cannot be packed") func allOrNothing() throws {
    let model = try TinyModel.make(isTied: false)
    model.head.weight.value[5] = .infinity
    let bits = model.bits
    do throws(CheckpointError) {
      try model.pack(as: .int8)
      Issue.record("no error")
    } catch {
      #expect(error == .notQuantisable(tensor: "lm_head.weight", format: "int8"))
    }
    #expect(model.bits == bits)
  }
}
