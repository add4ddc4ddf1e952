import Autograd
import Checkpoints
import Foundation
import Models
import Serialization
import Tensors
import TestSupport
import Testing

/// Models that scripts/dev/fixtures/gguf.py converted, against transformers with their numbers.
@Suite("A model of a GGUF file") struct GGUFModelTests {
  static let folder = GoldenModel.fixtures + "/gguf"
  /// Every file with logits beside it.
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    .filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix("types") }
    .map { String($0.dropLast(".safetensors".count)) }

  private func files(_ name: String) throws -> ModelFiles {
    try ModelFiles(path: "\(Self.folder)/\(name).gguf")
  }

  @Test("there is one of every architecture") func everyArchitecture() throws {
    let types = try Self.names.map { try files($0).config.modelType }
    #expect(Set(types) == Set(GGUFArchitecture.all.map(\.modelType)))
  }

  @Test("computes the logits of transformers, packed as it is or not", arguments: names)
  func logits(name: String) throws {
    let golden = try Safetensors(path: "\(Self.folder)/\(name).safetensors")
    let ids = try golden.tensor(named: "ids")
    let expected = try golden.tensor(named: "logits").values
    let range = (expected.max() ?? 0) - (expected.min() ?? 0)
    #expect(range > 0.3)
    let packed = try Transformer(reading: files(name), packedAs: .float32)
    let dense = try Transformer(reading: files(name))
    for (row, count) in [(0, ids.columns), (1, ids.columns)] {
      let sequence = ids.values[row * count..<(row + 1) * count].map { Int32($0) }
      let logits = results(packed, sequence)
      let part = Array(expected[row * logits.count..<(row + 1) * logits.count])
      expectClose(logits.values, part, within: 2e-5 * range)
      #expect(logits.bits == results(dense, sequence).bits)
    }
  }

  /// The logits of all places, or the last hidden states where a model has no head.
  private func results(_ model: Transformer, _ ids: [Int32]) -> Tensor {
    guard model.blueprint.head.task == .nothing else { return model.logits(ofAll: ids) }
    let tape = Tape(arena: .init(), isRecording: false)
    let layout = SequenceLayout(lengths: [ids.count])
    return model.states(ids, ForwardPass(tape: tape, layout: layout)).value.copy()
  }

  @Test("an encoder's has the pooling that the file names") func pooling() throws {
    #expect(try files("bert").contents.sentences?.poolings == [.mean])
    #expect(
      try refusal(replacing: "bert.attention.causal", by: "bert.attention.causel", in: "bert")
        .contains("says that this model writes texts"))
  }

  @Test("experts in a tensor for each, as the first files had them, are the same")
  func oldExperts() throws {
    let path = "\(Self.folder)/mixtral.gguf"
    let parts = try GGUFParts(path: path)
    let name = "blk.1.ffn_down_exps.weight"
    let own = try #require(parts.entry(named: name))
    #expect(own.shape == [4, 32, 64])
    let whole = try parts.tensor(named: name)
    for expert in 0..<4 {
      let member = try parts.tensor(named: name, member: expert, on: whole.device)
      #expect(member.shape == [32, 64])
      #expect(
        member.bits == whole.elements(expert * member.count..<(expert + 1) * member.count).bits)
    }
    let names = GGUFArchitecture.all.first { $0.modelType == "mixtral" }?.modules.map(\.name)
    #expect(names?.contains("model.layers.#.block_sparse_moe.experts.*.w1") == true)
  }

  @Test("keeps matrices as the file has them, where that takes no more bits than asked for")
  func formats() throws {
    func formats(_ asked: WeightFormat) throws -> Set<WeightFormat> {
      Set(try Transformer(reading: files("llama"), packedAs: asked).weightFormats)
    }
    #expect(try formats(.float32) == [.q80, .q41, .q40])
    #expect(try formats(.bfloat16) == [.q80, .q41, .q40])
    #expect(try formats(.fourBit) == [.fourBit, .q41, .q40])
    let mixed = try Transformer(reading: files("gemma3"), packedAs: .bfloat16)
    #expect(Set(mixed.weightFormats) == [.q41, .bfloat16])
    #expect(mixed.weightFormat == .bfloat16)
    let model = try Transformer(reading: files("llama"), packedAs: .float32)
    #expect(model.weightFormat == .float32)
    #expect(model.weightByteCount <= (try files("llama")).memoryByteCount())
  }

  @Test("is in memory again as it was after it was unpacked") func restored() throws {
    let files = try files("llama")
    let model = try Transformer(reading: files, packedAs: .float32)
    let bits = model.namedTensors.mapValues(\.bits)
    let (size, compact) = (model.weightByteCount, model.compactWeights)
    model.unpack()
    #expect(model.weightByteCount > 3 * size && model.namedTensors.mapValues(\.bits) == bits)
    model.restore(compact)
    model.pack()
    #expect(model.weightByteCount == size && model.namedTensors.mapValues(\.bits) == bits)
    model.replaceWeights(by: try model.weights(from: files))
    #expect(model.weightByteCount == size && model.namedTensors.mapValues(\.bits) == bits)
  }

  @Test("has Llama 3's settings from the factors that the file keeps of them") func ropeFactors()
    throws
  {
    let scaling = try files("llama-f32").contents.config["rope_scaling"]
    #expect(scaling?["rope_type"]?.string == "llama3")
    #expect(scaling?["factor"]?.double == 4)
    #expect(scaling?["original_max_position_embeddings"]?.int == 8192)
  }

  /// The fixture with some of its bytes replaced by as many others, and those after them by a value.
  private func refusal(
    replacing old: String, by new: String, then value: [UInt8] = [], in name: String = "llama"
  ) throws -> String {
    let folder = try TemporaryFolder()
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(Self.folder)/\(name).gguf")))
    let (from, to) = (Array(old.utf8), Array(new.utf8))
    #expect(from.count == to.count)
    let place = try #require(
      bytes.indices.first { bytes[$0...].starts(with: from) }, "\(old) in \(name)")
    bytes.replaceSubrange(place..<place + from.count + value.count, with: to + value)
    try folder.put("x.gguf", bytes)
    let error = #expect(throws: CheckpointError.self) {
      try Transformer(
        reading: ModelFiles(path: folder.path + "/x.gguf"), packedAs: .float32)
    }
    return "\(try #require(error))"
  }

  @Test("what is not known, missing or left over is named") func refusals() throws {
    #expect(
      try refusal(replacing: "llama", by: "mamba").contains(
        "general.architecture `mamba` is not known here; known: llama, qwen2"))
    #expect(
      try refusal(replacing: "llama.block_count", by: "llama.block_cound").contains(
        "has no setting `llama.block_count`"))
    #expect(
      try refusal(replacing: "llama.rope.dimension_count", by: "llama.rope.dimension_other")
        .contains("setting `llama.rope.dimension_other` is not read here"))
    // Whole numbers of 32 bits: no width at all, and one below it.
    for width: [UInt8] in [[0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff]] {
      let key = "deepseek2.attention.key_length"
      #expect(
        try refusal(replacing: key, by: key, then: [5, 0, 0, 0] + width, in: "deepseek2")
          .contains("of keys of \(width[0] == 0 ? 0 : -1)"))
    }
    #expect(
      try refusal(replacing: "blk.1.ffn_up", by: "blk.1.ffn_ub").contains("blk.1.ffn_up.weight"))
    #expect(
      try refusal(replacing: "gpt2", by: "gpt9").contains("tokenizer.ggml.model `gpt9`"))
    #expect(
      try refusal(replacing: "smollm", by: "smullm").contains("tokenizer.ggml.pre `smullm`"))
  }
}
