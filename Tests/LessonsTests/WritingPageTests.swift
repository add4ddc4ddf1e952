import Foundation
import Lessons
import Notebook
import Reporting
import Session
import Testing

/// The page that says how to write a lesson, held to what it says.
@Suite("How a lesson is written") struct WritingPageTests {
  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  private func page() throws -> String {
    try String(
      contentsOfFile: Self.checkout + "/tutorials/writing-a-lesson.md", encoding: .utf8)
  }

  /// The lesson in its fence of four backticks.
  private func example() throws -> String {
    let parts = try page().components(separatedBy: "\n````")
    let fence = try #require(parts.first { $0.hasPrefix("markdown\n") })
    return String(fence.dropFirst("markdown\n".count)) + "\n"
  }

  @Test("its example does what it says") func example() async throws {
    let file = SourceFile(.file("rows.ft.md"), try example())
    let lesson = try LessonReader.read(file, number: 1)
    #expect(lesson.steps.count == 3)
    let resources = Resources(executable: "", home: Self.checkout)
    var checker = LessonChecker(lesson, taught: [], resources: resources)
    #expect(await checker.run().problems.map(\.message) == [])
  }

  @Test(
    "its example has every marker but those of pages",
    arguments: [
      "lesson id=", "step id=", "check:", "wrong:", "hint:", "when ", "question answer=", "reply ",
    ])
  func markers(marker: String) throws {
    #expect(try example().contains("<!-- ft \(marker)"))
    #expect(try page().components(separatedBy: "| `<!-- ft \(marker)").count == 2)
  }
}
