extension DiagnosticCode {
  /// N1xx: notebooks and the commands of the prompt.
  static let notebooks: [Entry] = [
    Entry(
      "N101", "notebook without cells",
      "A Markdown file runs by its cells: fences that begin with ```ft. This one has none; fences "
        + "with other words, or without one, are prose."),
    Entry(
      "N102", "notebook without recorded values",
      "`ft verify` runs a notebook again and compares with the ```output fences after its cells. "
        + "This file has none. `:save lab.ft.md` at the prompt writes them."),
    Entry(
      "N103", "no such command of the prompt",
      "A line that begins with a colon is for the prompt itself, such as `:cells` or `:save`, and "
        + "no part of scripts. `:help` lists them."),
    Entry(
      "N104", "no such cell",
      "Cells have the numbers that the prompt showed; `:cells` lists them. Only cells of this "
        + "session can be run again or edited."),
    Entry(
      "N105", "file that is there already",
      "`:save` replaces without asking only what this session saved or loaded itself. Any other "
        + "file needs the word `over` after its name."),
    Entry(
      "N106", "nothing to save",
      "`:save` writes the cells that ran without error. None of this session has yet, so there would "
        + "be nothing in the file."),
    Entry(
      "N107", "no way to edit here",
      "`:edit` puts a cell's text into the line being typed, or opens the program that EDITOR "
        + "names. This terminal cannot edit lines, and EDITOR is not set or failed."),
    Entry(
      "N108", "lesson outside the prompt",
      "A lesson shows a step, waits for what you type and looks at what came of it. Scripts, pipes and "
        + "`-c` have nobody who types. `ft learn` takes lessons in a terminal, `lesson 2` at the "
        + "prompt; `ft run tutorials/02-your-first-fine-tune.ft.md` runs a lesson's cells."),
    Entry(
      "N109", "no such lesson",
      "Lessons are the files of the folder `tutorials`, beside `stdlib`, and go by the numbers of "
        + "their names. `lesson list` shows them. When there are none, set FT_HOME to the folder that "
        + "holds both."),
    Entry(
      "N110", "progress that cannot be kept",
      "How far you are in lessons is kept in `tunebook/lessons.json` of the folder that "
        + "XDG_STATE_HOME names, ~/.local/state without it. The file cannot be written or read, or "
        + "holds something else. Lessons work without it; `lesson reset all` writes it anew."),
  ]

  /// R292: writing notebooks.
  static let notebookFiles: [Entry] = [
    Entry(
      "R292", "notebook that cannot be written",
      "The folder is not there or may not be written to, or the disk is full. What stood there "
        + "before is unchanged.")
  ]
}
