import Reporting

extension Parser {
  /// True when this word, which is next, starts a command: `split data 90/10`, but not the function
  /// `split(a, b)`.
  func startsCommand(_ word: String) -> Bool {
    guard commands.isVerb(word) else { return false }
    let after = tokens[nextIndex + 1]
    return Builtin.named(word) == nil || !after.isSign("(") || after.hasSpaceBefore
  }

  /// Reads a command where a value may stand.
  mutating func parseCommandExpression() throws(Failure) -> Expression {
    let verb = next
    let command = try parseCommand()
    return Expression(kind: .command(command), span: verb.span.joined(with: last.span))
  }

  /// Reads a command if the text fits one to its end; otherwise nothing is read.
  ///
  /// For `check`, which is both a statement of the language and the verb of `check data`.
  mutating func parseCommandIfWhole() -> Expression? {
    guard let word = next.word, startsCommand(word) else { return nil }
    let savedIndex = index
    if let command = try? parseCommandExpression() { return command }
    index = savedIndex
    return nil
  }

  private mutating func parseCommand() throws(Failure) -> CommandSyntax {
    let verb = Name(text: next.word ?? "", span: next.span)
    let start = nextIndex
    advance()
    var walk = PatternWalk(
      verb: verb.text, reserved: commands.words(of: verb.text), start: nextIndex)
    defer { noteExpectations(of: walk) }
    var found: (command: CommandSyntax, end: Int)?
    let afterVerb = index
    for signature in commands.commands(of: verb.text) {
      walk.rules = commands.signatures[signature].rules
      for (number, pattern) in commands.signatures[signature].patterns.enumerated() {
        var path = PatternWalk.Path(words: [verb.text])
        index = afterVerb
        guard walk.match(pattern.parts, &self, &path), found == nil else { continue }
        let command = CommandSyntax(
          verb: verb, signature: signature, pattern: number, slots: path.slots, words: path.words)
        found = (command, index)
        // At the end of the text the other patterns are walked as well, for what else could follow.
        if next.kind != .end { break }
      }
      if found != nil, next.kind != .end { break }
    }
    if let found {
      index = found.end
      return found.command
    }
    index = afterVerb
    throw commandFailure(walk, verb: verb, start: start)
  }

  private mutating func noteExpectations(of walk: PatternWalk) {
    guard tokens[walk.furthest].kind == .end else { return }
    for expectation in walk.expected where !expectedAtEnd.contains(expectation) {
      expectedAtEnd.append(expectation)
    }
  }
}
