import Reporting

/// How this language writes what shells, other languages and other tools start with a word that it
/// does not have.
enum ForeignWords {
  /// What to do instead: words, and a line to type where there is one.
  struct Advice {
    let text: String
    var line: String?

    var hints: [Diagnostic.Hint] { line.map { [.type($0)] } ?? [] }
  }

  /// Advice for a statement that starts with `word`, or nil when the word is not known.
  static func advice(for word: String) -> Advice? { table[word.lowercased()] }

  /// Advice for a setting of another tool's name.
  static func advice(forSetting name: String) -> Advice? { settings[name.lowercased()] }

  private static let loop = Advice(text: "a loop is written `for i in 1..3 { … }`")
  private static let each = Advice(text: "a loop is written `for x in xs { … }`")
  private static let procedure = Advice(text: "a procedure is written `proc name(a, b) { … }`")
  private static let module = Advice(text: "a module is brought in with `use name`")
  private static let variable = Advice(text: "a variable is made with `let name = 3`")
  private static let branch = Advice(text: "a second condition is written `} else if … {`")
  private static let shell = Advice(
    text: "ft runs no shell commands; after `load data \"`, Tab lists files")
  private static let question = Advice(text: "commands are no sentences", line: "help")
  private static let printing = Advice(text: "a text is shown by `print \"…\"`")
  private static let duration = Advice(
    text: "`train` takes how long to train", line: "train 3 epochs")

  private static let table: [String: Advice] = [
    "repeat": loop, "foreach": each, "def": procedure, "func": procedure, "function": procedure,
    "import": module, "from": module, "var": variable, "const": variable, "elif": branch,
    "elsif": branch, "elseif": branch, "ls": shell, "dir": shell, "cd": shell, "pwd": shell,
    "cat": shell, "pip": shell, "python": shell, "how": question, "what": question,
    "why": question, "where": question, "please": question, "can": question, "i": question,
    "echo": printing, "puts": printing, "printf": printing, "epochs": duration, "epoch": duration,
    "steps": duration, "clear": Advice(text: "Ctrl-L clears the screen"),
    "models": Advice(text: "models are loaded, by name or from a folder", line: "load model finch"),
    "cls": Advice(text: "Ctrl-L clears the screen"),
    "history": Advice(text: "at the prompt, `:cells` lists what was run"),
    "version": Advice(text: "`ft --version` in the shell tells it"),
  ]

  private static let settings: [String: Advice] = [
    "epochs": duration, "epoch": duration, "num_epochs": duration, "num_train_epochs": duration,
    "n_epochs": duration, "steps": duration, "max_steps": duration,
    "model": Advice(text: "a model is loaded", line: "load model finch"),
    "data": Advice(text: "data is loaded", line: "load data \"support.jsonl\" split 90/10"),
    "threads": Advice(text: "threads are chosen as ft starts: `ft --threads 2`"),
  ]
}
