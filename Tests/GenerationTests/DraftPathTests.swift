import CPU
import Generation
import Models
import TestSupport
import Testing

/// Seeded answers with and without guesses, alone and side by side, on every vector path.
enum DraftPaths {
  /// Answers to prompts that repeat themselves, from nearly the likeliest tokens to wild ones.
  static func requests(_ count: Int) -> [GenerationRequest] {
    (0..<count).map { answer in
      var settings = SamplingSettings()
      (settings.maximumTokens, settings.temperature, settings.seed) =
        (12, 0.3 + 0.01 * Double(answer), 4)
      let prompt = (0..<[9, 40, 64][answer % 3]).map { Int32($0 * $0 % 5 + $0 % 4) }
      return GenerationRequest(prompt, settings, answer: answer)
    }
  }

  /// Holds all ways of writing answers to those of the path in force; `alone` of them are also written
  /// one by one.
  static func check(_ requests: [GenerationRequest], alone: Int) throws {
    let before = VectorPath.current
    defer { _ = before.select() }
    let model = try TinyModel.make(isTied: true)
    func written(_ requests: ArraySlice<GenerationRequest>, isDrafting: Bool) throws -> [[UInt8]] {
      try Generator(
        model: model, tokenizer: CountingModel.tokenizer(), endTokens: [7],
        phrases: isDrafting ? WrittenPhrases() : nil
      ).generate(Array(requests)).map { answer in
        answer.tokens.flatMap { withUnsafeBytes(of: $0, Array.init) } + Array(answer.text.utf8)
      }
    }
    let expected = try written(requests[...], isDrafting: false)
    #expect(Set(expected).count > 1)
    for path in VectorPath.allCases where path.select() {
      for isDrafting in [false, true] {
        let together = try written(requests[...], isDrafting: isDrafting)
        #expect(together == expected, "\(path), \(isDrafting)")
        let one = try (0..<alone).flatMap { place in
          try written(requests[place..<place + 1], isDrafting: isDrafting)
        }
        #expect(one == Array(expected.prefix(alone)), "\(path), \(isDrafting), alone")
      }
    }
  }
}

@Suite("Guesses on every vector path", .serialized) struct DraftPathTests {
  @Test("seeded answers are the same, alone and side by side") func some() throws {
    try DraftPaths.check(DraftPaths.requests(40), alone: 6)
  }
}

/// All of two hundred: the portable path takes most of the time.
@Suite("Guesses on every vector path, two hundred answers", .serialized)
struct DraftPathExhaustive {
  @Test("seeded answers are the same, alone and side by side") func all() throws {
    try DraftPaths.check(DraftPaths.requests(200), alone: 200)
  }
}
