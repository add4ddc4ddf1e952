import Serialization

/// Reads rows of texts that belong together or are alike, as sentence-transformers' data sets have them.
struct MatchRow {
  /// The names of a row's texts that do not belong to its query, in their order.
  private let negativeNames: [String]
  private let shape: RowShape

  /// Tells such a row by its shape and the names of all its fields; nil for others.
  init?(_ shape: RowShape, among names: [String]) {
    switch shape {
    case .match: negativeNames = Self.negatives(among: names)
    case .alike: negativeNames = []
    default: return nil
    }
    self.shape = shape
  }

  /// The shape of a row with texts that do not belong to its query, whose other two fields could be a
  /// question and its answer; nil for others.
  static func shapeWithNegatives(among names: [String]) -> RowShape? {
    guard !negatives(among: names).isEmpty else { return nil }
    for known in KnownFields.shapes where known.fields.allSatisfy(names.contains) {
      switch known {
      case .match: return known
      case .pair(let query, let positive): return .match(query: query, positive: positive)
      default: continue
      }
    }
    return nil
  }

  /// `negative`, `negatives`, `negative_1` and the like.
  private static func negatives(among names: [String]) -> [String] {
    names.filter { name in
      let number = name.dropFirst("negative".count)
      guard name.hasPrefix("negative"), !number.isEmpty, number != "s" else {
        return name == "negative" || name == "negatives"
      }
      return Int(number.drop { $0 == "_" }) != nil
    }
  }

  /// The names of the fields that something is made of.
  var usedNames: [String] { shape.fields + negativeNames }

  /// Returns what a row of texts says, by the names of its fields.
  func content(_ row: JSONObject) throws(RowFault) -> Example.Content {
    let fields = shape.fields
    let (one, other) = (try text(fields[0], of: row), try text(fields[1], of: row))
    guard case .alike(_, _, let key) = shape else {
      return .match(query: one, positive: other, negatives: try negatives(of: row))
    }
    guard let value = row[key] else { throw RowFault(.missingKey(key, of: "the row")) }
    let number = value.double ?? value.string.flatMap(Double.init)
    guard let number, (-1...1).contains(number) else {
      throw RowFault(
        .wrongType(
          key: key, found: number.map { "\($0)" } ?? value.kind,
          expected: "a number from -1 to 1, as a cosine is"), at: .key(key))
    }
    return .alike(one, other, score: number)
  }

  private func negatives(of row: JSONObject) throws(RowFault) -> [String] {
    var negatives: [String] = []
    for key in negativeNames {
      guard let value = row[key], !value.isNull else { continue }
      guard let list = value.array else {
        negatives.append(try text(key, of: row))
        continue
      }
      for value in list {
        guard let text = value.string else {
          throw RowFault(
            .wrongType(key: key, found: "a list with \(value.kind)", expected: "a list of texts"),
            at: .key(key))
        }
        guard !text.isBlank else { throw RowFault(.emptyText(key: key), at: .key(key)) }
        negatives.append(text)
      }
    }
    return negatives
  }

  /// Returns the text of a key, which is not empty.
  private func text(_ key: String, of row: JSONObject) throws(RowFault) -> String {
    guard let value = row[key] else { throw RowFault(.missingKey(key, of: "the row")) }
    guard let text = value.string else {
      throw RowFault(.wrongType(key: key, found: value.kind, expected: "a text"), at: .key(key))
    }
    guard !text.isBlank else { throw RowFault(.emptyText(key: key), at: .key(key)) }
    return text
  }
}
