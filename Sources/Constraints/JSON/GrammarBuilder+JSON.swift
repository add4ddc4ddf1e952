import Serialization

/// The parts of JSON, as this program has models write it.
///
/// White space has bounds, so that no model goes on in it for ever: a space, or a new line and its
/// indentation, after `{`, `[` and `,` and before `}` and `]`; a space after `:`.
extension GrammarBuilder {
  /// A whole text of one value, which a space or a new line may come before.
  mutating func document(_ value: Rule) -> Rule {
    sequence([choice([add(.nothing), text(" "), text("\n")]), value])
  }

  /// Room between the parts of an object or array.
  mutating func gap() -> Rule {
    let spaces = repetition(text(" "), 0, 32)
    let tabs = repetition(text("\t"), 1, 8)
    let line = sequence([text("\n"), choice([spaces, tabs])])
    return choice([add(.nothing), text(" "), line])
  }

  /// What stands between two members or elements.
  mutating func comma() -> Rule { sequence([text(","), gap()]) }

  /// What stands between a key and its value.
  mutating func colon() -> Rule { sequence([text(":"), optional(text(" "))]) }

  /// An object of members that are written by `members`, which begins after the opening brace and its
  /// gap, and ends with the closing one.
  mutating func object(_ members: Rule) -> Rule {
    add(.nested(sequence([text("{"), gap(), members])))
  }

  /// An array, likewise.
  mutating func array(_ elements: Rule) -> Rule {
    add(.nested(sequence([text("["), gap(), elements])))
  }

  // MARK: Texts

  /// The characters that a text between quotes holds as they are.
  static let plainCharacters = CharacterRanges.all.subtracting(
    CharacterRanges([0...0x1F]).union(CharacterRanges(of: "\"\\")))

  /// A text of characters of any kind, `least` to `most` of them.
  mutating func string(_ least: Int = 0, _ most: Int? = nil) -> Rule {
    quoted(repetition(choice([character(of: Self.plainCharacters), escape()]), least, most))
  }

  /// Something between quotes.
  mutating func quoted(_ content: Rule) -> Rule { sequence([text("\""), content, text("\"")]) }

  /// A character that is written with a backslash, none of them half of a surrogate pair.
  private mutating func escape() -> Rule {
    let digit = ByteSet(0x30...0x39, 0x41...0x46, 0x61...0x66)
    let (digits, two) = (byte(digit), [byte(digit), byte(digit)])
    let d = byte(ByteSet(of: "dD"))
    let plane = sequence(
      [
        choice([
          sequence([
            byte(ByteSet(0x30...0x39, 0x41...0x43, 0x45...0x46, 0x61...0x63, 0x65...0x66)), digits,
          ]),
          sequence([d, byte(ByteSet(0x30...0x37))]),
        ])
      ] + two)
    let pair = sequence(
      [d, byte(ByteSet(of: "89abAB"))] + two + [text("\\u"), d, byte(ByteSet(of: "cdefCDEF"))] + two
    )
    return sequence([
      text("\\"),
      choice([byte(ByteSet(of: "\"\\/bfnrt")), sequence([text("u"), choice([plane, pair])])]),
    ])
  }

  /// One character of a set, in the one way in which we write it.
  mutating func jsonCharacter(of set: CharacterRanges) -> Rule {
    let plain = set.subtracting(.all.subtracting(Self.plainCharacters))
    let escaped = CharacterRanges.all.subtracting(Self.plainCharacters)
    let others = escaped.ranges.joined().filter(set.contains).compactMap(Unicode.Scalar.init)
    return choice(
      (plain.isEmpty ? [] : [character(of: plain)])
        + others.map { text(String(JSONValue.string(String($0)).text.dropFirst().dropLast())) })
  }

  // MARK: Values

  /// A value written out, with room between its parts.
  mutating func literal(_ value: JSONValue) -> Rule {
    switch value {
    case .object(let members) where !members.isEmpty:
      return object(
        list(
          members.entries.map { key, value in
            sequence([text(JSONValue.string(key).text), colon(), literal(value)])
          }, closedBy: "}"))
    case .array(let elements) where !elements.isEmpty:
      return array(list(elements.map { literal($0) }, closedBy: "]"))
    default: return text(value.text)
    }
  }

