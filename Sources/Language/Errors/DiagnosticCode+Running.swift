package import Reporting

/// Codes of scripts that go wrong while they run.
extension DiagnosticCode {
  /// In the order of their numbers.
  static let ofRunning: [DiagnosticCode] = [
    .divisionByZero, .unfitOperator, .noSuchItem, .notCallable, .checkFailed, .callsTooDeep,
    .unfitArgument, .unusableModule, .nothingToGoThrough, .valueTooDeep, .valueTooLarge,
    .resultTooLarge,
  ]

  static let divisionByZero = DiagnosticCode(
    "L150", "division by zero",
    "The right side of `/`, `div` or `mod` was 0. Test it before, as in `if b != 0 { … }`.")

  /// A value of a kind that the operator does not work on.
  package static let unfitOperator = DiagnosticCode(
    "L151", "operator and value do not fit",
    "The operator works on other kinds of values: `+` joins numbers, texts or lists of one kind; "
      + "conditions are true or false, without conversion from numbers or texts.")

  static let noSuchItem = DiagnosticCode(
    "L152", "no such item",
    "The list has fewer items, or the record has no field of this name. Items count from 0, and "
      + "negative ones from the end: `xs[-1]` is the last.")

  static let notCallable = DiagnosticCode(
    "L153", "cannot be called",
    "Only procedures, functions and `do` blocks can be called with `( )`.")

  static let checkFailed = DiagnosticCode(
    "L154", "check failed",
    "`check` compares what is with what should be and stops the script when they differ.")

  static let callsTooDeep = DiagnosticCode(
    "L155", "calls nested too deep",
    "Procedures called each other 500 deep. A procedure that calls itself must have a case in "
      + "which it does not.")

  static let unfitArgument = DiagnosticCode(
    "L156", "argument of a function does not fit",
    "A built-in function was given a value it cannot work on; `help` and its name show what it "
      + "takes.")

  static let unusableModule = DiagnosticCode(
    "L157", "module cannot be used",
    "`use name` looks for `name.ft` in the standard library, then beside the script; `use "
      + "\"file.ft\"` takes the file. Modules cannot use each other in a circle.")

  static let nothingToGoThrough = DiagnosticCode(
    "L158", "nothing to go through",
    "`for` goes through a list, a range as in `1..10`, a record, or data.")

  static let valueTooDeep = DiagnosticCode(
    "L159", "value nested too deep",
    "Lists and records may hold each other 200 deep. A list that is put into itself again and "
      + "again, as in `xs = [xs]`, goes deeper; `xs = xs + [x]` adds an item.")

  static let valueTooLarge = DiagnosticCode(
    "L160", "value too large",
    "A text may have 64 MB and a list ten million items, those of its items included. Larger data "
      + "belongs into a file.")

  static let resultTooLarge = DiagnosticCode(
    "L161", "result too large",
    "Numbers go to about 1.8e308 on both sides of 0; the result of the operation is beyond.")
}
