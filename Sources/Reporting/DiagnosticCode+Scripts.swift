extension DiagnosticCode {
  /// L19x: texts that are no scripts.
  static let scriptTexts: [Entry] = [
    Entry(
      "L190", "script that is not text",
      "A script is UTF-8 text. The byte at the place named is none; a file saved in another encoding, "
        + "or one that is no text at all, looks like this."),
    Entry(
      "L195", "lesson file that is none",
      "A lesson is a Markdown file with a title, steps, and in each step something to do and a check, "
        + "written in comments that begin with `ft`. What is missing is said; `tutorials/` has four."
    ),
    Entry(
      "L196", "lesson that does not do what it says",
      "`ft lesson check` takes a lesson as a learner would. A solution that does not pass, a check "
        + "that passes too soon, or a command that was never shown makes a lesson that misleads."),
    Entry(
      "L197", "lesson page that shows something else",
      "A lesson's file has under its cells what they give, and pictures of its plots beside it, for "
        + "readers without ft. Something else comes out now: `ft lesson update` writes that, once "
        + "you have seen why it changed."),
  ]

  /// R29x: reading scripts, and writing what they show.
  static let scriptRuns: [Entry] = [
    Entry(
      "R290", "script that cannot be read",
      "The file is not there, is a folder, is larger than 64 MB, or may not be read. Nothing was run."
    ),
    Entry(
      "R291", "output that cannot be written",
      "What the script shows could not be written: the disk is full, or the file is gone. The script "
        + "was stopped as by Ctrl-C."),
  ]
}
