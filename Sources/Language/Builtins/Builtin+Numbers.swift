import Reporting

extension Builtin {
  /// Functions on numbers.
  static let numbers = [
    Builtin(
      "abs(x)", 1...1, "The number without its sign.", example: "abs(-3)"
    ) { arguments throws(Misuse) in .number(abs(try number(arguments[0]))) },
    Builtin(
      "round(x, decimals)", 1...2,
      "The nearest whole number, or the number rounded to `decimals` places.",
      example: "round(1.4142, 2)"
    ) { arguments throws(Misuse) in
      let decimals = arguments.count > 1 ? try number(arguments[1]) : 0
      guard (0...12).contains(decimals), decimals == decimals.rounded() else {
        throw .wrong("takes 0 to 12 decimals")
      }
      let scale = (0..<Int(decimals)).reduce(1.0) { scale, _ in scale * 10 }
      let value = try number(arguments[0])
      let scaled = value * scale
      // A number of this size has no decimals.
      guard scaled.isFinite else { return .number(value) }
      return .number(scaled.rounded() / scale)
    },
    Builtin(
      "format(x, decimals)", 2...2, "The number as text with exactly `decimals` places, up to 6.",
      example: "format(1.5, 2)"
    ) { arguments throws(Misuse) in
      guard let decimals = Int(exactly: try number(arguments[1])), (0...6).contains(decimals) else {
        throw .wrong("takes 0 to 6 decimals")
      }
      return .string(NumberText.fixed(try number(arguments[0]), decimals: decimals))
    },
    Builtin(
      "min(xs)", 1...1, "The least number of a list.", example: "min([3, 1, 2])"
    ) { arguments throws(Misuse) in
      guard let least = try numbers(arguments[0]).min() else { throw .wrong("needs an item") }
      return .number(least)
    },
    Builtin(
      "max(xs)", 1...1, "The greatest number of a list.", example: "max([3, 1, 2])"
    ) { arguments throws(Misuse) in
      guard let greatest = try numbers(arguments[0]).max() else { throw .wrong("needs an item") }
      return .number(greatest)
    },
    Builtin(
      "sum(xs)", 1...1, "The sum of a list of numbers, 0 when it is empty.", example: "sum(1..4)"
    ) { arguments throws(Misuse) in .number(try total(try numbers(arguments[0]))) },
    Builtin(
      "mean(xs)", 1...1, "The mean of a list of numbers.", example: "mean([1, 2, 6])"
    ) { arguments throws(Misuse) in
      let values = try numbers(arguments[0])
      guard !values.isEmpty else { throw .wrong("needs an item") }
      return .number(try total(values) / Double(values.count))
    },
  ]

  private static func total(_ values: [Double]) throws(Misuse) -> Double {
    let total = values.reduce(0, +)
    guard total.isFinite || !values.allSatisfy(\.isFinite) else {
      throw .wrong("gives a result too large for a number")
    }
    return total
  }
}
