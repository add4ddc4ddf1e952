/// Words about the program itself and what people know from others.
extension Concept {
  static let programs: [Concept] = [
    .init(
      "notebook, notebooks, lab, session file, save session, save notebook",
      "At the prompt, `:save \"lab.ft.md\"` writes what was run; `ft run` runs it again, and `ft verify` "
        + "compares.",
      "save report \"out/lab.html\"", "help language"),
    .init(
      "history, previous commands, command history",
      "The up arrow and Ctrl-R find earlier lines; `:cells` lists what was run.", "show"),
    .init(
      "jupyter, ipynb, jupyterlab, kernel",
      "`ft jupyter install` in a shell, and JupyterLab offers Tunebook; `ft run` and `ft verify` take "
        + "lab.ipynb, `ft convert` makes lab.ft.md of it and back.",
      "save report \"out/lab.html\"", "help language"),
    .missing(
      "python, pip, conda, sdk, library, bindings",
      "ft has a language of its own; other programs can run `ft run --json`.", "help language",
      "help json"),
    .init(
      "script, scripting, automation, cli, command line",
      "The lines of the prompt in a file: `ft run lab.ft` in the shell.", "help language"),
    .init(
      "html report, reports, write up, results page, documentation",
      "One HTML page with what was run and what came of it.", "save report \"out/lab.html\""),
    .init(
      "tutorial, tutorials, getting started, quickstart,  how to, beginner, start",
      "Four lessons lead through a fine-tune at the prompt.", "lesson 1", "help"),
    .init(
      "manual, docs, reference, commands, cheatsheet",
      "`help` lists the commands, `ft help --markdown` in the shell prints all pages.", "help",
      "help language"),
    .init(
      "configuration, config file, yaml, options, preferences file, arguments, flags",
      "Settings are changed with `set`, for a while with `with`; there is no file of them.", "set",
      "with lr 1e-4, rank 8 { train 1 epoch }"),
    .init(
      "privacy, telemetry, offline, internet, network, proxy",
      "ft sends and fetches nothing.", "help"),
    .init(
      "versioning, version control, git, provenance, audit, model card",
      "Saved notebooks and reports have the hashes of model and data; they are text for any version "
        + "control.",
      "save report \"out/lab.html\""),
    .init(
      "go back, start over, rollback",
      "`undo` takes back the last change of the data; `reset` takes training back to the model as it was loaded.",
      "reset"),
    .init(
      "cancel, interrupt, abort, kill, stop training",
      "Ctrl-C ends what runs at a point that leaves everything usable.",
      "train 3 epochs checkpoint \"out/run\""),
    .init("close, end session, log out", "Ctrl-D ends the session as well.", "quit"),
  ]
}
