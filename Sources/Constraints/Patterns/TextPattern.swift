/// A regular expression of JSON Schema, ECMA-262 without what no automaton can follow.
indirect enum TextPattern: Hashable, Sendable {
  case characters(CharacterRanges)
  case sequence([TextPattern])
  case choice([TextPattern])
  case repetition(TextPattern, least: Int, most: Int?)
  /// The beginning and the end of the text.
  case start
  case end

  /// Why a text is no pattern that can be followed: a sentence, and the place in characters.
  struct Fault: Error, Hashable {
    let offset: Int
    let reason: String
  }

  /// Reads a pattern.
  init(_ source: String) throws(Fault) {
    var parser = TextPatternParser(source)
    self = try parser.whole()
  }

  /// Returns the pattern of whole texts in which this one is found somewhere, as the standard wants; nil
  /// where `^` or `$` stand elsewhere than at an end.
  var ofWholeTexts: TextPattern? {
    guard case .choice(let ways) = self else { return Self.anchored([self]) }
    let anchored = ways.compactMap { Self.anchored([$0]) }
    return anchored.count == ways.count ? .choice(anchored) : nil
  }

  private static let anything = TextPattern.repetition(.characters(.all), least: 0, most: nil)

  private static func anchored(_ parts: [TextPattern]) -> TextPattern? {
    var parts = parts
    while case .sequence(let inner)? = parts.first, parts.count == 1 { parts = inner }
    // A group alone that has ways of its own ends.
    if parts.count == 1, case .choice = parts[0], parts[0].hasAnchor {
      return parts[0].ofWholeTexts
    }
    let (begins, ends) = (parts.first == .start, parts.last == .end)
    let inner = parts.dropFirst(begins ? 1 : 0).dropLast(ends ? 1 : 0)
    guard !inner.contains(where: \.hasAnchor) else { return nil }
    return .sequence((begins ? [] : [anything]) + inner + (ends ? [] : [anything]))
  }

  private var hasAnchor: Bool {
    switch self {
    case .start, .end: true
    case .characters: false
    case .sequence(let parts), .choice(let parts): parts.contains(where: \.hasAnchor)
    case .repetition(let part, _, _): part.hasAnchor
    }
  }
}

extension GrammarBuilder {
  /// The content of a text of JSON that is of a pattern, which has no anchors.
  mutating func content(_ pattern: TextPattern) -> Rule {
    switch pattern {
    case .characters(let set): return jsonCharacter(of: set)
    case .sequence(let parts): return sequence(parts.map { content($0) })
    case .choice(let ways): return choice(ways.map { content($0) })
    case .repetition(let part, let least, let most): return repetition(content(part), least, most)
    case .start, .end: return add(.nothing)
    }
  }
}
