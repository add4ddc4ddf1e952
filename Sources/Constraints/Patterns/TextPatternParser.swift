/// Reads a regular expression, by recursive descent.
struct TextPatternParser {
  typealias Fault = TextPattern.Fault

  /// Groups in groups, at most.
  private static let depthLimit = 50
  /// Repetitions that are counted, at most.
  private static let countLimit = 10_000

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  mutating func whole() throws(Fault) -> TextPattern {
    let pattern = try ways()
    guard position == scalars.count else { throw fault("a `)` without its `(`") }
    return pattern
  }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private func fault(_ reason: String, at place: Int? = nil) -> Fault {
    Fault(offset: place ?? position, reason: reason)
  }

  private mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  // MARK: Structure

  private mutating func ways() throws(Fault) -> TextPattern {
    guard depth < Self.depthLimit else {
      throw fault("more than \(Self.depthLimit) groups in each other")
    }
    depth += 1
    defer { depth -= 1 }
    var ways = [try sequence()]
    while take("|") { ways.append(try sequence()) }
    return ways.count == 1 ? ways[0] : .choice(ways)
  }

  private mutating func sequence() throws(Fault) -> TextPattern {
    var parts: [TextPattern] = []
    while let scalar = current, scalar != "|", scalar != ")" {
      let start = position
      let part = try atom()
      parts.append(try repeated(part, from: start))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func atom() throws(Fault) -> TextPattern {
    guard let scalar = current else { return .sequence([]) }
    switch scalar {
    case "(": return try group()
    case "[": return .characters(try characterClass())
    case ".":
      position += 1
      return .characters(.all.subtracting(CharacterRanges(of: "\n\r\u{2028}\u{2029}")))
    case "^":
      position += 1
      return .start
    case "$":
      position += 1
      return .end
    case "\\": return .characters(try escape(inClass: false))
    case "*", "+", "?": throw fault("`\(scalar)` has nothing before it to repeat")
    case "{":
      let start = position
      guard try counts() == nil else {
        throw fault("`{` has nothing before it to repeat", at: start)
      }
      position += 1
      return .characters(CharacterRanges(of: "{"))
    default:
      position += 1
      return .characters(CharacterRanges([scalar.value...scalar.value]))
    }
  }

  private mutating func group() throws(Fault) -> TextPattern {
    let start = position
    position += 1
    if take("?") {
      if take("<"), current != "=", current != "!" {
        guard let end = scalars[position...].firstIndex(of: ">") else {
          throw fault("a group's name without its `>`", at: start)
        }
        position = end + 1
      } else {
        guard take(":") else { throw fault("looking ahead or back cannot be followed", at: start) }
      }
    }
    let inner = try ways()
    guard take(")") else { throw fault("a `(` without its `)`", at: start) }
    return inner
  }

  private mutating func repeated(
    _ part: TextPattern, from start: Int
  ) throws(Fault) -> TextPattern {
    let least: Int
    let most: Int?
    if take("*") {
      (least, most) = (0, nil)
    } else if take("+") {
      (least, most) = (1, nil)
    } else if take("?") {
      (least, most) = (0, 1)
    } else if let counts = try counts() {
      (least, most) = counts
    } else {
      return part
    }
    // Fewer or more first makes no difference to what is allowed.
    _ = take("?")
    guard part != .start, part != .end else { throw fault("an anchor is repeated", at: start) }
    if let next = current, "*+?".unicodeScalars.contains(next) {
      throw fault("`\(next)` has nothing before it to repeat")
    }
    return .repetition(part, least: least, most: most)
  }

  /// Reads `{2}`, `{2,}` or `{2,5}`; nil, and nothing read, when it is none.
  private mutating func counts() throws(Fault) -> (Int, Int?)? {
    let start = position
    guard take("{"), let least = digits() else {
      position = start
      return nil
    }
    var most: Int? = least
    if take(",") { most = digits() }
    guard take("}") else {
      position = start
      return nil
    }
    guard least <= Self.countLimit, most ?? 0 <= Self.countLimit else {
      throw fault("more than \(Self.countLimit) repetitions", at: start)
    }
    if let most, most < least { throw fault("fewer repetitions at most than at least", at: start) }
    return (least, most)
  }

  private mutating func digits() -> Int? {
    let start = position
    while let scalar = current, ("0"..."9").contains(scalar) { position += 1 }
    guard position > start else { return nil }
    let text = String(String.UnicodeScalarView(scalars[start..<position]))
    return Int(text) ?? Int.max
  }

  // MARK: Characters

  private mutating func characterClass() throws(Fault) -> CharacterRanges {
    let start = position
    position += 1
    let isNegated = take("^")
    var set = CharacterRanges([])
    while !take("]") {
      guard current != nil else { throw fault("a `[` without its `]`", at: start) }
      let place = position
      let lower = try classAtom()
      let mayBeRange = position + 1 < scalars.count && scalars[position + 1] != "]"
      guard current == "-", mayBeRange else {
        set = set.union(lower)
        continue
      }
      position += 1
      let upper = try classAtom()
      guard let first = lower.only, let last = upper.only, first <= last else {
        throw fault("a range that is none", at: place)
      }
      set = set.union(CharacterRanges([first...last]))
    }
    return isNegated ? .all.subtracting(set) : set
  }

  private mutating func classAtom() throws(Fault) -> CharacterRanges {
    guard let scalar = current, scalar != "\\" else { return try escape(inClass: true) }
    position += 1
    return CharacterRanges([scalar.value...scalar.value])
  }

  private static let digitSet = CharacterRanges([0x30...0x39])
  private static let wordSet = CharacterRanges([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  /// Source: ECMA-262, WhiteSpace and LineTerminator.
  private static let spaceSet = CharacterRanges([
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ])

  private mutating func escape(inClass: Bool) throws(Fault) -> CharacterRanges {
    let start = position
    position += 1
    guard let scalar = current else { throw fault("a `\\` at the end", at: start) }
    position += 1
    switch scalar {
    case "d": return Self.digitSet
    case "D": return .all.subtracting(Self.digitSet)
    case "w": return Self.wordSet
    case "W": return .all.subtracting(Self.wordSet)
    case "s": return Self.spaceSet
    case "S": return .all.subtracting(Self.spaceSet)
    case "t": return CharacterRanges(of: "\t")
    case "n": return CharacterRanges(of: "\n")
    case "r": return CharacterRanges(of: "\r")
    case "f": return CharacterRanges(of: "\u{C}")
    case "v": return CharacterRanges(of: "\u{B}")
    case "0": return CharacterRanges(of: "\0")
    case "b" where inClass: return CharacterRanges(of: "\u{8}")
    case "x": return try hexadecimal(2, from: start)
    case "u": return try unicode(from: start)
    case "a"..."z", "A"..."Z", "1"..."9":
      throw fault("`\\\(scalar)` cannot be followed", at: start)
    default: return CharacterRanges([scalar.value...scalar.value])
    }
  }

  private mutating func unicode(from start: Int) throws(Fault) -> CharacterRanges {
    guard take("{") else { return try hexadecimal(4, from: start) }
    guard let end = scalars[position...].firstIndex(of: "}"), (1...6).contains(end - position)
    else { throw fault("`\\u{` needs one to six digits and `}`", at: start) }
    let set = try hexadecimal(end - position, from: start)
    position += 1
    return set
  }

  private mutating func hexadecimal(
    _ count: Int, from start: Int
  ) throws(Fault) -> CharacterRanges {
    let digits = scalars[position...].prefix(count)
    let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
    guard digits.count == count, let value, let scalar = Unicode.Scalar(value) else {
      throw fault("no character of \(count) hexadecimal digits", at: start)
    }
    position += count
    return CharacterRanges([scalar.value...scalar.value])
  }
}

extension CharacterRanges {
  /// The character, when there is one alone.
  fileprivate var only: UInt32? {
    ranges.count == 1 && ranges[0].count == 1 ? ranges[0].lowerBound : nil
  }
}
