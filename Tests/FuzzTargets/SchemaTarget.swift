import Constraints

extension FuzzTarget {
  /// A JSON schema; one that is read has a text written by the bytes that it allows, chosen by the
  /// input's own.
  static let schema = FuzzTarget("schema") { bytes in
    guard let grammar = try? Grammar(schemaFile: Array(bytes)) else { return }
    let constraint = Constraint(grammar, texts)
    var state = constraint.start()
    for choice in bytes.prefix(200) {
      let allowed = constraint.allowedTokens(&state).tokens
      precondition(!allowed.isEmpty || state.isComplete, "a dead end")
      guard !allowed.isEmpty else { break }
      precondition(
        constraint.append(allowed[Int(choice) % allowed.count], to: &state),
        "what is allowed cannot come")
    }
  }
}

/// Each byte, and a few tokens of several.
private let texts = TokenTexts(
  (0...255).map { [UInt8($0)] }
    + ["{\"", "\":", "\",\"", "\"a\":1,", "}}", "12", "\u{E9}"].map { Array($0.utf8) })
