import Mathematics

/// The rows of a data set that say the same.
///
/// Two rows are the same if they agree in their words, numbers and mathematical signs: case,
/// punctuation and white space do not count.
package struct Duplicates: Hashable, Sendable {
  /// Indices of rows with the same input and the same target, first one first.
  package let groups: [[Int]]
  /// Indices of rows with the same input and different targets.
  package let conflicts: [[Int]]

  /// The number of rows that could go without a loss.
  package var extraCount: Int { groups.reduce(0) { $0 + $1.count - 1 } }

  /// Compares all rows with each other, by a hash of what they say.
  package init(_ examples: [Example]) {
    let wordings = examples.map(\.wording)
    let inputs = wordings.map { TextFolding.fold($0.input) }
    let targets = wordings.map { TextFolding.fold($0.target) }
    let (byInput, byTarget) = (KeyGroups(inputs), KeyGroups(targets))
    let pairs = zip(byInput.groupOfRow, byTarget.groupOfRow).map { Pair(input: $0, target: $1) }
    groups = KeyGroups(pairs).repeated
    conflicts = byInput.repeated.filter { group in
      // A prompt may have preferences between many answers.
      targets[group[0]] != "" && examples[group[0]].kind == .answers
        && Set(group.map { byTarget.groupOfRow[$0] }).count > 1
    }
  }

  /// The groups of a row's input and target.
  private struct Pair: Hashable {
    let input, target: Int
  }

  /// Returns the indices of `rows` that are also in `others`, input and target; only hashes of `rows` are
  /// kept.
  package static func repeats(of rows: [Example], in others: [Example]) -> [Int] {
    guard !rows.isEmpty else { return [] }
    let hashes = rows.map(hash)
    let wanted = Set(hashes)
    let found = others.reduce(into: Set<UInt64>()) { found, other in
      let hash = hash(other)
      if wanted.contains(hash) { found.insert(hash) }
    }
    return rows.indices.filter { found.contains(hashes[$0]) }
  }

  /// How many of the rows could go without a loss; only their hashes are kept.
  package static func extraCount(of rows: [Example]) -> Int {
    rows.count - rows.reduce(into: Set<UInt64>()) { $0.insert(hash($1)) }.count
  }

  private static func hash(_ row: Example) -> UInt64 {
    let wording = row.wording
    return StableHash.of(
      TextFolding.fold(wording.input) + "\u{0}" + TextFolding.fold(wording.target))
  }

  /// Returns the indices of rows whose text another row gives another label.
  package static func contradictions(_ rows: [Example]) -> [Int] {
    let labelled = rows.indices.filter { rows[$0].isLabelled }
    guard !labelled.isEmpty else { return [] }
    return Duplicates(labelled.map { rows[$0] }).conflicts.flatMap { $0 }.map { labelled[$0] }
      .sorted()
  }

  /// Returns the indices of `rows` whose input is also among the inputs of `others`.
  package static func leaks(of rows: [Example], into others: [Example]) -> [Int] {
    let seen = Set(others.map { TextFolding.fold($0.wording.input) })
    return rows.indices.filter { seen.contains(TextFolding.fold(rows[$0].wording.input)) }
  }
}

/// Text without what people vary when they copy: case, punctuation, white space.
package enum TextFolding {
  /// Returns the words of `text` in small letters with one space between them; `text` itself if it
  /// has none.
  package static func fold(_ text: String) -> String {
    if let folded = foldedASCII(text) { return folded }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var isBetweenWords = false
    for scalar in text.lowercased().unicodeScalars {
      guard isKept(scalar) else {
        isBetweenWords = !bytes.isEmpty
        continue
      }
      if isBetweenWords { bytes.append(UInt8(ascii: " ")) }
      isBetweenWords = false
      bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    guard !bytes.isEmpty else { return text }
    return String(validating: bytes, as: UTF8.self) ?? text
  }

  /// The same for text of ASCII, a byte at a time; nil for other text, and for text without words.
  private static func foldedASCII(_ text: String) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var isBetweenWords = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "<"),
        UInt8(ascii: "="), UInt8(ascii: ">"):
        if isBetweenWords { bytes.append(UInt8(ascii: " ")) }
        isBetweenWords = false
        bytes.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte)
      case 0x80...: return nil
      default: isBetweenWords = !bytes.isEmpty
      }
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
        || "+<=>".unicodeScalars.contains(scalar)
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber, .otherNumber, .mathSymbol,
      .otherSymbol:
      return true
    default: return false
    }
  }
}
