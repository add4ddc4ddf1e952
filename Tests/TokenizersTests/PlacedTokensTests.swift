import Testing
import Tokenizers

/// What of a text each of its tokens stands for.
@Suite("PlacedTokens") struct PlacedTokensTests {
  /// The reference counts characters: bytes of one character are all of it.
  static func whole(_ place: Range<Int>, of text: String) -> Range<Int> {
    let bytes = Array(text.utf8)
    var (lower, upper) = (place.lowerBound, place.upperBound)
    while lower > 0, lower < bytes.count, bytes[lower] & 0xC0 == 0x80 { lower -= 1 }
    while upper < bytes.count, bytes[upper] & 0xC0 == 0x80 { upper += 1 }
    return lower..<upper
  }

  @Test("are those of the reference", arguments: Fixtures.names)
  func goldens(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    for golden in try Fixtures.goldens(name) {
      let tokens = tokenizer.encodeWithPlaces(golden.text)
      #expect(tokens.ids == golden.ids, "\(golden.text)")
      let places = tokens.places.map { Self.whole($0, of: golden.text) }
      // The reference leaves a mark out of the place of the letter it was joined to, all spaces but
      // one of those that became one, and gives each byte of unknown characters all of them.
      let isPlain = !golden.text.unicodeScalars.contains {
        $0.properties.isDiacritic && $0.value > 0xFF
      }
      if isPlain, !name.hasPrefix("unigram") { #expect(places == golden.places, "\(golden.text)") }
      for (mine, reference) in zip(places, golden.places) {
        let isWithin = mine.clamped(to: reference) == mine
        #expect(isWithin || reference.clamped(to: mine) == reference, "\(golden.text)")
      }
    }
  }

  @Test("cover a byte-level text without a gap")
  func bytes() throws {
    let tokenizer = try Fixtures.tokenizer("byte-level")
    let text = "The  tune\u{0} é 👩‍🚀 <turn> <s>end"
    let tokens = tokenizer.encodeWithPlaces(text)
    #expect(tokens.ids == tokenizer.encode(text))
    #expect(tokens.places.first?.lowerBound == 0)
    #expect(tokens.places.last?.upperBound == text.utf8.count)
    for (one, next) in zip(tokens.places, tokens.places.dropFirst()) {
      #expect(one.upperBound == next.lowerBound)
    }
  }
}
