import Generation
import Models
import Serialization
import TestSupport
import Testing
import Tokenizers

/// Models of two halves write what transformers writes.
@Suite("Answers of encoder-decoders") struct PairGenerationTests {
  /// A tokenizer of ids alone: what they are in text does not matter here.
  private func tokenizer() throws -> Tokenizer {
    let vocabulary = JSONObject((0..<61).map { ("t\($0)", JSONValue.integer($0)) })
    let file: JSONValue = ["model": ["type": "BPE", "vocab": .object(vocabulary), "merges": []]]
    return try Tokenizer(fileContents: Array(file.text.utf8))
  }

  private var greedy: SamplingSettings {
    var settings = SamplingSettings()
    (settings.temperature, settings.maximumTokens) = (0, 24)
    return settings
  }

  @Test("greedy answers, alone and side by side", arguments: GoldenPair.all)
  func greedyTokens(golden: GoldenPair) throws {
    let pairs = try golden.pairs()
    let generator = Generator(model: try golden.model(), tokenizer: try tokenizer(), endTokens: [1])
    let expected = pairs.map { $0.greedy.filter { $0 != 1 } }
    for (pair, tokens) in zip(pairs, expected) {
      #expect(generator.generate(pair.prompt, greedy).tokens == tokens)
    }
    // Several for a prompt share what was read of it.
    let requests = (pairs + pairs).enumerated().map { place, pair in
      GenerationRequest(pair.prompt, greedy, answer: place)
    }
    #expect(generator.generate(requests).map(\.tokens) == expected + expected)
  }

  @Test("scores of answers are those of the loss", arguments: GoldenPair.all)
  func scores(golden: GoldenPair) throws {
    let pairs = try golden.pairs()
    let questions = pairs.map { Question(prompt: $0.prompt, answers: [$0.answer, [7, 1]]) }
    let scores = AnswerScorer(model: try golden.model()).scores(questions)
    let total = scores.reduce(0) { $0 - $1[0].logProbability }
    let count = pairs.reduce(0) { $0 + $1.answer.count }
    expectClose(total / Double(count), try golden.loss(), withinShare: 1e-5)
  }
}
