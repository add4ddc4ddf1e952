import Foundation
import Lessons
import Reporting
import Testing

@Suite struct LessonPageTests {
  private func page(_ text: String) async throws -> (LessonPage, [String]) {
    let lesson = try LessonReader.read(SourceFile(.file("01-x.ft.md"), text), number: 1)
    var checker = LessonChecker(lesson, taught: [], resources: Toy.resources)
    let outcome = await checker.run()
    return (outcome.page, outcome.problems.map(\.message))
  }

  @Test func showsWhatCellsGiveUnderThem() async throws {
    let text = Toy.text.replacingOccurrences(of: "let n = 3\n", with: "let n = 3\nprint n * 2\n")
    let (page, _) = try await page(text)
    let updated = page.updated(text)
    #expect(updated.contains("print n * 2\n```\n```output\n6\n```\n<!-- ft check"))
    // Once more changes nothing, and what came out before is replaced.
    #expect(page.updated(updated) == updated)
    #expect(page.updated(updated.replacingOccurrences(of: "\n6\n", with: "\n7\n8\n")) == updated)
  }

  @Test func keepsAPageWithoutOutputAsItIs() async throws {
    let (page, problems) = try await page(Toy.text)
    #expect(page.updated(Toy.text) == Toy.text)
    #expect(page.pictures.isEmpty && problems.isEmpty)
  }

  @Test func drawsAPicture() async throws {
    let text = Toy.text.replacingOccurrences(
      of: "let n = 3\n```", with: "let n = 3\nplot [1, 2, n]\n```\n![Words](images/01-name.svg)")
    let (page, _) = try await page(text)
    #expect(page.pictures.map(\.path) == ["images/01-name.svg"])
    #expect(page.pictures.first?.svg.hasPrefix("<svg") == true)
    let lesson = try LessonReader.read(SourceFile(.file("01-x.ft.md"), text), number: 1)
    #expect(!lesson.steps[0].instruction.contains("images"))
    #expect(!lesson.steps[0].afterword.contains("images"))
  }

  @Test func aPictureNeedsAPlot() async throws {
    let text = Toy.text.replacingOccurrences(
      of: "let n = 3\n```", with: "let n = 3\n```\n![Words](images/01-name.svg)")
    let (_, problems) = try await page(text)
    #expect(problems == ["`name` has a picture, and its solution draws none."])
  }
}
