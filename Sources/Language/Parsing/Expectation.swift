import Reporting

/// Something that may stand at a place in a script; errors list them and completion offers them.
package enum Expectation: Hashable, Sendable {
  /// The start of a statement.
  case statement
  /// An expression.
  case value
  /// A field of what stands before the point, written as its path: `run`, `dev.train`.
  case member(of: String)
  case word(String)
  case slot(name: String, kind: SlotKind)
  case sign(String)
  /// A name to be made.
  case newName
  /// The end of the command.
  case end

  /// As it is named in an error.
  var description: String {
    switch self {
    case .statement: "a command"
    case .value: "a value"
    case .member: "a field's name"
    case .word(let word): "`\(word)`"
    case .slot(_, let kind): kind.description
    case .sign(let sign): "`\(sign)`"
    case .newName: "a name"
    case .end: "the end of the line"
    }
  }

  /// The alternatives as in English, the end left out when there is anything else.
  ///
  /// Of a word and its plural only the plural is named: `epochs`, not `epoch` or `epochs`.
  static func list(_ expected: [Expectation]) -> String {
    let words = Set(expected.compactMap { $0.wordText })
    var names: [String] = []
    for item in expected where item != .end {
      if let word = item.wordText, words.contains(word + "s") { continue }
      if !names.contains(item.description) { names.append(item.description) }
    }
    if names.isEmpty { return Expectation.end.description }
    if names.count > 8 { names = names.prefix(7) + ["more"] }
    return Suggestion.list(names)
  }

  /// The literal word, if it is one.
  var wordText: String? {
    if case .word(let word) = self { return word }
    return nil
  }
}
