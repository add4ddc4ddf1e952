package import Reporting

/// Codes of names and values that do not stand for what is wanted.
extension DiagnosticCode {
  /// In the order of their numbers.
  static let ofNames: [DiagnosticCode] = [
    .unknownSetting, .unknownModelOrData, .unknownName, .unknownProcedure, .assignmentToNothing,
    .wrongArguments, .misplacedJump, .unknownMetric, .nameTwice, .numberOutOfRange, .wrongKind,
    .settingOutOfRange,
  ]

  /// A setting that is not declared.
  package static let unknownSetting = DiagnosticCode(
    "L105", "unknown setting",
    "`set` and `with` change declared settings only; a variable of your own is made with `let`. "
      + "`set` alone lists the settings, their values and where each came from.")

  /// A model or data that nothing is called by.
  package static let unknownModelOrData = DiagnosticCode(
    "L120", "unknown model or data",
    "A command takes a model or data by its name, as a bare word. There is nothing of this kind "
      + "and name. To use a variable instead, put it in parentheses: `train 1 epoch on (d)`.")

  /// A name that nothing was given.
  package static let unknownName = DiagnosticCode(
    "L121", "unknown name",
    "Nothing of this name was made before this line: `let n = 3` makes a variable, `for` and "
      + "`proc` name their own. A variable made inside a block ends with the block.")

  static let unknownProcedure = DiagnosticCode(
    "L122", "unknown procedure",
    "A name followed by `(` calls a procedure: one made with `proc`, one of a module brought in "
      + "with `use`, or one of the built-in functions that `help functions` lists.")

  static let assignmentToNothing = DiagnosticCode(
    "L123", "assignment to an unknown name",
    "`x = 1` changes a variable that exists; `let x = 1` makes one. This is what catches a "
      + "misspelt name.")

  static let wrongArguments = DiagnosticCode(
    "L124", "wrong arguments",
    "A procedure takes the arguments of its declaration: by position, or by name as in `fit(data, "
      + "rank: 16)`; those with a default may be left out.")

  static let misplacedJump = DiagnosticCode(
    "L125", "jump out of nothing",
    "`break` and `continue` stand inside a loop, `return` inside a procedure or a `do` block.")

  static let unknownMetric = DiagnosticCode(
    "L128", "unknown metric",
    "`until` watches a metric that evaluation gives, such as `dev.loss`; the message lists them.")

  static let nameTwice = DiagnosticCode(
    "L129", "name defined twice",
    "Parameters of one procedure have different names, and so have procedures of one file.")

  static let numberOutOfRange = DiagnosticCode(
    "L131", "number outside its range",
    "The declaration of the command gives the least and the greatest value; `help` and the verb "
      + "show them.")

  static let wrongKind = DiagnosticCode(
    "L132", "wrong kind of value",
    "The value in parentheses, or the variable, is not of the kind that the command takes here.")

  /// A value that a setting does not take.
  package static let settingOutOfRange = DiagnosticCode(
    "S301", "a value out of range",
    "Each setting has a range or a list of words; `help lr` shows that of lr, `set` alone those "
      + "of all.")
}