  /// Parts with commas between them, and the end.
  private mutating func list(_ parts: [Rule], closedBy end: String) -> Rule {
    var rules: [Rule] = []
    for part in parts { rules += rules.isEmpty ? [part] : [comma(), part] }
    return sequence(rules + [gap(), text(end)])
  }

  /// Any value at all.
  mutating func anyValue() -> Rule {
    let value = reserve()
    let kinds = [
      string(), number(), text("true"), text("false"), text("null"), anyObject(of: value),
      anyArray(of: value),
    ]
    set(value, to: .choice(kinds))
    return value
  }

  /// An object with any keys.
  mutating func anyObject(of value: Rule) -> Rule {
    let member = freeMember(value, besides: [])
    let rest = repetition(sequence([comma(), member]), 0, nil)
    return object(choice([text("}"), sequence([member, rest, gap(), text("}")])]))
  }

  private mutating func anyArray(of value: Rule) -> Rule {
    let rest = repetition(sequence([comma(), value]), 0, nil)
    return array(choice([text("]"), sequence([value, rest, gap(), text("]")])]))
  }

  /// A member whose key is none of `names`.
  ///
  /// Such a key has at least one character and no escapes, so that it is written in one way only.
  mutating func freeMember(_ value: Rule, besides names: [String]) -> Rule {
    hasFreeKeys = true
    let characters = character(of: Self.plainCharacters)
    let end = text("\"")
    let free = sequence([repetition(characters, 0, nil), end])
    let taken = KeyTree(
      names.filter { name in
        !name.isEmpty && name.unicodeScalars.allSatisfy { Self.plainCharacters.contains($0.value) }
      })
    let key = sequence([end, keys(taken, beginning: true, free: free)])
    return sequence([key, colon(), value])
  }

  /// What may follow a beginning of a key, so that it becomes none of those in the tree.
  private mutating func keys(_ tree: KeyTree, beginning: Bool = false, free: Rule) -> Rule {
    var ways: [Rule] = beginning || tree.isKey ? [] : [text("\"")]
    let children = tree.children
    for (scalar, child) in children {
      ways.append(sequence([text(String(scalar)), keys(child, free: free)]))
    }
    let others = Self.plainCharacters.subtracting(
      CharacterRanges(children.map { $0.scalar.value...$0.scalar.value }))
    ways.append(sequence([character(of: others), free]))
    return choice(ways)
  }

  /// A number of any kind.
  mutating func number() -> Rule {
    let digit = byte(ByteSet(0x30...0x39))
    let whole = choice([
      text("0"), sequence([byte(ByteSet(0x31...0x39)), repetition(digit, 0, 17)]),
    ])
    let fraction = optional(sequence([text("."), repetition(digit, 1, 17)]))
    let exponent = optional(
      sequence([
        byte(ByteSet(of: "eE")), optional(byte(ByteSet(of: "+-"))), repetition(digit, 1, 2),
      ]))
    return sequence([optional(text("-")), whole, fraction, exponent])
  }
}

/// Keys by their beginnings.
private struct KeyTree {
  /// What the keys go on with after this beginning; empty for one that ends here.
  private let rests: [String.UnicodeScalarView.SubSequence]

  init(_ keys: [String]) { rests = keys.map { $0.unicodeScalars[...] } }

  private init(rests: [String.UnicodeScalarView.SubSequence]) { self.rests = rests }

  /// Whether a key ends here.
  var isKey: Bool { rests.contains { $0.isEmpty } }

  /// The longer beginnings, by the character that comes next.
  var children: [(scalar: Unicode.Scalar, tree: KeyTree)] {
    let groups = Dictionary(grouping: rests.filter { !$0.isEmpty }) { $0.first ?? " " }
    return groups.sorted { $0.key < $1.key }.map { scalar, rests in
      (scalar, KeyTree(rests: rests.map { $0.dropFirst() }))
    }
  }
}
