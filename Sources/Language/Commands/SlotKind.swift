/// What may stand in a slot of a command; decides how it is read, completed and described.
package enum SlotKind: String, CaseIterable, Hashable, Sendable {
  /// The name of a model, a text, or a value in parentheses.
  case model
  /// The name of data, dotted for a part of it: `dev`, `support.train`.
  case data
  /// A name to be made.
  case newName
  /// One or more settings with values, separated by commas.
  case setting
  /// The name of a setting, without a value.
  case settingName
  /// One or more names with a number each, separated by commas: `a 0.7, b 0.3`; 1 where it is left
  /// out.
  case weights
  /// One of the words that the slot's rule lists.
  case choice
  /// One or more of the words that the slot's rule lists, separated by commas.
  case choices
  /// A key or column of the rows' file: a word, or a text in quotes.
  case column
  case int
  /// One or more whole numbers, separated by commas, or a list of them.
  case ints
  case float
  /// A share: `10%`, or 0.1.
  case percent
  /// Parts of a whole: `90/10`.
  case ratio
  /// A time with its unit: `10min`.
  case duration
  /// The name of a file or folder to read, in quotes.
  case path
  /// The name of a file or folder to write, in quotes.
  case output
  case text
  case list
  case record
  /// When to stop: `dev.loss stalls for 2`, `dev.loss < 1.5`, `10min`.
  case condition
  /// An expression over `row`, to the end or the next word of the pattern.
  case rowExpr
  /// Any expression, to the end or the next word of the pattern.
  case expr
  /// Statements in braces, run by the command.
  case block
  /// Any one word, taken as it stands; with points in it, as `sweep.grid`.
  case word

  /// What the kind is called in errors and help.
  package var description: String {
    switch self {
    case .model: "a model's name"
    case .data: "the name of data"
    case .newName: "a new name"
    case .setting: "a setting and its value"
    case .settingName: "a setting's name"
    case .weights: "names with numbers, such as `a 0.7, b 0.3`"
    case .choice: "a choice"
    case .choices: "words such as `bleu, chrf`"
    case .column: "the name of a key or column"
    case .int: "a whole number"
    case .ints: "whole numbers such as `17, 203`"
    case .float: "a number"
    case .percent: "a percentage such as `10%`"
    case .ratio: "a ratio such as `90/10`"
    case .duration: "a time such as `10min`"
    case .path, .output: "a file name in quotes"
    case .text: "a text in quotes"
    case .list: "a list in `[ ]`"
    case .record: "a record in `{ }`"
    case .condition: "a condition such as `dev.loss stalls for 2`"
    case .rowExpr: "a condition on `row`"
    case .expr: "a value"
    case .block: "a block in `{ }`"
    case .word: "a word"
    }
  }

  /// True for the name of a file or folder.
  var isFile: Bool { self == .path || self == .output }

  /// True when a bare word is a variable here, not taken as it stands.
  var takesVariable: Bool {
    switch self {
    case .int, .ints, .float, .percent, .duration, .text, .list, .record, .expr, .rowExpr: true
    default: false
    }
  }
}
