import Foundation
import Lessons
import Reporting
import TestSupport
import Testing

@Suite struct LessonProgressTests {
  @Test func isWrittenAndReadBack() throws {
    let lesson = try Toy.lesson
    let folder = try TemporaryFolder()
    let path = folder.path + "/state/lessons.json"
    var progress = try LessonProgress(reading: path)
    #expect(progress.passedCount(in: lesson) == 0)
    progress.note(.done, lesson.steps[0], in: lesson)
    progress.note(.skipped, lesson.steps[1], in: lesson)
    try progress.write(to: path)
    let again = try LessonProgress(reading: path)
    #expect(again == progress)
    #expect(again.result(of: lesson.steps[1], in: lesson) == .skipped)
  }

  @Test func asksAgainOnlyForAStepThatChanged() throws {
    let lesson = try Toy.lesson
    var progress = LessonProgress()
    for step in lesson.steps { progress.note(.done, step, in: lesson) }
    let changed = try LessonReader.read(
      SourceFile(.file("x"), Toy.text.replacingOccurrences(of: "n > 2", with: "n > 1")), number: 1)
    #expect(changed.steps.map { progress.result(of: $0, in: changed) } == [nil, .done, .done])
  }

  @Test func refusesAFileThatHoldsSomethingElse() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/lessons.json"
    try Data("[1]".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: ProgressError.notProgress(path: path)) {
      _ = try LessonProgress(reading: path)
    }
  }
}
