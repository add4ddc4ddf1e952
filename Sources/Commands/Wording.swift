import Reporting

/// Small words that several commands show.
enum Wording {
  /// A count with its noun: `1 row`, `2,140 rows`.
  static func count(_ count: Int, _ noun: String) -> String {
    "\(Quantity.count(count).text) \(noun)\(count == 1 ? "" : "s")"
  }

  /// A text with its lines joined by spaces, for cells and fields.
  static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
