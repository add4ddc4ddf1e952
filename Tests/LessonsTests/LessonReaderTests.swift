import Lessons
import Reporting
import TestSupport
import Testing

@Suite struct LessonReaderTests {
  @Test func readsTitleStepsAndTasks() throws {
    let lesson = try Toy.lesson
    #expect(lesson.title == "Counting")
    #expect(lesson.number == 1 && lesson.id == "counting" && lesson.minutes == 1)
    #expect(lesson.introduction == "Numbers have names.")
    #expect(lesson.steps.map(\.id) == ["name", "think", "setting"])
    #expect(lesson.steps[0].hints == ["Type the line as it stands.", "let n = 3"])
    guard case .question(2, choices: 2, let replies) = lesson.steps[1].task else {
      Issue.record("the second step is a question")
      return
    }
    #expect(replies == [1: "Count again."])
  }

  @Test func tellsWhatToDoApartFromWhatIsSaidAfterwards() throws {
    let lesson = try Toy.lesson
    #expect(
      lesson.steps[0].instruction
        == "Give a number a name with `let`:\n\n```ft\nlet n = 3\n```")
    #expect(lesson.steps[0].afterword == "It is kept under its name.")
  }

  @Test func keepsHiddenSolutionsFromTheLearner() throws {
    let step = try Toy.lesson.steps[2]
    #expect(!step.instruction.contains("set batch"))
    guard case .cells(let solution, _, _) = step.task else {
      Issue.record("the third step has a cell")
      return
    }
    #expect(solution.text == "set batch (n)")
  }

  @Test(arguments: [
    ("", "a lesson begins with its title", 1),
    ("# A\n\ntext", "stands under the title", 1),
    ("# A\n<!-- ft lesson id=a -->\n## B", "its `minutes`", 2),
    ("# A\n<!-- ft lesson id=a minutes=1 -->\n", "a lesson has steps", 2),
    ("# A\n<!-- ft lesson id=a minutes=1 -->\n## B\ntext", "under a step's heading", 3),
    (
      "# A\n<!-- ft lesson id=a minutes=1 -->\n## B\n<!-- ft step id=b -->\n```ft\nset\n```",
      "has a `check`", 3
    ),
    (
      "# A\n<!-- ft lesson id=a minutes=1 -->\n## B\n<!-- ft step id=b -->\n1. x\n2. y\n"
        + "<!-- ft question answer=3 -->",
      "numbered choices", 7
    ),
  ])
  func saysWhatIsMissingAndWhere(text: String, message: String, line: Int) {
    do throws(Diagnostic) {
      _ = try LessonReader.read(SourceFile(.file("x.ft.md"), text), number: 1)
      Issue.record("this is no lesson")
    } catch {
      #expect(error.code == "L195")
      #expect(error.message.contains(message))
      #expect(error.primary.map { $0.file.line(at: $0.span.start) } == line)
    }
  }
}
