import Checkpoints
import Models
import Tensors
import TestSupport
import Testing

/// Vectors of texts against sentence-transformers, computed in float64.
@Suite("Vectors agree with sentence-transformers") struct SentenceVectorTests {
  private static let folder = GoldenModel.fixtures + "/sentences"

  private func values(_ name: String) throws -> [Float] {
    try Safetensors(path: Self.folder + "/golden.safetensors").tensor(named: name).values
  }

  private func model(_ plan: SentencePlan, promptLength: Int = 0) throws -> Transformer {
    let model = try GoldenEncoder.plain.model()
    model.sentences = try SentenceHead(plan, of: model, promptLength: promptLength)
    return model
  }

  @Test("every pooling, of packed texts") func poolings() throws {
    var plan = try #require(try SentencePlan(folder: Self.folder))
    plan.steps = []
    let texts = try GoldenEncoder.plain.sequences().map(\.ids)
    let model = try model(plan)
    #expect(model.sentences?.width == 6 * 16)
    for (index, vector) in model.vectors(of: texts).enumerated() {
      expectClose(vector, try values("pooled/\(index)"), withinShareOfLargest: 1e-5)
    }
  }

  @Test("through a dense layer, with length 1") func steps() throws {
    let plan = try #require(try SentencePlan(folder: Self.folder))
    let texts = try GoldenEncoder.plain.sequences().map(\.ids)
    let model = try model(plan)
    let vectors = model.vectors(of: texts)
    #expect(model.sentences?.width == 12)
    for (index, vector) in vectors.enumerated() {
      expectClose(vector, try values("vector/\(index)"), within: 1e-5)
    }
    // Alone, each text has the same bits.
    #expect(texts.map { model.vectors(of: [$0])[0] } == vectors)
    #expect(model.vectors(of: texts, budget: 1) == vectors)
  }

  @Test("tokens of a prompt are left out where the plan says so") func prompt() throws {
    var plan = SentencePlan()
    let text = try #require(try GoldenEncoder.plain.sequences().first).ids
    let whole = try model(plan, promptLength: 3).vectors(of: [text])
    plan.includesPrompt = false
    let part = try model(plan, promptLength: 3).vectors(of: [text])
    #expect(whole != part)
    plan.poolings = [.first]
    let first = try model(plan, promptLength: 3).vectors(of: [text])
    plan.poolings = [.last]
    // More of a prompt than there is leaves the last token.
    let last = try model(plan, promptLength: 700).vectors(of: [text])
    #expect(first != last && last[0].count == 16)
  }

  @Test("a dense layer that does not read what comes before is refused") func misfit() throws {
    var plan = try #require(try SentencePlan(folder: Self.folder))
    plan.poolings = [.mean]
    #expect(throws: CheckpointError.self) { try model(plan) }
  }
}
