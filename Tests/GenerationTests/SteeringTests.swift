import Constraints
import Generation
import Models
import Serialization
import TestSupport
import Testing
import Tokenizers

/// What a request may change of the choice of tokens, and what is told of it.
@Suite("Steered answers") struct SteeringTests {
  @Test("held to a form are of that form, whatever the model wants", arguments: 0..<12)
  func form(seed: Int) throws {
    let (generator, constraint) = try Self.generator()
    var settings = SamplingSettings()
    (settings.temperature, settings.seed, settings.maximumTokens) = (1.5, UInt64(seed), 200)
    var request = GenerationRequest([1, 2], settings)
    request.constraint = constraint
    let answer = generator.generate([request])[0]
    #expect(answer.stopReason == .endOfText)
    let value = try JSONValue(parsing: Array(answer.text.utf8))
    #expect(value["a"]?.array?.allSatisfy { $0.int != nil } == true, "\(answer.text)")
  }

  /// Rows with a form, with another, with a bias and with nothing, beside each other and alone.
  @Test("are the same bits alone and beside others") func rows() throws {
    let (generator, constraint) = try Self.generator()
    let requests = (0..<40).map { index in
      var settings = SamplingSettings()
      (settings.temperature, settings.maximumTokens) = (index % 5 == 0 ? 0 : 1, 30)
      var request = GenerationRequest([Int32(index % 7), 3], settings, answer: index)
      if index % 2 == 0 { request.constraint = constraint }
      if index % 3 == 0 { request.bias = [5: 4, 9: -100] }
      if index % 4 == 0 { request.alternatives = index % 6 }
      return request
    }
    let together = generator.generate(requests)
    for (request, answer) in zip(requests, together) {
      // A constraint of its own, which has seen no other answer.
      var request = request
      if request.constraint != nil { request.constraint = try Self.generator().constraint }
      let alone = generator.generate([request])[0]
      #expect(alone.tokens == answer.tokens && alone.choices == answer.choices)
      #expect(alone.text == answer.text && alone.stopReason == answer.stopReason)
    }
  }

  @Test("a bias moves the choice, and one of 0 changes nothing") func bias() throws {
    let (generator, _) = try Self.generator()
    var settings = SamplingSettings()
    (settings.temperature, settings.maximumTokens) = (0, 8)
    var request = GenerationRequest([1, 2], settings)
    let plain = generator.generate([request])[0].tokens
    request.bias = [plain[0]: 0, 1_000_000: 5, -1: 5]
    #expect(generator.generate([request])[0].tokens == plain)
    request.bias = [4: 100]
    #expect(generator.generate([request])[0].tokens == Array(repeating: 4, count: 8))
    request.bias = Dictionary(plain.map { ($0, -100) }) { first, _ in first }
    #expect(Set(generator.generate([request])[0].tokens).isDisjoint(with: plain))
  }

  @Test("an answer ends where no token can go on") func noToken() throws {
    let (generator, _) = try Self.generator()
    let grammar = try Grammar(schemaFile: Array(#"{"const":"z"}"#.utf8))
    var request = GenerationRequest([1], SamplingSettings())
    request.constraint = Constraint(grammar, TokenTexts(try Self.tokenizer(), count: Self.size))
    let answer = generator.generate([request])[0]
    #expect(answer.stopReason == .noToken && answer.tokens.count <= 1)
  }

  /// The scorer's numbers are those of the training loss.
  @Test("log probabilities are the model's own, whatever the settings") func likelihoods() throws {
    let model = try TinyModel.make(isTied: false)
    let generator = Generator(model: model, tokenizer: try Self.tokenizer(), endTokens: [])
    var settings = SamplingSettings()
    (settings.temperature, settings.maximumTokens) = (2, 12)
    var request = GenerationRequest([1, 2, 3], settings)
    request.alternatives = 4
    request.bias = [6: 3]
    let answer = generator.generate([request])[0]
    #expect(answer.choices.map(\.chosen.token) == answer.tokens)
    let scores = AnswerScorer(model: model).scores([
      Question(prompt: request.prompt, answers: [answer.tokens])
    ])[0][0].logProbabilities
    for (choice, score) in zip(answer.choices, scores) {
      // A float's logits, and a sum of floats.
      #expect(abs(choice.chosen.logProbability - Double(score)) < 1e-5)
      let likeliest = choice.likeliest
      #expect(likeliest.count == 4)
      #expect(
        zip(likeliest, likeliest.dropFirst()).allSatisfy {
          ($0.logProbability, $1.token) > ($1.logProbability, $0.token)
        })
    }
    #expect(generator.generate(request.prompt, settings).choices.isEmpty)
  }

  @Test("of equal logits the lower token comes first") func ties() throws {
    let generator = Generator(
      model: try CountingModel.make(), tokenizer: try CountingModel.tokenizer(), endTokens: [])
    var settings = SamplingSettings()
    (settings.temperature, settings.maximumTokens) = (0, 1)
    var request = GenerationRequest([3], settings)
    request.alternatives = 5
    // All but the next token have a logit of 0.
    let choice = try #require(generator.generate([request])[0].choices.first)
    #expect(choice.likeliest.map(\.token) == [4, 0, 1, 2, 3])
    request.alternatives = 0
    #expect(generator.generate([request])[0].choices.first?.likeliest.isEmpty == true)
  }

  // MARK: A model of characters

  private static let characters = Array("{}[]\":,0123456789 -aeE+.")
  private static let size = 61

  /// A tokenizer of the tiny model's size that has a few characters of JSON.
  private static func tokenizer() throws -> Tokenizer {
    var vocabulary = JSONObject()
    for (id, character) in characters.enumerated() {
      vocabulary[character == " " ? "\u{120}" : String(character)] = .integer(id)
    }
    let file: JSONValue = [
      "model": ["type": "BPE", "vocab": .object(vocabulary), "merges": []],
      "decoder": ["type": "ByteLevel"],
      "added_tokens": [["id": 40, "content": "<end>", "special": true]],
    ]
    return try Tokenizer(fileContents: Array(file.text.utf8))
  }

  private static func generator() throws -> (Generator, constraint: Constraint) {
    let model = try TinyModel.make(isTied: false)
    let tokenizer = try tokenizer()
    let schema = """
      {"type":"object","properties":{"a":{"type":"array","items":{"type":"integer","maximum":99},
      "maxItems":4}},"required":["a"],"additionalProperties":false}
      """
    let texts = TokenTexts(tokenizer, count: model.config.vocabularySize)
    return (
      Generator(model: model, tokenizer: tokenizer, endTokens: [40]),
      Constraint(try Grammar(schemaFile: Array(schema.utf8)), texts)
    )
  }
}
