package import Reporting

extension DiagnosticCode {
  /// Every code of lessons.
  package static let ofLessons: [DiagnosticCode] = [
    .notALesson, .lessonMisleads, .lessonPageDiffers, .unkeptProgress,
  ]

  static let notALesson = DiagnosticCode(
    "L195", "lesson file that is none",
    "A lesson is a Markdown file with a title, steps, and in each step something to do and a "
      + "check, written in comments that begin with `ft`. What is missing is said; "
      + "`tutorials/writing-a-lesson.md` has every marker, and an example.")

  static let lessonMisleads = DiagnosticCode(
    "L196", "lesson that does not do what it says",
    "`ft lesson check` takes a lesson as a learner would. A solution that does not pass, a check "
      + "that passes too soon, or a command that was never shown makes a lesson that misleads.")

  /// A lesson's page that shows something else than what comes out.
  package static let lessonPageDiffers = DiagnosticCode(
    "L197", "lesson page that shows something else",
    "A lesson's file has under its cells what they give, and pictures of its plots beside it, for "
      + "readers without ft. Something else comes out now: `ft lesson update` writes that, once "
      + "you have seen why it changed.")

  static let unkeptProgress = DiagnosticCode(
    "N110", "progress that cannot be kept",
    "How far you are in lessons is kept in `tunebook/lessons.json` of the folder that "
      + "XDG_STATE_HOME names, ~/.local/state without it. The file cannot be written or read, or "
      + "holds something else. Lessons work without it; `lesson reset all` writes it anew.")
}
