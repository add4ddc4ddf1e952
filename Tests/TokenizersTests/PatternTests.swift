import Testing
import Tokenizers

@Suite("Pattern") struct PatternTests {
  private func tokenizer(splittingBy pattern: String) throws -> Tokenizer {
    try Tokenizer(
      fileContents: file(
        parts: #"""
          "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\#(pattern)"},
            "behavior": "Isolated"}
          """#))
  }

  @Test("gives up a search that would never end")
  func catastrophe() throws {
    let tokenizer = try tokenizer(splittingBy: "(a+)+$")
    let text = String(repeating: "a", count: 100) + "b"
    let elapsed = ContinuousClock().measure {
      #expect(tokenizer.encode(text).count == 100)
    }
    #expect(elapsed < .seconds(2))
  }

  @Test("survives patterns that match nothing", arguments: ["", "x*", "(?=b)", #"\\b"#])
  func emptyMatches(pattern: String) throws {
    #expect(try tokenizer(splittingBy: pattern).encode("ab€ab").isEmpty == false)
  }

  @Test(
    "is refused when it is malformed", arguments: ["(", "[a", #"\\p{NoSuchProperty}"#, #"\\C"#])
  func malformed(pattern: String) {
    let error = #expect(throws: TokenizerError.self) { try tokenizer(splittingBy: pattern) }
    guard case .invalidPattern(_, _, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test("is refused when it is too long")
  func tooLong() {
    #expect(throws: TokenizerError.patternTooLong(bytes: 70_000, limit: 65_536)) {
      try tokenizer(splittingBy: String(repeating: "a", count: 70_000))
    }
    // Short to write, long to compile: the library's own limit answers.
    let nested = "(?:" + String(repeating: "(?:a{1000}){1000}", count: 100) + "){1000}"
    #expect(throws: TokenizerError.self) { try tokenizer(splittingBy: nested) }
  }

  @Test("matches text literally when written so")
  func literal() throws {
    let bytes = file(
      vocabulary: #"{"a": 0, ".": 1, "a.": 2}"#, merges: #"["a ."]"#,
      parts: #"""
        "pre_tokenizer": {"type": "Split", "pattern": {"String": "."}, "behavior": "Isolated"}
        """#)
    #expect(try Tokenizer(fileContents: bytes).encode("aa.") == [0, 0, 1])
  }
}

@Suite("Patterns of Oniguruma") struct OnigurumaPatternTests {
  static let same = [
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"#,
    #"\s*[\r\n]+|\s+(?!\S)|\s+"#, #"'s|'t| ?\p{L}+| ?\p{N}+"#, "[一-龥]+", #"a++b*?c?+"#, #"[]a-]"#,
  ]

  @Test("leaves what both understand alike", arguments: same) func keeps(pattern: String) throws {
    let text = try OnigurumaPattern.translated(pattern)
    #expect(text == pattern.replacing("[]a", with: #"[\]a"#))
  }

  static let others: [(from: String, to: String)] = [
    (#"\h+"#, "[0-9A-Fa-f]+"), (#"[\h_]"#, "[0-9A-Fa-f_]"), (#"\v"#, #"\x{B}"#),
    (#"\u00e9"#, #"\x{00e9}"#), ("^a$", "(?m:^)a(?m:$)"), ("(?m:.)", "(?s:.)"),
    ("a(?i)b|c", "a(?i:b|c)"), ("(a(?i)b|c)d", "(a(?i:b|c))d"), ("a{,2}", "a{0,2}"),
    ("[a-z&&[^aeiou]]", "(?:(?=[a-z])[^aeiou])"), ("[a[bc]]", "(?:[a]|[bc])"),
    ("[^a[bc]]", "(?:(?!(?:[a]|[bc]))(?s:.))"), (#"\p{Han}"#, #"\p{sc:Han}"#),
    (#"\p{Punct}[[:punct:]]"#, #"\p{P}[\p{P}\p{S}]"#), (#"\P{Blank}"#, #"[^\p{Zs}\t]"#),
    (#"[\p{Alnum}]\p{ASCII}"#, #"[\p{Alphabetic}\p{Nd}][\x{0}-\x{7F}]"#),
    (#"\p{^L}\P{^Letter}"#, #"\P{L}\p{L}"#), (#"[[:alpha:]]"#, #"[\p{Alphabetic}]"#), ("{", #"\{"#),
  ]

  @Test("writes what means something else in another way", arguments: others)
  func translates(from: String, to: String) throws {
    #expect(try OnigurumaPattern.translated(from) == to)
  }

  /// Patterns, and how many characters the pieces have that the reference library makes of a text with
  /// letters, digits, marks and signs of Unicode 15 and 16.
  static let newer: [(pattern: String, lengths: [Int])] = [
    (#"\p{L}+|\p{N}+|\s+"#, [4, 1, 3, 1, 1, 1, 1, 1, 2, 1, 1, 2, 1]),
    (#"[^\p{L}\p{N}]+"#, [4, 1, 3, 1, 1, 1, 1, 1, 2, 1, 1, 2, 1]),
    (#"\w+"#, [4, 1, 3, 1, 3, 1, 2, 1, 1, 2, 1]), (#"\W+"#, [4, 1, 3, 1, 3, 1, 2, 1, 1, 2, 1]),
    (#"\s"#, [4, 1, 7, 1, 7]), (#"[^\S]"#, [4, 1, 7, 1, 7]), (#"[\s\d]+"#, [4, 4, 4, 1, 7]),
    (#"\D+"#, [5, 3, 12]), (#"[\D]+"#, [5, 3, 12]),
    ("[[:alpha:]]+", [4, 5, 3, 1, 2, 1, 1, 2, 1]), (#"[\p{Han}]+"#, [13, 2, 5]),
    (#"\P{L}+"#, [4, 5, 1, 1, 1, 1, 2, 1, 1, 2, 1]),
    (#"[\P{L}]+"#, [4, 5, 1, 1, 1, 1, 2, 1, 1, 2, 1]),
    (#"[\P{Alnum}x]+"#, [4, 1, 3, 2, 2, 1, 2, 1, 1, 2, 1]), (#"\p{Lu}+"#, [1, 1, 17, 1]),
    (#"[[:punct:]]+|\p{M}+"#, [8, 1, 1, 1, 6, 2, 1]),
    (#"[\p{L}&&[^x]]+"#, [4, 7, 1, 1, 2, 1, 1, 2, 1]),
    (
      #"(?i:'s|'t)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+(?!\S)|\s+"#,
      [4, 1, 3, 2, 2, 3, 2, 2, 1]
    ),
  ]

  @Test("knows characters that came after PCRE2's tables", arguments: newer)
  func knowsNewer(pattern: String, lengths: [Int]) throws {
    let escaped = pattern.replacing("\\", with: "\\\\")
    let tokenizer = try Tokenizer(
      fileContents: Array(
        """
        {"pre_tokenizer":{"type":"Split","pattern":{"Regex":"\(escaped)"},"behavior":"Isolated"},
        "model":{"type":"WordLevel","vocab":{"?":0},"unk_token":"?"}}
        """.utf8))
    let text =
      "a\u{A7CB}\u{1C8A}b 1\u{10D40}\u{11BF0}-x\u{897}y \u{31350}\u{4E00}\u{180E}z\u{1FAE8}!\u{10D50}"
    let bytes = Array(text.utf8)
    let pieces = tokenizer.encodeWithPlaces(text).places.map { place in
      String(decoding: bytes[place], as: UTF8.self).unicodeScalars.count
    }
    #expect(pieces == lengths)
  }

  static let refused = [
    #"\X"#, #"\Q.\E"#, #"\g<1>(a)"#, "a{2}?", "a{1,2}+", "a**", "a{2,1}", "(?x) a", "(?~a)",
    "(*FAIL)",
    #"\xC3"#, #"\p{InCyrillic}"#, #"\p{Graph}"#, "[a&&]", "[^a&&b]",
    "(?i:strasse)", "[[:print:]]",
    #"\y"#,
    #"\pL"#,
  ]

  @Test("refuses by name what it is not sure of", arguments: refused)
  func refuses(pattern: String) {
    #expect(throws: TokenizerError.self) { try OnigurumaPattern.translated(pattern) }
  }
}
