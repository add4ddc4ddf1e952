import CPU
import Checkpoints
import Datasets
import Execution
import Generation
import Models
import Serialization
import Tensors
import TestSupport
import Testing
import Tokenizers

/// Answers written side by side are those written alone, to the token.
@Suite("Answers side by side") struct BatchTests {
  /// Prompts of lengths on either side of a key block; three of them are the same.
  static let prompts: [[Int32]] = {
    let ids = TinyModel.examples(lengths: [1, 70, 5, 64, 13, 65, 30]).map(\.ids)
    return ids + [ids[1], ids[1], ids[0]]
  }()

  @Test("are those written alone", arguments: [0, 1.0], [CacheFormat.float32, .bfloat16])
  func sameAsAlone(temperature: Double, format: CacheFormat) throws {
    let requests = Self.requests(temperature: temperature)
    let alone = try requests.map { try generator(format).generate([$0])[0].tokens }
    // Each ends in its own time, as its limit or the end tokens say.
    #expect(Set(alone.map(\.count)).count > 3)
    for count in [2, 8, 10] {
      let found = try generator(format).generate(Array(requests.prefix(count)))
      #expect(found.map(\.tokens) == Array(alone.prefix(count)))
    }
    let reversed = try generator(format).generate(requests.reversed())
    #expect(reversed.map(\.tokens) == alone.reversed())
  }

  @Test("are the same on every path, with 1 to 3 threads") func paths() throws {
    let (path, threads) = (VectorPath.current, Parallelism.threadCount)
    defer {
      _ = path.select()
      Parallelism.setThreadCount(threads)
    }
    let requests = Self.requests(temperature: 1)
    let expected = try generator().generate(requests).map(\.tokens)
    for path in VectorPath.allCases where path.select() {
      for count in 1...3 {
        Parallelism.setThreadCount(count)
        #expect(try generator().generate(requests).map(\.tokens) == expected)
      }
    }
  }

  /// More than are written at a time, so that later ones join as others leave.
  @Test("of one prompt differ, and each is itself whatever their number") func manyOfOne() throws {
    var settings = SamplingSettings()
    settings.temperature = 1
    settings.maximumTokens = 6
    let requests = (0..<70).map { GenerationRequest(Self.prompts[1], settings, answer: $0) }
    let all = try generator().generate(requests).map(\.tokens)
    #expect(Set(all).count > 60)
    for index in [0, 1, 31, 32, 69] {
      #expect(try generator().generate([requests[index]])[0].tokens == all[index])
    }
  }

  @Test("a prompt longer than a pass is read in pieces") func longPrompt() throws {
    let config = try ModelConfig([
      "model_type": "llama", "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1,
      "num_attention_heads": 2, "vocab_size": 61, "max_position_embeddings": 2500,
    ])
    let model = Transformer(untrained: config, seed: 1)
    let ids = TinyModel.examples(lengths: [2300, 1024, 3]).map(\.ids)
    var settings = SamplingSettings()
    settings.temperature = 0
    settings.maximumTokens = 2
    let generator = try Generator(
      model: model, tokenizer: CountingModel.tokenizer(), endTokens: [])
    let answers = generator.generate(ids.map { GenerationRequest($0, settings) })
    for (prompt, answer) in zip(ids, answers) {
      let whole = model.logits(ofAll: prompt)
      #expect(answer.tokens.first == whole.rows(prompt.count - 1..<prompt.count).largestPlaces[0])
    }
  }

  @Test("those without room in the context are empty, and the others whole") func noRoom() throws {
    let full = [Int32](repeating: 3, count: 256)
    var ended: [Int] = []
    let answers = try generator().generate(
      [
        GenerationRequest(full, .init()), GenerationRequest([1, 2], .init()),
        GenerationRequest(full, .init()),
      ], onEnd: { ended.append($0) })
    #expect(answers.map(\.tokens.isEmpty) == [true, false, true])
    #expect(answers[0].stopReason == .length && ended.sorted() == [0, 1, 2])
  }

  @Test("are told apart while they are written") func told() throws {
    let generator = try Generator(
      model: CountingModel.make(), tokenizer: CountingModel.tokenizer(),
      endTokens: [CountingModel.end])
    var settings = SamplingSettings()
    settings.temperature = 0
    var (texts, ended) = (["", ""], [Int]())
    let answers = generator.generate(
      [GenerationRequest([0], settings), GenerationRequest([9], settings)],
      onText: { texts[$0] += $1 }, onEnd: { ended.append($0) })
    #expect(texts == answers.map(\.text) && texts == ["ello world\u{E9}!\nUser:", "User:"])
    #expect(ended == [1, 0])
  }

  @Test("are kept as far as they came when they are told to end") func cancelled() throws {
    let stop = StopFlag()
    var pieces = 0
    let generator = try Generator(
      model: CountingModel.make(), tokenizer: CountingModel.tokenizer(), endTokens: [])
    var settings = SamplingSettings()
    settings.temperature = 0
    let answers = generator.generate(
      (0..<40).map { GenerationRequest([0], settings, answer: $0) },
      stop: stop,
      onText: { answer, _ in
        pieces += answer == 31 ? 1 : 0
        if pieces == 3 { stop.request() }
      })
    #expect(answers.allSatisfy { $0.stopReason == .cancelled })
    #expect(answers[0].text == "ello w" && answers[31].text == "ello w")
    #expect(answers[39].tokens.isEmpty)
  }

  /// Requests of several lengths for the prompts above.
  static func requests(temperature: Double) -> [GenerationRequest] {
    prompts.enumerated().map { index, prompt in
      var settings = SamplingSettings()
      settings.temperature = temperature
      settings.maximumTokens = 5 + 4 * index
      settings.seed = 9
      return GenerationRequest(prompt, settings, answer: index % 4)
    }
  }

  private func generator(_ format: CacheFormat = .float32) throws -> Generator {
    try Generator(
      model: TinyModel.make(isTied: false), tokenizer: CountingModel.tokenizer(), endTokens: [7],
      cacheFormat: format)
  }
}
