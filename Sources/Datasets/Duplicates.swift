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

  package init(_ examples: [Example]) {
    let inputs = examples.map { TextFolding.fold($0.input) }
    let targets = examples.map { TextFolding.fold($0.target) }
    let wholes = zip(inputs, targets).map { $0 + "\u{0}" + $1 }
    groups = Self.groups(wholes)
    conflicts = Self.groups(inputs).filter { group in
      targets[group[0]] != "" && Set(group.map { targets[$0] }).count > 1
    }
  }

  /// Returns the indices of `rows` whose input is also among the inputs of `others`.
  package static func leaks(of rows: [Example], into others: [Example]) -> [Int] {
    let seen = Set(others.map { TextFolding.fold($0.input) })
    return rows.indices.filter { seen.contains(TextFolding.fold(rows[$0].input)) }
  }

  /// Returns the groups of more than one index with equal keys, in order of first appearance.
  private static func groups(_ keys: [String]) -> [[Int]] {
    grouped(keys).filter { $0.count > 1 }
  }

  /// Returns the indices of equal keys together, in order of first appearance.
  static func grouped(_ keys: [String]) -> [[Int]] {
    var places: [String: Int] = [:]
    var groups: [[Int]] = []
    for (index, key) in keys.enumerated() {
      if let place = places[key] {
        groups[place].append(index)
      } else {
        places[key] = groups.count
        groups.append([index])
      }
    }
    return groups
  }
}

/// Text without what people vary when they copy: case, punctuation, white space.
package enum TextFolding {
  /// Returns the words of `text` in small letters with one space between them; `text` itself if it
  /// has none.
  package static func fold(_ text: String) -> String {
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
