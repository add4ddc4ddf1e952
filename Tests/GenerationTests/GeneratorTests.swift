import Execution
import Generation
import TestSupport
import Testing
import Tokenizers

@Suite("Generated text") struct GeneratorTests {
  /// Everything up to the end token, and the pieces in which it was told.
  @Test("is told in whole characters, and is all that was told") func pieces() throws {
    let (answer, pieces) = try generate()
    #expect(answer.text == "ello world\u{E9}!\nUser:")
    #expect(answer.tokens == Array(1...13))
    #expect(answer.stopReason == .endOfText)
    #expect(pieces == ["el", "lo", " w", "or", "ld", "\u{E9}", "!", "\n", "U", "s", "er", ":"])
  }

  @Test(
    "ends before a stop text, wherever tokens divide it",
    arguments: [
      ("lo w", "el"), ("low", nil), ("o", "ell"), ("world\u{E9}!", "ello "),
      ("\nUser:", "ello world\u{E9}!"),
      ("el", ""), ("r:", "ello world\u{E9}!\nUse"), ("", nil),
    ] as [(String, String?)])
  func stopText(stop: String, text: String?) throws {
    let (answer, pieces) = try generate { $0.stop = [stop] }
    #expect(answer.text == text ?? "ello world\u{E9}!\nUser:")
    #expect(answer.stopReason == (text == nil ? .endOfText : .stopText))
    #expect(pieces.joined() == answer.text)
  }

  @Test("holds back what may become a stop text, and gives it out when it does not")
  func heldBack() throws {
    let (answer, pieces) = try generate { $0.stop = ["lo wish", "!\nUsual"] }
    #expect(answer.text == "ello world\u{E9}!\nUser:")
    #expect(pieces == ["e", "l", "lo wor", "ld", "\u{E9}", "!\nUser", ":"])
  }

  @Test("what is held back at the end belongs to the text") func heldAtTheEnd() throws {
    let answer = try generate { $0.stop = ["User: hello"] }.answer
    #expect(answer.text.hasSuffix("User:") && answer.stopReason == .endOfText)
    let cut = try generate {
      $0.stop = ["lo w"]
      $0.maximumTokens = 2
    }.answer
    #expect(cut.text == "ello" && cut.stopReason == .length)
  }

  @Test("of several stop texts the first in the text counts") func severalStops() throws {
    #expect(try generate { $0.stop = ["ld", "wor", "o"] }.answer.text == "ell")
    #expect(try generate { $0.stop = ["orld", "w"] }.answer.text == "ello ")
  }

  /// Swift counts a carriage return and a new line as one character.
  @Test("finds a stop text within what is shown as one character") func insideCharacter() throws {
    let (answer, pieces) = try generate([14]) { $0.stop = ["\n"] }
    #expect(answer.text == "\r" && answer.stopReason == .stopText)
    #expect(pieces == ["\r"])
    let (other, parts) = try generate([14]) { $0.stop = ["\nI"] }
    #expect(parts.first == "\r" && other.text.hasPrefix("\r\nHello"))
  }

  @Test("half a character at the end is said to be one") func halfCharacter() throws {
    let (answer, pieces) = try generate { $0.maximumTokens = 6 }
    #expect(answer.text == "ello world\u{FFFD}" && pieces.joined() == answer.text)
  }

  @Test("ends with the context", arguments: [1, 5, 8, 9, 40])
  func context(promptLength: Int) throws {
    let prompt = Array(repeating: Int32(0), count: promptLength)
    let (answer, _) = try generate(prompt, positions: 9)
    #expect(answer.tokens.count == max(0, 9 - promptLength))
    #expect(answer.stopReason == .length)
  }

  @Test("ends when it is told to") func cancelled() throws {
    let stop = StopFlag()
    var pieces = 0
    let generator = try Generator(
      model: CountingModel.make(), tokenizer: CountingModel.tokenizer(), endTokens: [])
    let answer = generator.generate(
      [0], greedy(), stop: stop,
      onText: { _ in
        pieces += 1
        if pieces == 3 { stop.request() }
      })
    #expect(answer.text == "ello w" && answer.stopReason == .cancelled)
  }

  @Test("without an end token it goes on, its special token unsaid") func noEndToken() throws {
    let generator = try Generator(
      model: CountingModel.make(), tokenizer: CountingModel.tokenizer(), endTokens: [])
    let answer = generator.generate([13], greedy { $0.maximumTokens = 3 })
    #expect(answer.tokens == [14, 15, 0] && answer.text == "\r\nH")
  }

  private func greedy(_ change: (inout SamplingSettings) -> Void = { _ in }) -> SamplingSettings {
    var settings = SamplingSettings()
    settings.temperature = 0
    change(&settings)
    return settings
  }

  private func generate(
    _ prompt: [Int32] = [0], positions: Int = 64,
    _ change: (inout SamplingSettings) -> Void = { _ in }
  ) throws -> (answer: GeneratedText, pieces: [String]) {
    let generator = try Generator(
      model: CountingModel.make(positions: positions), tokenizer: CountingModel.tokenizer(),
      endTokens: [CountingModel.end])
    var pieces: [String] = []
    let answer = generator.generate(prompt, greedy(change), onText: { pieces.append($0) })
    return (answer, pieces)
  }
}
