import Reporting

/// One walk over all patterns of a verb: what fits, or how far the line got and what could follow.
///
/// Parsing, the expected set of an error and the candidates of a completion come from the same walk,
/// so they cannot disagree.
struct PatternWalk {
  /// A path through the pattern: slots filled and words read so far.
  struct Path {
    var slots: [CommandSyntax.Slot] = []
    var words: [String] = []
  }

  /// What reading a slot at a place gave.
  private enum Reading {
    case read(SlotForm, end: Int)
    case mismatch
    case failed(Parser.Failure)
  }

  /// Where something is read; the kind is nil for a parenthesis, which most kinds read alike.
  private struct Place: Hashable {
    let token: Int
    let kind: SlotKind?
  }

  let verb: String
  /// Words of the verb's patterns, which no slot takes for a name.
  let reserved: Set<String>
  /// What the signature under way declares about its slots.
  var rules: [String: SlotRule] = [:]
  /// The token beyond which no pattern went.
  private(set) var furthest: Int
  /// What could stand at the furthest token.
  private(set) var expected: [Expectation] = []
  /// The path that led to the furthest token, for errors that look back.
  private(set) var furthestPath = Path()
  /// What went wrong inside a slot, if that is further than anything else.
  private(set) var failure: Parser.Failure?
  private var readings: [Place: Reading] = [:]

  init(verb: String, reserved: Set<String>, start: Int) {
    self.verb = verb
    self.reserved = reserved
    furthest = start
  }

  /// Matches parts from the parser's position; true when they fit to the end of the command.
  ///
  /// On false the parser is where it was.
  mutating func match(_ parts: [Pattern.Part], _ parser: inout Parser, _ path: inout Path) -> Bool {
    guard let part = parts.first else { return matchEnd(&parser, path) }
    let rest = Array(parts.dropFirst())
    switch part {
    case .word(let word):
      return matchWord(word, rest, &parser, &path)
    case .slot(let name, let kind):
      return matchSlot(name, kind, rest, &parser, &path)
    case .choice(let branches):
      return branches.contains { attempt($0 + rest, &parser, &path) }
    case .optional(let inner):
      return attempt(inner + rest, &parser, &path) || attempt(rest, &parser, &path)
    case .options(let branches):
      for (index, branch) in branches.enumerated() {
        var others = branches
        others.remove(at: index)
        let following = others.isEmpty ? rest : [.options(others)] + rest
        if attempt(branch + following, &parser, &path) { return true }
      }
      return attempt(rest, &parser, &path)
    }
  }

  private mutating func attempt(
    _ parts: [Pattern.Part], _ parser: inout Parser, _ path: inout Path
  ) -> Bool {
    let savedIndex = parser.index
    let savedPath = path
    if match(parts, &parser, &path) { return true }
    parser.index = savedIndex
    path = savedPath
    return false
  }

  private mutating func matchEnd(_ parser: inout Parser, _ path: Path) -> Bool {
    note(.end, parser, path)
    let next = parser.next
    if next.endsLine { return true }
    return [";", "}", ")", ",", "]"].contains { next.isSign($0) }
  }

  private mutating func matchWord(
    _ word: String, _ rest: [Pattern.Part], _ parser: inout Parser, _ path: inout Path
  ) -> Bool {
    note(.word(word), parser, path)
    guard parser.advance(over: word) else { return false }
    path.words.append(word)
    return match(rest, &parser, &path)
  }

  private mutating func matchSlot(
    _ name: String, _ kind: SlotKind, _ rest: [Pattern.Part], _ parser: inout Parser,
    _ path: inout Path
  ) -> Bool {
    let start = parser.next
    let choices = rules[name]?.choices ?? []
    for choice in choices { note(.word(choice), parser, path) }
    if choices.isEmpty { note(.slot(name: name, kind: kind), parser, path) }
    if let word = start.word, !choices.isEmpty, !choices.contains(word) { return false }
    if kind == .choices, start.word != nil {
      guard let words = readChoices(choices, &parser, path) else { return false }
      let span = start.span.joined(with: parser.last.span)
      path.slots.append(.init(name: name, kind: kind, form: .expression(words), span: span))
      return match(rest, &parser, &path)
    }
    switch read(kind, &parser) {
    case .mismatch: return false
    case .failed(let failure):
      note(failure, path)
      return false
    case .read(let form, let end):
      parser.index = end
      let span = start.span.joined(with: parser.last.span)
      path.slots.append(.init(name: name, kind: kind, form: form, span: span))
    }
    return match(rest, &parser, &path)
  }

  /// Reads words of a list of choices, separated by commas, as a list of texts; nil where one is none of
  /// them.
  private mutating func readChoices(
    _ choices: [String], _ parser: inout Parser, _ path: Path
  ) -> Expression? {
    let start = parser.next.span
    var items: [Expression] = []
    repeat {
      if !items.isEmpty {
        parser.skipLineEnds()
        for choice in choices { note(.word(choice), parser, path) }
      }
      guard let word = parser.next.word, choices.contains(word) else { return nil }
      items.append(Expression(kind: .text([.text(word)]), span: parser.next.span))
      parser.advance()
    } while parser.take(",")
    return Expression(kind: .list(items), span: start.joined(with: parser.last.span))
  }

  /// Reads a slot, or takes what an earlier pattern read here.
  ///
  /// Without it, commands in parentheses in commands would be read once for each pattern, kind and
  /// level.
  private mutating func read(_ kind: SlotKind, _ parser: inout Parser) -> Reading {
    let isAlike = parser.next.isSign("(") && ![.setting, .condition, .block].contains(kind)
    let place = Place(token: parser.nextIndex, kind: isAlike ? nil : kind)
    if let known = readings[place] { return known }
    let reading: Reading
    do throws(Parser.Failure) {
      let form = try parser.parseSlot(kind, reserved: reserved)
      reading = form.map { .read($0, end: parser.index) } ?? .mismatch
    } catch {
      reading = .failed(error)
    }
    readings[place] = reading
    return reading
  }

  /// Notes that `expectation` could stand at the parser's next token.
  private mutating func note(_ expectation: Expectation, _ parser: Parser, _ path: Path) {
    let at = parser.nextIndex
    guard at >= furthest else { return }
    if at > furthest || (expected.isEmpty && failure == nil) {
      furthest = at
      expected = []
      furthestPath = path
      failure = nil
    }
    if !expected.contains(expectation) { expected.append(expectation) }
  }

  private mutating func note(_ error: Parser.Failure, _ path: Path) {
    guard error.token > furthest else {
      if error.token == furthest, failure == nil { failure = error }
      return
    }
    furthest = error.token
    furthestPath = path
    failure = error
    expected = []
  }
}
