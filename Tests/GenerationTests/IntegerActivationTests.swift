import CPU
import Generation
import Models
import Tensors
import TestSupport
import Testing

/// Answers of models whose products are computed in integers.
@Suite("Answers by products in integers", .serialized) struct IntegerActivationTests {
  static let formats: [WeightFormat] = [.int8, .fourBit]

  private func model(_ format: WeightFormat) throws -> Transformer {
    let model = try TinyModel.make(isTied: false)
    try model.pack(as: format)
    return model
  }

  private func generator(
    _ model: Transformer, _ activations: ActivationFormat = .int8
  ) throws -> Generator {
    try Generator(
      model: model, tokenizer: CountingModel.tokenizer(), endTokens: [7],
      activations: activations)
  }

  @Test("are those written alone, in whatever order", arguments: formats, [0, 1.0])
  func sameAsAlone(format: WeightFormat, temperature: Double) throws {
    let requests = BatchTests.requests(temperature: temperature)
    let model = try model(format)
    let alone = try requests.map { try generator(model).generate([$0])[0].tokens }
    let together = try generator(model).generate(requests).map(\.tokens)
    let reversed = try generator(model).generate(requests.reversed()).map(\.tokens)
    #expect(together == alone && reversed == alone.reversed())
  }

  @Test("have logits of their own, and of weights without integers the same")
  func logits() throws {
    for format in WeightFormat.allCases {
      let model = try model(format)
      let logits = ActivationFormat.allCases.map { activations in
        let decoder = CachedDecoder(model: model, format: .float32, activations: activations)
        let sequence = decoder.cache.makeSequence()
        let hidden = decoder.hidden([CachedDecoder.Feed(sequence: sequence, tokens: [1, 2, 3])])
        return decoder.logits(hidden, rows: [0, 1, 2]).bits
      }
      #expect((logits[0] == logits[1]) == !Self.formats.contains(format), "\(format)")
    }
  }

  @Test("are the same on every path, with 1 to 3 threads", arguments: formats)
  func paths(format: WeightFormat) throws {
    let (path, threads) = (VectorPath.current, Parallelism.threadCount)
    defer {
      _ = path.select()
      Parallelism.setThreadCount(threads)
    }
    let requests = BatchTests.requests(temperature: 1)
    let model = try model(format)
    let expected = try generator(model).generate(requests).map(\.tokens)
    for path in VectorPath.allCases where path.select() {
      for count in 1...3 {
        Parallelism.setThreadCount(count)
        #expect(try generator(model).generate(requests).map(\.tokens) == expected)
      }
    }
  }

  /// A guess makes a pass of several rows of what is one row without it.
  @Test("guesses change nothing, nor do requests that come later", arguments: formats)
  func draftsAndLateRequests(format: WeightFormat) throws {
    let model = try model(format)
    let requests = BatchTests.requests(temperature: 0)
    func written(_ phrases: WrittenPhrases?, passesBetween: Int) throws -> [[Int32]] {
      var loop = AnswerLoop(
        model: model, tokenizer: try CountingModel.tokenizer(), endTokens: [7],
        activations: .int8, phrases: phrases)
      var found = [[Int32]](repeating: [], count: requests.count)
      let take = { (ticket: Int, event: AnswerEvent) in
        if case .ended(let answer) = event { found[ticket] = answer.tokens }
      }
      for request in requests {
        _ = loop.add(request)
        for _ in 0..<passesBetween { loop.pass(tell: take) }
      }
      while !loop.isIdle { loop.pass(tell: take) }
      return found
    }
    let plain = try written(nil, passesBetween: 0)
    for passes in [0, 1, 3] {
      #expect(try written(WrittenPhrases(), passesBetween: passes) == plain)
      #expect(try written(nil, passesBetween: passes) == plain)
    }
  }

  @Test("go through the device", arguments: formats) func device(format: WeightFormat) throws {
    let own = try TinyModel.make(isTied: true)
    let guarded = own.copied(to: GuardedDevice())
    let texts = try [own, guarded].map { model in
      try model.pack(as: format)
      return try generator(model).generate(BatchTests.requests(temperature: 1)).map(\.tokens)
    }
    #expect(texts[0] == texts[1])
  }
}
