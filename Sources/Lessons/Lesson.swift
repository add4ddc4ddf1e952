package import Reporting

/// A lesson: a notebook whose cells the learner types, with a check after each.
///
/// One file, `tutorials/NN-name.ft.md`, and nothing else; `LessonReader` reads it.
package struct Lesson: Sendable {
  /// The lesson's number, from the name of its file.
  package let number: Int
  /// What progress is kept under; stays when the lesson is renamed.
  package let id: String
  /// The heading of the file, without its number.
  package let title: String
  /// About how long it takes.
  package let minutes: Int
  /// What is said before the first step, in Markdown.
  package let introduction: String
  /// In the order they are taken; at least one.
  package let steps: [LessonStep]
}

/// One step of a lesson: something to read, something to do, and how to see that it was done.
package struct LessonStep: Sendable {
  /// What progress is kept under.
  package let id: String
  /// The heading of the step.
  package let title: String
  /// What is said before, in Markdown: the lines to type included, hidden solutions not.
  package let instruction: String
  /// What is said once the step is done, in Markdown.
  package let afterword: String
  /// What has to be done to go on.
  package let task: Task
  /// The file, beside the lesson's, of the first plot that the solution draws; nil when its page
  /// shows none.
  package let picture: String?
  /// One more is told at each `hint`.
  package let hints: [String]
  /// What is wrong with a try, by the first condition that holds.
  package let remarks: [Remark]

  /// What the learner has to do.
  package enum Task: Sendable {
    /// Bring the session to where `check` holds; `solution` does, and none of `wrong`.
    case cells(solution: SourceFile, check: SourceFile, wrong: [SourceFile])
    /// Choose one of the numbered answers, from 1.
    case question(answer: Int, choices: Int, replies: [Int: String])
  }

  /// A text for tries after which a condition holds.
  package struct Remark: Sendable {
    /// An expression of the language, true for a try that the remark is about.
    package let condition: SourceFile
    /// What is said then, in Markdown.
    package let text: String
  }
}
