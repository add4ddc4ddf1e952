package import Reporting

/// What two cells gave that is not the same, value by value.
package struct CellDifferences {
  private let first: Cell
  private let second: Cell
  private let differences: [ValueDifference]

  /// Compares two cells of a session; times and the like are left out.
  package init(_ first: Cell, _ second: Cell) {
    (self.first, self.second) = (first, second)
    differences = CellComparison.differences(
      recorded: first.outputLines, found: second.outputLines)
  }

  /// The cells' texts, and a table of what differs.
  package var report: Report {
    let texts = [first, second].map {
      "\($0.number): \(CellText.lines($0.source).joined(separator: " "))"
    }
    let head = Report.text(texts.joined(separator: "\n"))
    let isEmpty = ![first, second].contains { $0.outputLines.contains(where: \.isCompared) }
    guard !isEmpty else { return .group([head, .text("neither gave a value")]) }
    guard !differences.isEmpty else { return .group([head, .text("they gave the same values")]) }
    var table = Table(columns: [
      .init("value"), .init("cell \(first.number)", .right), .init("cell \(second.number)", .right),
      .init("change", .right),
    ])
    for difference in differences {
      table.append([
        .text(difference.place), .text(Self.readable(difference.recorded)),
        .text(Self.readable(difference.found)), .text(Self.change(difference)),
      ])
    }
    return .group([head, .table(table)])
  }

  /// A value as people read it: numbers of few digits, texts without quotes and cut when they are long.
  private static func readable(_ text: String) -> String {
    if let number = Double(text) { return number.readable }
    let words =
      text.hasPrefix("\"") && text.hasSuffix("\"") ? text.dropFirst().dropLast() : text[...]
    return words.count > longest ? words.prefix(longest - 1) + "…" : String(words)
  }

  private static let longest = 32

  /// How much a number grew; empty for what is none.
  private static func change(_ difference: ValueDifference) -> String {
    guard let before = Double(difference.recorded), let after = Double(difference.found) else {
      return ""
    }
    return (after > before ? "+" : "") + (after - before).readable
  }
}

extension Double {
  fileprivate var readable: String { NumberText.shortest(NumberText.rounded(self, digits: 5)) }
}
