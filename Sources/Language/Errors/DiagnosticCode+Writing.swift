package import Reporting

/// Codes of what is written so that it cannot be read.
extension DiagnosticCode {
  /// In the order of their numbers.
  static let ofWriting: [DiagnosticCode] = [
    .unknownWord, .unexpected, .unknownCommand, .missingComma, .reservedWord, .statementGoesOn,
    .unfinishedCommand, .sumInCommand, .misleadingSpace, .missingQuotes, .openText,
    .strangeCharacter, .unknownEscape, .unreadableNumber, .unmatchedBracket, .nestedTooDeep,
    .missingValue, .chainedComparison, .notAssignable, .commandInExpression, .strayContinuation,
    .newerEdition,
  ]

  /// A word that a command's declaration does not know.
  package static let unknownWord = DiagnosticCode(
    "L101", "unknown word in a command",
    "A command is a verb followed by the words its declaration knows. The word at the carets is "
      + "none of those that may stand there; the message lists them. `help` and the verb show all "
      + "forms.")

  /// Something that cannot stand where it does.
  package static let unexpected = DiagnosticCode(
    "L102", "something else was expected",
    "The text up to the carets was understood; what follows cannot continue it. The message says "
      + "what may stand there.")

  static let unknownCommand = DiagnosticCode(
    "L103", "unknown command",
    "A line that starts with a word and goes on with another one is a command, and there is none "
      + "of this name. `help` lists the commands. A variable is used in an expression, as in `n + "
      + "1`.")

  static let missingComma = DiagnosticCode(
    "L104", "comma missing between settings",
    "Several settings in one `set` or `with` are separated by commas, so that a value can be a "
      + "word: `set lr 2e-4, adapter lora`.")

  static let reservedWord = DiagnosticCode(
    "L106", "reserved word used as a name",
    "Verbs of commands and the words of the language (`if`, `for`, `let` …) cannot name a "
      + "variable or a procedure. Words that only appear inside commands, such as `on` or `at`, "
      + "can.")

  static let statementGoesOn = DiagnosticCode(
    "L107", "statement goes on too long",
    "A statement ends at the end of its line or at `;`. Something follows that does not belong to "
      + "it. Inside `( )` and `[ ]`, after a comma or an operator, a statement goes on in the "
      + "next line.")

  static let unfinishedCommand = DiagnosticCode(
    "L108", "unfinished command",
    "The line ends where the command needs more. The message says what may come next; the Tab key "
      + "offers the same.")

  static let sumInCommand = DiagnosticCode(
    "L110", "sum in a command",
    "Each value in a command is one term: a number, a text, a name, or something in parentheses. "
      + "Arithmetic goes into parentheses: `train (n + 1) epochs`.")

  static let misleadingSpace = DiagnosticCode(
    "L111", "spacing changes the meaning",
    "`f(x)` calls and `xs[1]` indexes only without a space before the bracket, and `-1` in a "
      + "command is written without a space after the minus.")

  static let missingQuotes = DiagnosticCode(
    "L112", "file name without quotes",
    "File names may hold spaces, dots and dashes, so they are always written in quotes: `load "
      + "data \"support.jsonl\"`.")

  static let openText = DiagnosticCode(
    "L113", "text without its closing quote",
    "A text in `\"` or `'` ends on the line it starts on. A longer one starts and ends with three "
      + "quotes, `\"\"\"`.")

  static let strangeCharacter = DiagnosticCode(
    "L114", "character that means nothing here",
    "The character is not part of the language. Curly quotes and long dashes often come from a "
      + "web page or a word processor: type plain `\"` and `-`.")

  static let unknownEscape = DiagnosticCode(
    "L115", "unknown escape in a text",
    "After `\\` in a text in `\"` stand n, t, r, b, f, /, \\, \", ', u and four hexadecimal "
      + "digits, or `\\( )` around a value. A text in `'` takes everything as it stands.")

  static let unreadableNumber = DiagnosticCode(
    "L116", "number that cannot be read",
    "Numbers are written 3, 2.5, 2e-4, with a unit if one is wanted: %, k, M, B, KB, MB, GB, ms, "
      + "s, min, h.")

  static let unmatchedBracket = DiagnosticCode(
    "L117", "brackets that do not match",
    "Each `(`, `[` and `{` is closed by its own kind, the last opened first.")

  static let nestedTooDeep = DiagnosticCode(
    "L118", "nested too deep",
    "Brackets, blocks and interpolations may be nested 200 deep. Larger data belongs into a file; "
      + "longer logic into a procedure.")

  static let missingValue = DiagnosticCode(
    "L119", "value expected",
    "Here stands a number, a text, a name, a list `[ ]`, a record `{ }`, or a value in "
      + "parentheses.")

  static let chainedComparison = DiagnosticCode(
    "L126", "comparison of a comparison",
    "`a < b < c` is not a comparison of three; write `a < b and b < c`.")

  static let notAssignable = DiagnosticCode(
    "L127", "cannot be assigned to",
    "Before `=` stands a name, a field as in `r.loss`, or an item as in `xs[1]`.")

  static let commandInExpression = DiagnosticCode(
    "L140", "command in the middle of an expression",
    "A command gives a value after `=`, `return`, `print`, as an argument, or in parentheses. In "
      + "a sum or before a `.` it needs the parentheses, so that its end is seen: `(eval "
      + "dev).loss`.")

  static let strayContinuation = DiagnosticCode(
    "L141", "continuation on a line of its own",
    "`else` and `catch` stand on the line of the `}` before them, so that the end of a line is "
      + "always the end of a statement.")

  static let newerEdition = DiagnosticCode(
    "L142", "newer edition of the language",
    "The first line of the script asks for an edition that this program does not know; a newer "
      + "program does.")
}
