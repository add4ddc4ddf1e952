import Reporting

extension Parser {
  /// A line that starts with a word which is no command: L103, with the line that was meant.
  func unknownCommand(_ word: String) -> Failure {
    let span = next.span
    let message = "there is no command `\(word)`."
    if isProcedure(word) { return callWithoutParentheses(word) }
    if let advice = ForeignWords.advice(for: word) {
      return failure(.unknownCommand, message, at: span, label: advice.text, hints: advice.hints)
    }
    if let line = lineWithVerb(before: word) {
      return failure(.unknownCommand, message, at: span, hints: [.type(line)])
    }
    if let second = tokens[nextIndex + 1].word,
      let concept = commands.concept(of: "\(word) \(second)")
    {
      return failure(
        .unknownCommand, message, at: span, label: concept.about, hints: [concept.hint])
    }
    if commands.synonyms[word.lowercased()] == nil, let concept = commands.concept(of: word) {
      return failure(
        .unknownCommand, message, at: span, label: concept.about, hints: [concept.hint])
    }
    guard suggestsLines, let verb = commands.verb(nearestTo: word) else {
      return failure(.unknownCommand, message, at: span, hints: [.type("help")])
    }
    let meant = [line(replacing: span, by: verb), lowercasedLine(at: span)]
    let line = meant.first(where: reads) ?? lineWithSecondWord(after: verb, replacing: span)
    if let line {
      return failure(
        .unknownCommand, message, at: span, label: "did you mean `\(verb)`?", hints: [.type(line)])
    }
    // The rest does not fit the verb: only a slip of one letter still makes it likely.
    let isSlip = Suggestion.distance(word.lowercased(), verb) == 1
    let example = commands.example(of: verb, like: verb)
    return failure(
      .unknownCommand, message, at: span, label: isSlip ? "did you mean `\(verb)`?" : "",
      hints: [.type(isSlip ? example ?? "help \(verb)" : "help")])
  }

  /// `model finch` for `load model finch`: the line with the verb whose second word this is.
  private func lineWithVerb(before word: String) -> String? {
    guard suggestsLines else { return nil }
    let verbs = commands.signatures.filter { $0.name == "\($0.verb) \(word.lowercased())" }.map(
      \.verb)
    return verbs.lazy.map { line(replacing: next.span, by: "\($0) \(word)") }.first(where: reads)
      ?? verbs.lazy.compactMap { lineWithSecondWord(after: $0, replacing: next.span) }.first
  }

  /// True when the text is a statement, or the beginning of one.
  ///
  /// Its own errors suggest nothing, so that a long line does not suggest again and again.
  func reads(_ line: String) -> Bool {
    let parse = Parse(SourceFile(file.origin, line), commands: commands, suggestsLines: false)
    return parse.diagnostics.isEmpty || parse.isIncomplete
  }

  /// The line around a span with its words in small letters; texts stay as they are.
  private func lowercasedLine(at span: SourceSpan) -> String {
    let line = file.lineSpan(at: span.start)
    var text = ""
    var end = line.start
    for token in tokens where token.word != nil && token.span.start >= line.start {
      guard token.span.end <= line.end else { break }
      text += file.text(of: SourceSpan(end, token.span.start))
      text += file.text(of: token.span).lowercased()
      end = token.span.end
    }
    text += file.text(of: SourceSpan(end, line.end))
    return String(text.drop { $0 == " " || $0 == "\t" })
  }

  /// True for a function, and for a procedure that this text makes.
  private func isProcedure(_ word: String) -> Bool {
    if Builtin.named(word) != nil { return true }
    return tokens.indices.dropLast().contains {
      tokens[$0].word == "proc" && tokens[$0 + 1].word == word
    }
  }

  /// `f 3` for `f(3)`: L122.
  private func callWithoutParentheses(_ word: String) -> Failure {
    var end = nextIndex
    while !tokens[end + 1].endsLine, !tokens[end + 1].isSign(";"), !tokens[end + 1].isSign("}") {
      end += 1
    }
    let arguments = SourceSpan(tokens[nextIndex + 1].span.start, tokens[end].span.end)
    let call = word + "(" + file.text(of: arguments) + ")"
    let fixed = line(replacing: next.span.joined(with: arguments), by: call)
    let fits = suggestsLines && reads(fixed)
    return failure(
      .misleadingSpace, "a call has parentheses.", label: fits ? "" : "write `\(word)(…)`",
      hints: fits ? [.type(fixed)] : [])
  }
}
