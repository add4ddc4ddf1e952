import Serialization
import Testing
import Tokenizers

@Suite("Tokenizer") struct TokenizerTests {
  @Test("agrees with the reference", arguments: Fixtures.names)
  func goldens(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    let goldens = try Fixtures.goldens(name)
    #expect(goldens.count == 36)
    for golden in goldens {
      #expect(tokenizer.encode(golden.text) == golden.ids, "\(golden.text)")
      #expect(
        tokenizer.encode(golden.text, addingSpecialTokens: true) == golden.idsWithSpecialTokens,
        "\(golden.text)")
      let decoded = tokenizer.decode(golden.ids, skippingSpecialTokens: false)
      #expect(Array(decoded.utf8) == Array(golden.decoded.utf8), "\(golden.text)")
    }
  }

  @Test("streams the same text as it decodes at once", arguments: Fixtures.names)
  func streaming(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    for golden in try Fixtures.goldens(name) {
      var decoder = StreamingDecoder(tokenizer, skippingSpecialTokens: false)
      let pieces = golden.ids.map { decoder.append($0) } + [decoder.finish()]
      #expect(Array(pieces.joined().utf8) == Array(golden.decoded.utf8), "\(golden.text)")
    }
  }

  @Test("cuts every character where the reference does, at scripts")
  func scripts() throws {
    let golden = try JSONValue(parsing: Fixtures.bytes("script-pieces"))
    let tokenizer = try Fixtures.tokenizer("scripts")
    /// Where the tokens of characters begin, counted in characters.
    func starts(_ values: some Sequence<UInt32>) -> [Int] {
      var text = ""
      text.unicodeScalars.append(contentsOf: values.lazy.compactMap(Unicode.Scalar.init))
      var characters: [Int: Int] = [:]
      var offset = 0
      for (index, scalar) in text.unicodeScalars.enumerated() {
        characters[offset] = index
        offset += scalar.utf8.count
      }
      return tokenizer.encodeWithPlaces(text).places.compactMap { characters[$0.lowerBound] }
    }
    let size: UInt32 = 0x20000
    #expect(starts(0..<size) == golden["ordered"]?.array?.compactMap(\.int))
    let mixed = starts((0..<size).lazy.map { $0 &* 7919 % size })
    #expect(mixed.count == golden["mixedCount"]?.int)
    #expect(mixed.reduce(0, +) == golden["mixedSum"]?.int)
  }

  @Test("gives the same ids when its cache is warm")
  func cache() throws {
    let tokenizer = try Fixtures.tokenizer("byte-level")
    let text = "the tune, the tune and the tune's name 'the' thé \u{0}\u{0}a"
    let first = tokenizer.encode(text)
    #expect(tokenizer.encode(text) == first)
    #expect(tokenizer.decode(first) == text)
    // Words of up to 15 bytes are kept; each length and each filling must be told apart.
    let runs = (0..<40).map { String(repeating: "\u{0}", count: $0) + "." }
    for run in runs + runs { #expect(tokenizer.decode(tokenizer.encode(run)) == run) }
  }

  @Test("gives any valid text back, byte for byte, when byte-level")
  func roundTrip() throws {
    let tokenizer = try Fixtures.tokenizer("byte-level-digits")
    var text = ""
    for value in stride(from: 0, to: 0x30000, by: 37) {
      if let scalar = Unicode.Scalar(UInt32(value)) { text.unicodeScalars.append(scalar) }
    }
    // A space is put before each word that has none: only those after a space stay as they are.
    let decoded = tokenizer.decode(tokenizer.encode(text))
    #expect(decoded.utf8.filter { $0 != 0x20 } == text.utf8.filter { $0 != 0x20 })
  }

  @Test("names its tokens")
  func names() throws {
    let tokenizer = try Fixtures.tokenizer("byte-level")
    #expect(tokenizer.vocabularySize == 402)
    #expect(tokenizer.id(of: "<s>") == 1)
    #expect(tokenizer.token(of: 1) == "<s>")
    #expect(tokenizer.isSpecial(1))
    #expect(!tokenizer.isSpecial(100))
    #expect(tokenizer.id(of: "no such token") == nil)
    #expect(tokenizer.token(of: 402) == nil)
    #expect(tokenizer.token(of: -1) == nil)
  }

  @Test("leaves special tokens out of a text unless asked for")
  func skipping() throws {
    let tokenizer = try Fixtures.tokenizer("byte-level-split")
    let ids = tokenizer.encode("the tune", addingSpecialTokens: true)
    #expect(tokenizer.decode(ids) == "the tune")
    #expect(tokenizer.decode(ids, skippingSpecialTokens: false) == "<s>the tune</s>")
    #expect(tokenizer.decode([9_999_999, -5] + ids) == "the tune")
  }

  @Test(
    "takes time about linear in a text's length",
    arguments: ["byte-level", "byte-level-split", "byte-fallback", "space-marks-first"],
    ["a", "\n", " ", "the ", "<", "\u{301}", "\u{301}\u{323}", "👩‍"])
  func longTexts(name: String, unit: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    let text = String(repeating: unit, count: 20_000)
    let elapsed = ContinuousClock().measure { #expect(!tokenizer.encode(text).isEmpty) }
    // About 0.1 s unoptimised; a quadratic step would take minutes.
    #expect(elapsed < .seconds(5))
  }
}

@Suite("StreamingDecoder") struct StreamingDecoderTests {
  @Test("holds a character back until its last byte")
  func incomplete() throws {
    let tokenizer = try Fixtures.tokenizer("byte-level")
    let ids = tokenizer.encode("😀")
    #expect(ids.count == 4)
    var decoder = StreamingDecoder(tokenizer)
    #expect(ids.map { decoder.append($0) } == ["", "", "", "😀"])
    #expect(decoder.finish() == "")
  }

  @Test("gives out what stays incomplete, and does not hold back for ever")
  func neverWhole() throws {
    let tokenizer = try Fixtures.tokenizer("byte-level")
    let lead = try #require(tokenizer.encode("😀").first)
    var decoder = StreamingDecoder(tokenizer)
    #expect(decoder.append(lead) == "")
    #expect(decoder.finish() == "\u{FFFD}")
    let pieces = (0..<40).map { _ in decoder.append(lead) } + [decoder.finish()]
    #expect(pieces.joined() == String(repeating: "\u{FFFD}", count: 40))
    #expect(pieces.contains { $0.unicodeScalars.count == 16 })
  }

  @Test("keeps the space of a word after a special token")
  func afterSpecial() throws {
    let tokenizer = try Fixtures.tokenizer("byte-fallback")
    var decoder = StreamingDecoder(tokenizer)
    let ids = tokenizer.encode("the") + [1] + tokenizer.encode("tune")
    #expect(ids.map { decoder.append($0) }.joined() + decoder.finish() == "the tune")
  }
}
