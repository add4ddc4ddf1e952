import Serialization

/// The names of labels that a column keeps as numbers, as the library `datasets` notes them in the file.
enum LabelNames {
  /// The names by column; columns of other kinds, and files of other programs, have none.
  static func byColumn(_ footer: ThriftStructure) -> [String: [String]] {
    let notes = footer.structures(5) ?? []
    guard let text = notes.first(where: { $0.text(1) == "huggingface" })?.text(2),
      let note = try? JSONValue(parsing: Array(text.utf8)),
      let features = note["info"]?["features"]?.object
    else { return [:] }
    return Dictionary(
      features.entries.compactMap { column, feature in
        names(of: feature).map { (column, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The names of a label, or of the labels of a list.
  private static func names(of feature: JSONValue) -> [String]? {
    if feature["_type"] == "ClassLabel" { return feature["names"]?.array?.compactMap(\.string) }
    guard let element = feature["feature"] ?? feature.array?.first,
      element["_type"] == "ClassLabel"
    else { return nil }
    return names(of: element)
  }
}
