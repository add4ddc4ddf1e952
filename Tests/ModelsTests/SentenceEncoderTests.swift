import Checkpoints
import Models
import Tensors
import TestSupport
import Testing

/// Vectors of texts against sentence-transformers, computed in float64.
@Suite("Vectors agree with sentence-transformers") struct SentenceEncoderTests {
  private static let folder = GoldenModel.fixtures + "/sentences"

  private func values(_ name: String) throws -> [Float] {
    try Safetensors(path: Self.folder + "/golden.safetensors").tensor(named: name).values
  }

  @Test("every pooling, of packed texts") func poolings() throws {
    var plan = try #require(try SentencePlan(folder: Self.folder))
    plan.steps = []
    let texts = try GoldenEncoder.plain.sequences().map(\.ids)
    let encoder = try SentenceEncoder(GoldenEncoder.plain.model(), plan)
    #expect(encoder.width == 6 * 16)
    for (index, vector) in encoder.vectors(of: texts).enumerated() {
      expectClose(vector, try values("pooled/\(index)"), withinShareOfLargest: 1e-5)
    }
  }

  @Test("through a dense layer, with length 1") func steps() throws {
    let plan = try #require(try SentencePlan(folder: Self.folder))
    let texts = try GoldenEncoder.plain.sequences().map(\.ids)
    let encoder = try SentenceEncoder(GoldenEncoder.plain.model(), plan)
    let vectors = encoder.vectors(of: texts)
    #expect(encoder.width == 12)
    for (index, vector) in vectors.enumerated() {
      expectClose(vector, try values("vector/\(index)"), within: 1e-5)
    }
    // Alone, each text has the same bits.
    #expect(texts.map { encoder.vectors(of: [$0])[0] } == vectors)
    #expect(encoder.vectors(of: texts, budget: 1) == vectors)
  }

  @Test("tokens of a prompt are left out where the plan says so") func prompt() throws {
    var plan = SentencePlan()
    let text = try #require(try GoldenEncoder.plain.sequences().first).ids
    let model = try GoldenEncoder.plain.model()
    let whole = try SentenceEncoder(model, plan).vectors(of: [text], promptLength: 3)
    plan.includesPrompt = false
    let part = try SentenceEncoder(model, plan).vectors(of: [text], promptLength: 3)
    #expect(whole != part)
    plan.poolings = [.first]
    let first = try SentenceEncoder(model, plan).vectors(of: [text], promptLength: 3)
    plan.poolings = [.last]
    // More of a prompt than there is leaves the last token.
    let last = try SentenceEncoder(model, plan).vectors(of: [text], promptLength: 700)
    #expect(first != last && last[0].count == 16)
  }

  @Test("a dense layer that does not read what comes before is refused") func misfit() throws {
    var plan = try #require(try SentencePlan(folder: Self.folder))
    plan.poolings = [.mean]
    #expect(throws: CheckpointError.self) { try SentenceEncoder(GoldenEncoder.plain.model(), plan) }
  }
}
