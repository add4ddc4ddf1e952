import Datasets
import Language
import Reporting

/// The parts of a split as typed: `90/10`, `8/1/1`, `0.9/0.1`, or numbers of rows.
enum SplitRatio {
  /// Plain ratios such as 3/1 have parts up to this; larger ones are hundredths or rows.
  private static let largestPlainPart = 10.0

  /// The parts of a call's slot as whole numbers; nil when it has none.
  ///
  /// - Throws: what does not add up, with a ratio that does.
  static func parts(_ call: Call, slot: String, rowCount: Int) throws(Diagnostic) -> [Int]? {
    guard call.slot(slot) != nil else { return nil }
    guard let parts = call.ratio(slot) ?? list(call.value(slot)) else {
      throw refusal("a split is written as a ratio", call, slot, "90/10")
    }
    let text = parts.map { Quantity($0, .exact).text }.joined(separator: "/")
    guard parts.allSatisfy({ $0 > 0 && $0 <= 1e9 }), (2...3).contains(parts.count) else {
      throw refusal(
        "a split has two or three parts above 0, and is not \(text)", call, slot, "90/10")
    }
    let sum = parts.reduce(0, +)
    if abs(sum - 1) < 1e-9 || abs(sum - 100) < 1e-7 {
      return parts.map { Int(max(1, ($0 / sum * 1e6).rounded())) }
    }
    let isWhole = parts.allSatisfy { $0 == $0.rounded() }
    if isWhole, sum == Double(rowCount) || parts.allSatisfy({ $0 <= largestPlainPart }) {
      return parts.map { Int($0) }
    }
    throw refusal(
      "\(text) adds up to \(Quantity(sum, .exact).text), and the parts of a split to 100", call,
      slot,
      meant(parts))
  }

  private static func list(_ value: Value?) -> [Double]? {
    guard case .list(let items)? = value else { return nil }
    let numbers = items.compactMap { if case .number(let number) = $0 { number } else { nil } }
    return numbers.count == items.count ? numbers : nil
  }

  /// The ratio nearest to what was typed: the held-out parts get what the first leaves.
  private static func meant(_ parts: [Double]) -> String {
    guard parts.count == 2, parts[0] > 10, parts[0] < 100, parts[0] == parts[0].rounded() else {
      return parts.count == 2 ? "90/10" : "80/10/10"
    }
    return "\(Int(parts[0]))/\(100 - Int(parts[0]))"
  }

  private static func refusal(
    _ message: String, _ call: Call, _ slot: String, _ ratio: String
  ) -> Diagnostic {
    var hints = [Diagnostic.Hint.help("for example \(ratio)")]
    if let span = call.slot(slot)?.span {
      let before = call.file.text(of: SourceSpan(call.span.start, span.start))
      let after = call.file.text(of: SourceSpan(span.end, call.span.end))
      hints = [.type(before + ratio + after)]
    }
    return Diagnostic(
      code: .unfitSplit, message, at: call.label(slot), hints: hints)
  }
}
