import Foundation
import Reporting
import Testing

@Suite("Parallel axes") struct ParallelsTests {
  private let search = Parallels(
    "search", axes: ["lr", "schedule", "rank", "loss"],
    lines: [
      [.number(1e-2), .word("cosine"), .number(8), .number(1.25)],
      [.number(1e-3), .word("linear"), .number(8), .number(1.5)],
      [.number(1e-4), .word("cosine"), .number(8), .number(2.25)],
    ])

  @Test("numbers lie between the ends, in factors where they span many, and words by turns")
  func places() {
    #expect(search.places(axis: 0).map { $0.map { ($0 * 1000).rounded() } } == [1000, 500, 0])
    #expect(search.places(axis: 1) == [0, 1, 0])
    #expect(search.places(axis: 2) == [0.5, 0.5, 0.5])
    #expect(search.places(axis: 3) == [0, 0.25, 1])
  }

  @Test("what is no number has a place as a word has") func notNumbers() {
    let odd = Parallels("odd", axes: ["a"], lines: [[.number(.nan)], [.number(1)]])
    #expect(odd.places(axis: 0) == [0, 1])
    #expect(Parallels("none", axes: ["a"], lines: []).places(axis: 0) == [])
  }

  @Test("in plain lines each value has a mark at its place") func plain() {
    #expect(
      search.plainText == """
        search
                        lr           schedule          rank             loss
            0.01 ........*   cosine *........   8 ....*....   1.25 *........
           0.001 ....*....   linear ........*   8 ....*....    1.5 ..*......
          0.0001 *........   cosine *........   8 ....*....   2.25 ........*

        """)
  }

  @Test("the picture is whole, and the same again") func picture() throws {
    let svg = ParallelChart(search).svg
    #expect(svg == ParallelChart(search).svg)
    #expect(XMLParserProbe(svg).isWellFormed)
    #expect(svg.components(separatedBy: "fill=\"none\"").count == 4)
    #expect(svg.contains("0.0001") && svg.contains(">cosine<"))
  }
}
