package import Language
package import Reporting
package import Session

/// The command `lesson 2`.
///
/// The prompt takes such an entry itself, as lessons lead someone who types; run anywhere else, the
/// command says where lessons are.
package struct TakeLesson: Command {
  package static let signature = Signature(
    "lesson", "Learn fine-tuning at the prompt, step by step.",
    details: [
      "`lesson` goes on where you stopped, `lesson 2` takes the second, `lesson list` shows all. A "
        + "lesson has a session and a folder of its own: yours wait as they are until you leave.",
      "Inside a lesson every command works, and so do these words: "
        + LessonWord.allCases.map { "`\($0.rawValue)` (\($0.summary))" }.joined(separator: ", ")
        + ".",
      "`lesson reset 2` forgets how far you are in the second, `lesson reset all` in every lesson, "
        + "`lesson reset` in the one you are in.",
    ],
    patterns: ["", "list", "<number:int>", "reset [all | <number:int>]"],
    slots: ["number": .about("as in the list").range(1...99)],
    synonyms: ["tutorial", "course"],
    examples: ["lesson", "lesson 2", "lesson list", "lesson reset 2", "lesson reset all"],
    seeAlso: ["help"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    throw Diagnostic(
      code: .lessonOutsidePrompt, "lessons lead you at the prompt; scripts cannot take them.",
      hints: [
        .type("ft learn", remark: "in a terminal; or `lesson 2`, by itself, at the prompt"),
        .help("`ft run` runs a lesson's file as a script"),
      ])
  }
}

extension DiagnosticCode {
  /// A lesson where nobody types.
  package static let lessonOutsidePrompt = DiagnosticCode(
    "N108", "lesson outside the prompt",
    "A lesson shows a step, waits for what you type and looks at what came of it. Scripts, pipes "
      + "and `-c` have nobody who types. `ft learn` takes lessons in a terminal, `lesson 2` at "
      + "the prompt; `ft run tutorials/02-your-first-fine-tune.ft.md` runs a lesson's cells.")
}
