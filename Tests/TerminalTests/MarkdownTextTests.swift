import Terminal
import Testing

@Suite struct MarkdownTextTests {
  private func plain(_ markdown: String, width: Int = 40) -> String {
    MarkdownText(theme: .plain, width: width).text(markdown)
  }

  @Test func joinsTheLinesOfAParagraphAndBreaksThemAnew() {
    #expect(
      plain("one two three four\nfive six seven eight nine ten eleven", width: 24)
        == "one two three four five\nsix seven eight nine ten\neleven\n")
  }

  @Test func keepsParagraphsApart() {
    #expect(plain("one\n\n\ntwo") == "one\n\ntwo\n")
  }

  @Test func hangsTheItemsOfAList() {
    #expect(
      plain("Choose:\n1. the first of them all\n   and more\n2. two", width: 20)
        == "Choose:\n\n1. the first of them\n   all and more\n2. two\n")
  }

  @Test func leavesFencesAsTheyAre() {
    #expect(
      plain("Type:\n```ft\nset lr  1\nshow\n```\nDone")
        == "Type:\n\n    set lr  1\n    show\n\nDone\n")
  }

  @Test func dropsTheMarksOfStressAndKeepsThoseOfCodeWithoutColour() {
    #expect(plain("The `set lr 1` of *all* **weights**.") == "The `set lr 1` of all weights.\n")
    #expect(plain("2 * 3 is `a*b`") == "2 * 3 is `a*b`\n")
  }

  @Test func paintsCodeAndStress() {
    let theme = Theme(allowsColor: true, allowsRedraw: true, allowsUnicode: true)
    let text = MarkdownText(theme: theme, width: 40).text("a `b` c")
    #expect(text == "a \(theme.paint("b", .prompt)) c\n")
  }
}
