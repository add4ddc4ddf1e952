import Foundation
import Lessons
import Reporting
import Testing

@Suite struct LessonCheckerTests {
  private func problems(_ text: String) async throws -> [String] {
    let lesson = try LessonReader.read(SourceFile(.file("01-x.ft.md"), text), number: 1)
    var checker = LessonChecker(lesson, taught: [], resources: Toy.resources)
    return await checker.run().problems.map(\.message)
  }

  @Test func acceptsALessonThatDoesWhatItSays() async throws {
    #expect(try await problems(Toy.text) == [])
  }

  @Test(arguments: [
    ("n > 2", "n > 5", "the solution of `name` does not pass its check."),
    ("n > 2", "1 > 0", "the check of `name` holds before anything is done."),
    ("wrong: let n = 1", "wrong: let n = 4", "the check of `name` holds after a wrong line."),
    ("with `set`:", "so:", "`setting` uses `set`, which no text has shown."),
    (
      "let n = 3\n```", "let n = 3\nlet m = n\n```",
      "the check of `name` holds before the last line."
    ),
    (
      "let n = 3\n```", "let n = -3\nn = 3\n```",
      "a remark of `name` is made to who does right."
    ),
  ])
  func findsWhatMisleads(part: String, wrong: String, message: String) async throws {
    let text = Toy.text.replacingOccurrences(of: part, with: wrong)
    #expect(try await problems(text).contains(message))
  }

  @Test func findsAConditionThatCannotBeWorkedOut() async throws {
    let text = Toy.text.replacingOccurrences(of: "n < 0", with: "m < 0")
    #expect(try await problems(text).count == 1)
  }
}
