/// The shape of a command's words and slots, read from the notation of a declaration.
///
/// Words are literal, `<name:kind>` is a slot, `(a | b)` a choice, `[a]` optional, and `{a | b}` options
/// in any order, each at most once.
package struct Pattern: Hashable, Sendable {
  /// A part of a pattern.
  package indirect enum Part: Hashable, Sendable {
    case word(String)
    case slot(name: String, kind: SlotKind)
    case choice([[Part]])
    case optional([Part])
    case options([[Part]])
  }

  /// The notation it was read from.
  package let notation: String
  /// What has to follow each other in a line that fits.
  package let parts: [Part]

  /// Reads a pattern.
  ///
  /// - Precondition: the notation is well formed; it is part of a command's declaration, so a mistake
  ///   is the programmer's and shows at the first start.
  package init(_ notation: String) {
    var reader = PatternReader(notation)
    self.notation = notation
    parts = reader.readSequence()
    precondition(reader.isAtEnd, "pattern `\(notation)` has a bracket that was never opened")
  }

  init(notation: String, parts: [Part]) {
    self.notation = notation
    self.parts = parts
  }

  /// Every literal word in it.
  package var words: [String] { Self.words(in: parts) }

  /// Every slot in it, in order.
  package var slots: [(name: String, kind: SlotKind)] { Self.slots(in: parts) }

  private static func words(in parts: [Part]) -> [String] {
    parts.flatMap { part -> [String] in
      switch part {
      case .word(let word): [word]
      case .slot: []
      case .choice(let branches), .options(let branches): branches.flatMap(words(in:))
      case .optional(let inner): words(in: inner)
      }
    }
  }

  private static func slots(in parts: [Part]) -> [(name: String, kind: SlotKind)] {
    parts.flatMap { part -> [(name: String, kind: SlotKind)] in
      switch part {
      case .word: []
      case .slot(let name, let kind): [(name, kind)]
      case .choice(let branches), .options(let branches): branches.flatMap(slots(in:))
      case .optional(let inner): slots(in: inner)
      }
    }
  }
}

/// Reads the notation, a piece at a time.
private struct PatternReader {
  private let pieces: [String]
  private var index = 0
  private let notation: String

  var isAtEnd: Bool { index >= pieces.count }

  init(_ notation: String) {
    self.notation = notation
    var spaced = ""
    for character in notation {
      spaced += "()[]{}|".contains(character) ? " \(character) " : String(character)
    }
    pieces = spaced.split(separator: " ").map(String.init)
  }

  mutating func readSequence() -> [Pattern.Part] {
    var parts: [Pattern.Part] = []
    while !isAtEnd, let part = readPart(pieces[index]) { parts.append(part) }
    return parts
  }

  private mutating func readPart(_ piece: String) -> Pattern.Part? {
    switch piece {
    case "(":
      return .choice(readBranches(closedBy: ")"))
    case "[":
      let branches = readBranches(closedBy: "]")
      return .optional(branches.count == 1 ? branches[0] : [.choice(branches)])
    case "{":
      return .options(readBranches(closedBy: "}"))
    case ")", "]", "}", "|":
      return nil
    default:
      index += 1
      return piece.hasPrefix("<") ? readSlot(piece) : .word(piece)
    }
  }

  private mutating func readBranches(closedBy close: String) -> [[Pattern.Part]] {
    index += 1
    var branches = [readSequence()]
    while !isAtEnd, pieces[index] == "|" {
      index += 1
      branches.append(readSequence())
    }
    precondition(!isAtEnd && pieces[index] == close, "pattern `\(notation)` lacks a `\(close)`")
    index += 1
    return branches
  }

  private func readSlot(_ piece: String) -> Pattern.Part {
    let inner = piece.dropFirst().dropLast().split(separator: ":").map(String.init)
    precondition(
      piece.hasSuffix(">") && inner.count == 2, "pattern `\(notation)`: `\(piece)` is no slot")
    guard let kind = SlotKind(rawValue: inner[1]) else {
      preconditionFailure("pattern `\(notation)`: there is no slot kind `\(inner[1])`")
    }
    return .slot(name: inner[0], kind: kind)
  }
}
