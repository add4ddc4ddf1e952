import CUDA
import CUDAEmulation
import Datasets
import Models
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Texts that the card that is not there writes are the processor's.
@Suite("A card writes what the processor does", .enabled(if: ft_emulation_runs_here()))
struct CardGenerationTests {
  /// The tokens of answers of each kind of choice, with what a cache of `format` keeps.
  private func tokens(_ model: Transformer, _ format: CacheFormat) throws -> [[Int32]] {
    let generator = try Generator(
      model: model, tokenizer: CountingModel.tokenizer(), endTokens: [7], cacheFormat: format)
    let prompts = TinyModel.examples(lengths: [70, 3, 12]).map(\.ids)
    let requests = prompts.enumerated().map { index, prompt in
      var settings = SamplingSettings()
      (settings.temperature, settings.maximumTokens, settings.seed) = (index == 0 ? 0 : 1, 12, 9)
      return GenerationRequest(prompt, settings, answer: index)
    }
    return generator.generate(requests).map(\.tokens)
  }

  @Test("whatever its cache keeps", arguments: [CacheFormat.float32, .bfloat16])
  func answers(format: CacheFormat) throws {
    let device = CUDADevice(
      try Card(number: 0, findingFunctionsBy: { ft_emulated_function($0) }))
    let (model, other) = (try TinyModel.make(isTied: false), try TinyModel.make(isTied: false))
    let onCard = other.copied(to: device)
    for model in [model, onCard] { model.pack() }
    let found = try tokens(onCard, format)
    #expect(try found == tokens(model, format))
    #expect(found.contains { $0.count > 5 })
  }

  @Test("asking for a token's kernels as one graph") func graphs() throws {
    let device = CUDADevice(
      try Card(number: 0, findingFunctionsBy: { ft_emulated_function($0) }))
    let model = try TinyModel.make(isTied: false).copied(to: device)
    model.pack()
    let decoder = CachedDecoder(model: model, format: .float32)
    let sequence = decoder.cache.makeSequence()
    let calls = (0..<70).map { token in
      _ = ft_emulated_take_calls()
      _ = decoder.hidden([.init(sequence: sequence, tokens: [Int32(token % 61)])])
      return ft_emulated_take_calls()
    }
    // The first pass is asked for kernel by kernel, the second makes the graph, across a block's end.
    #expect(calls[0] > 40, "\(calls)")
    #expect(calls[3...].allSatisfy { $0 == 2 }, "\(calls)")
  }

  @Test("by states that go on from token to token") func states() throws {
    let device = CUDADevice(
      try Card(number: 0, findingFunctionsBy: { ft_emulated_function($0) }))
    let model = try GoldenModel(description: "qwen3_5").model()
    let onCard = model.copied(to: device)
    #expect(try tokens(onCard, .float32) == tokens(model, .float32))
  }
}
