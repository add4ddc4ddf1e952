/// Numbers as text, the same on every machine and in every locale.
package enum NumberText {
  /// The shortest text that reads back as the same number: `3`, `0.1`, `2e-05` as `2e-5`.
  package static func shortest(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == value.rounded(), abs(value) < 0x1p53 {
      return value == 0 ? "0" : String(Int64(value))
    }
    let text = "\(value)"
    guard let e = text.firstIndex(of: "e") else {
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    var mantissa = text[..<e]
    if mantissa.hasSuffix(".0") { mantissa = mantissa.dropLast(2) }
    var exponent = text[text.index(after: e)...]
    let sign = exponent.hasPrefix("-") ? "-" : ""
    exponent = exponent.drop { $0 == "+" || $0 == "-" || $0 == "0" }
    return "\(mantissa)e\(sign)\(exponent)"
  }

  /// A number rounded to `digits` significant digits; a whole one as it is.
  package static func rounded(_ value: Double, digits: Int) -> Double {
    guard value != 0, value.isFinite, value != value.rounded(), (1e-100..<1e15).contains(abs(value))
    else { return value }
    // By powers of ten from either side, so that the scale is exact as long as it can be.
    var (scale, size) = (1.0, abs(value))
    let limit = (0..<max(1, digits)).reduce(1.0) { power, _ in power * 10 }
    while size * scale * 10 < limit { scale *= 10 }
    size = (value * scale).rounded() / scale
    return size
  }

  /// A number with a fixed count of decimals, rounded half away from zero: `1.4142`.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return shortest(value) }
    let places = min(max(decimals, 0), 6)
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int64((abs(value) * scale).rounded())
    let sign = value < 0 && scaled != 0 ? "-" : ""
    let digits = String(scaled)
    guard places > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// A whole number with a comma at each thousand: `2,140`.
  package static func grouped(_ value: Int) -> String {
    var result = ""
    for (index, digit) in String(value.magnitude).reversed().enumerated() {
      if index > 0, index % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return (value < 0 ? "-" : "") + String(result.reversed())
  }
}
