import Generation
import Models
import TestSupport
import Testing

/// What is guessed of an answer changes how many passes it takes, and nothing else.
@Suite("Guesses at how answers go on") struct DraftTests {
  /// Runs requests to their ends; gives them and the number of passes.
  private func written(
    _ requests: [GenerationRequest], by model: Transformer, isDrafting: Bool,
    endTokens: Set<Int32> = [], cacheFormat: CacheFormat = .float32
  ) throws -> (answers: [GeneratedText], passes: Int) {
    var loop = AnswerLoop(
      model: model, tokenizer: try CountingModel.tokenizer(), endTokens: endTokens,
      cacheFormat: cacheFormat, phrases: isDrafting ? WrittenPhrases() : nil)
    var (found, passes): ([Int: GeneratedText], Int) = ([:], 0)
    for request in requests { _ = loop.add(request) }
    while !loop.isIdle {
      loop.pass { if case .ended(let answer) = $1 { found[$0] = answer } }
      passes += 1
    }
    return (requests.indices.compactMap { found[$0] }, passes)
  }

  private func request(
    _ prompt: [Int32], tokens: Int, temperature: Double = 0, answer: Int = 0,
    stop: [String] = [], change: (inout GenerationRequest) -> Void = { _ in }
  ) -> GenerationRequest {
    var settings = SamplingSettings()
    settings.maximumTokens = tokens
    settings.temperature = temperature
    settings.topP = temperature == 0 ? 1 : 0.9
    settings.seed = 4
    settings.stop = stop
    var request = GenerationRequest(prompt, settings, answer: answer)
    change(&request)
    return request
  }

  /// Prompts that repeat themselves, on either side of a block of keys.
  private static let repeating: [[Int32]] = [9, 40, 64].map { length in
    (0..<length).map { Int32($0 * $0 % 5 + $0 % 4) }
  }

  @Test("a text that repeats itself takes few passes, up to its limit and its end")
  func few() throws {
    let model = try CountingModel.make(positions: 128)
    for limit in [1, 2, 17, 40, 100] {
      let request = request([0, 1, 2, 3], tokens: limit)
      let plain = try written([request], by: model, isDrafting: false)
      let drafted = try written([request], by: model, isDrafting: true)
      #expect(drafted.answers == plain.answers)
      #expect(plain.passes == limit && drafted.passes <= min(limit, 17 + limit / 4))
    }
    let ended = request(Array(0..<14), tokens: 40)
    for end in [Int32(5), CountingModel.end] {
      let plain = try written([ended], by: model, isDrafting: false, endTokens: [end])
      #expect(
        try written([ended], by: model, isDrafting: true, endTokens: [end]).answers == plain.answers
      )
    }
  }

  @Test(
    "answers of every family are those without guesses, with choices and their likelihoods",
    arguments: GoldenModel.families)
  func families(golden: GoldenModel) throws {
    let model = try golden.model()
    let vocabulary = Int32(model.config.vocabularySize)
    let requests = Self.repeating.enumerated().map { index, prompt in
      request(
        prompt.map { $0 % vocabulary }, tokens: 20, temperature: index == 1 ? 0.8 : 0
      ) { $0.alternatives = 3 }
    }
    let plain = try written(requests, by: model, isDrafting: false)
    let drafted = try written(requests, by: model, isDrafting: true)
    #expect(drafted.answers == plain.answers)
    #expect(drafted.passes <= plain.passes)
  }

  @Test(
    "two hundred seeded answers are the same, alone and side by side",
    arguments: [CacheFormat.float32, .bfloat16])
  func seeds(format: CacheFormat) throws {
    let model = try TinyModel.make(isTied: true)
    let requests = (0..<200).map { answer in
      request(
        Self.repeating[answer % 3], tokens: 12, temperature: 0.3 + 0.01 * Double(answer),
        answer: answer)
    }
    let plain = try written(
      requests, by: model, isDrafting: false, endTokens: [7], cacheFormat: format)
    let drafted = try written(
      requests, by: model, isDrafting: true, endTokens: [7], cacheFormat: format)
    #expect(drafted.answers == plain.answers)
    for place in stride(from: 0, to: 200, by: 13) {
      let alone = try written(
        [requests[place]], by: model, isDrafting: true, endTokens: [7], cacheFormat: format)
      #expect(alone.answers == [plain.answers[place]])
    }
  }

  @Test("an answer that was written before takes few passes, and fewer the oftener it was")
  func again() throws {
    let model = try CountingModel.make(positions: 128)
    var loop = AnswerLoop(
      model: model, tokenizer: try CountingModel.tokenizer(), endTokens: [CountingModel.end])
    func passes(_ prompt: [Int32]) -> Int {
      _ = loop.add(request(prompt, tokens: 60))
      var count = 0
      while !loop.isIdle {
        loop.pass { _, _ in }
        count += 1
      }
      return count
    }
    let first = passes([0, 1])
    #expect(first == Int(CountingModel.end) - 1)
    let second = passes([0, 1])
    #expect(second < first / 2)
    // The more answers went on alike, the longer is what is guessed.
    _ = passes([3, 4])
    #expect(passes([0, 1]) < second)
  }

  @Test("a bias and a stop text are heeded within what was guessed") func steered() throws {
    let model = try CountingModel.make(positions: 128)
    let requests = [
      request([0, 1, 2], tokens: 60) { $0.bias = [4: -100, 5: 100] },
      request([0, 1, 2, 3], tokens: 60, stop: ["wor", "ers:"]),
    ]
    let plain = try written(requests, by: model, isDrafting: false)
    #expect(try written(requests, by: model, isDrafting: true).answers == plain.answers)
  }

  @Test("an answer that was guessed is gone on from by a prompt that begins with it") func kept()
    throws
  {
    let model = try CountingModel.make(positions: 256)
    var loop = AnswerLoop(
      model: model, tokenizer: try CountingModel.tokenizer(), endTokens: [], keptBytes: 1 << 20)
    let first = request([0, 1, 2, 3], tokens: 60)
    var tokens: [Int32] = []
    _ = loop.add(first)
    while !loop.isIdle { loop.pass { if case .ended(let answer) = $1 { tokens = answer.tokens } } }
    let second = request(first.prompt + tokens, tokens: 30)
    var found: [Int32] = []
    let before = loop.tokensRead
    _ = loop.add(second)
    while !loop.isIdle { loop.pass { if case .ended(let answer) = $1 { found = answer.tokens } } }
    #expect(loop.tokensRead - before < 64)
    #expect(
      try written([second], by: model, isDrafting: false).answers.map(\.tokens) == [found])
  }
}
