import Terminal
import Testing

@Suite("WordWrap") struct WordWrapTests {
  /// What is written of pieces, and each piece's end.
  private func text(_ pieces: [String], width: Int) -> String {
    var wrap = WordWrap()
    return pieces.map { wrap.add($0, width: width) }.joined() + wrap.finish(width: width)
  }

  static let cases: [(pieces: [String], width: Int, lines: String)] = [
    (["Once upon", " a ti", "me there", " was"], 12, "Once upon a\ntime there\nwas"),
    (["one two"], 7, "one two"), (["one two"], 6, "one\ntwo"),
    (["a  b\n", "\n  c d"], 20, "a  b\n\n  c d"), (["a \n b "], 20, "a \n b"),
    (["abcdefgh", "ijk", " l"], 5, "abcde\nfghij\nk l"),
    (["日本語日本語"], 6, "日本語\n日本語"), (["aé"], 8, "aé"),
  ]

  @Test("a line ends between words, wherever the pieces end", arguments: cases.indices)
  func wraps(index: Int) {
    let (pieces, width, lines) = Self.cases[index]
    #expect(text(pieces, width: width) == lines)
    let letters = pieces.joined().map { String($0) }
    #expect(text(letters, width: width) == lines)
  }

  @Test("a word is written when it is at its end") func holdsBack() {
    var wrap = WordWrap()
    #expect(wrap.add("Hel", width: 20) == "")
    #expect(wrap.add("lo wor", width: 20) == "Hello")
    #expect(wrap.finish(width: 20) == " wor")
    #expect(wrap.add("ld!", width: 20) == "")
    #expect(wrap.finish(width: 20) == "ld!")
  }
}
