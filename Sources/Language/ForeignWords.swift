/// How this language writes what other languages start with a word it does not have.
enum ForeignWords {
  /// Advice for a statement that starts with `word`, or nil when the word is not known.
  static func advice(for word: String) -> String? { table[word.lowercased()] }

  private static let table: [String: String] = [
    "repeat": "a loop is written `for i in 1..3 { … }`",
    "foreach": "a loop is written `for x in xs { … }`",
    "def": "a procedure is written `proc name(a, b) { … }`",
    "func": "a procedure is written `proc name(a, b) { … }`",
    "function": "a procedure is written `proc name(a, b) { … }`",
    "import": "a module is brought in with `use name`",
    "from": "a module is brought in with `use name`",
    "var": "a variable is made with `let name = 3`",
    "const": "a variable is made with `let name = 3`",
    "elif": "a second condition is written `} else if … {`",
    "elsif": "a second condition is written `} else if … {`",
    "elseif": "a second condition is written `} else if … {`",
  ]
}
