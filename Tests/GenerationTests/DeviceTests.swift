import Generation
import Models
import TestSupport
import Testing

/// As in training, so in generation: see ``GuardedDevice``.
@Suite("Generation goes through the device") struct DeviceTests {
  @Test("with the text that the processor gives", arguments: [CacheFormat.float32, .bfloat16])
  func text(format: CacheFormat) throws {
    let model = try TinyModel.make(isTied: true)
    let guarded = model.copied(to: GuardedDevice())
    for model in [model, guarded] { model.pack() }
    var settings = SamplingSettings()
    (settings.temperature, settings.maximumTokens) = (1, 70)
    let texts = try [model, guarded].map { model in
      let generator = Generator(
        model: model, tokenizer: try CountingModel.tokenizer(), endTokens: [],
        cacheFormat: format)
      return generator.generate([1, 2, 3], settings).tokens
    }
    #expect(texts[0] == texts[1] && texts[0].count == 70)
  }
}
