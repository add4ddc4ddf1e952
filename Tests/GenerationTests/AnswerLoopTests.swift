import Datasets
import Generation
import Mathematics
import Models
import TestSupport
import Testing
import Tokenizers

/// Requests that come and go while others are answered change nothing of any answer.
@Suite("Answers that come and go") struct AnswerLoopTests {
  @Test("are those written alone, whenever they join", arguments: [UInt64(1), 2, 3], [0, 1 << 20])
  func joining(seed: UInt64, keptBytes: Int) throws {
    let requests = try Self.requests()
    let alone = try requests.map { try Self.generator().generate([$0])[0].tokens }
    var loop = try Self.loop(keptBytes: keptBytes)
    var (found, places): ([Int: GeneratedText], [Int: Int]) = ([:], [:])
    let stream = RandomStream(seed: seed, purpose: .sampling, step: 0)
    var (next, pass) = (0, 0)
    while next < requests.count || !loop.isIdle {
      for _ in 0..<Int(stream.uniform(at: pass) * 3) where next < requests.count {
        places[loop.add(requests[next])] = next
        next += 1
      }
      loop.pass { if case .ended(let answer) = $1 { found[$0] = answer } }
      pass += 1
    }
    for (ticket, place) in places { #expect(found[ticket]?.tokens == alone[place]) }
    #expect(found.count == requests.count)
  }

  @Test("a beginning that another has read is not computed again") func shared() throws {
    let requests = try Self.requests()
    var loop = try Self.loop(keptBytes: 1 << 20)
    var passes: [Int] = []
    // The second begins as the first does, but for its last tokens.
    for prompt in [requests[0].prompt, requests[0].prompt.dropLast(3) + [5, 6, 7, 8]] {
      var settings = SamplingSettings()
      settings.maximumTokens = 1
      _ = loop.add(GenerationRequest(prompt, settings))
      while !loop.isIdle { loop.pass { _, _ in } }
      passes.append(loop.tokensRead)
    }
    #expect(passes == [requests[0].prompt.count, requests[0].prompt.count + 4])
  }

  @Test("those that come together with one beginning have it read once") func together() throws {
    let beginning = TinyModel.examples(lengths: [100])[0].ids
    var settings = SamplingSettings()
    settings.maximumTokens = 1
    var loop = try Self.loop(keptBytes: 0)
    for index in 0..<20 { _ = loop.add(GenerationRequest(beginning + [Int32(index)], settings)) }
    while !loop.isIdle { loop.pass { _, _ in } }
    #expect(loop.tokensRead == 101 + 19)
  }

  @Test("one that is called off ends, and the others go on") func cancelled() throws {
    let requests = try Self.requests()
    let alone = try requests.map { try Self.generator().generate([$0])[0].tokens }
    var loop = try Self.loop(keptBytes: 0)
    let tickets = requests.map { loop.add($0) }
    var found: [Int: GeneratedText] = [:]
    let tell = { (ticket: Int, event: AnswerEvent) in
      if case .ended(let answer) = event { found[ticket] = answer }
    }
    for _ in 0..<3 { loop.pass(tell: tell) }
    loop.cancel(tickets[2], tell: tell)
    #expect(found[tickets[2]]?.stopReason == .cancelled)
    #expect(alone[2].starts(with: found[tickets[2]]?.tokens ?? [-1]))
    while !loop.isIdle { loop.pass(tell: tell) }
    for place in requests.indices where place != 2 {
      #expect(found[tickets[place]]?.tokens == alone[place])
    }
  }

  /// Prompts of which many begin alike, for 3 to 27 tokens each.
  private static func requests() throws -> [GenerationRequest] {
    let long = TinyModel.examples(lengths: [150, 70, 5]).map(\.ids)
    let prompts = [
      long[0], long[0], long[0].dropLast(20) + [1, 2, 3], long[1], Array(long[0].prefix(64)),
      long[2],
      Array(long[0].prefix(65)), Array(long[0].prefix(9)) + [4], long[1] + [3], long[0] + long[2],
    ]
    return prompts.enumerated().map { index, prompt in
      var settings = SamplingSettings()
      settings.temperature = index % 2 == 0 ? 1 : 0
      settings.maximumTokens = 3 + 8 * (index % 4)
      settings.seed = 9
      return GenerationRequest(Array(prompt), settings, answer: index % 3)
    }
  }

  private static func loop(keptBytes: Int) throws -> AnswerLoop {
    try AnswerLoop(
      model: TinyModel.make(isTied: false), tokenizer: CountingModel.tokenizer(),
      endTokens: [7], keptBytes: keptBytes)
  }

  private static func generator() throws -> Generator {
    try Generator(
      model: TinyModel.make(isTied: false), tokenizer: CountingModel.tokenizer(), endTokens: [7])
  }
}
