extension Builtin {
  /// Functions of mathematics, by arithmetic alone: the same bits on every machine.
  static let mathematics = [
    Builtin(
      "sqrt(x)", 1...1, "The square root.", example: "sqrt(2)"
    ) { arguments throws(Misuse) in
      let value = try number(arguments[0])
      guard value >= 0 else { throw Misuse("works on a number from 0") }
      return .number(value.squareRoot())
    },
    Builtin(
      "exp(x)", 1...1, "e to the power of x.", example: "exp(1)"
    ) { arguments throws(Misuse) in
      let result = exponential(try number(arguments[0]))
      guard result.isFinite else { throw Misuse("gives a result too large for a number") }
      return .number(result)
    },
    Builtin(
      "log(x)", 1...1, "The natural logarithm.", example: "log(10)"
    ) { arguments throws(Misuse) in
      let value = try number(arguments[0])
      guard value > 0, value.isFinite else { throw Misuse("works on a number above 0") }
      return .number(logarithm(value))
    },
    Builtin(
      "sd(xs)", 1...1, "The standard deviation of a list of numbers, of a sample: by n - 1.",
      example: "sd([1, 2, 6])"
    ) { arguments throws(Misuse) in
      let values = try numbers(arguments[0])
      guard values.count > 1 else { throw Misuse("needs two items") }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / Double(values.count - 1)).squareRoot()
      guard deviation.isFinite else { throw Misuse("gives a result too large for a number") }
      return .number(deviation)
    },
    Builtin(
      "chance(seed, n)", 2...2,
      "A number from 0 up to 1 that looks drawn by chance; the same seed and n give the same.",
      example: "chance(7, 0)"
    ) { arguments throws(Misuse) in
      guard let seed = Int(exactly: try number(arguments[0])),
        let index = Int(exactly: try number(arguments[1]))
      else { throw Misuse("takes whole numbers") }
      let state = mixed(UInt64(bitPattern: Int64(seed)) &+ 1) &+ UInt64(bitPattern: Int64(index))
      return .number(Double(mixed(state) >> 11) * 0x1p-53)
    },
  ]

  /// Each bit of the result depends on each of the argument.
  ///
  /// Source: the finalizer of SplitMix64, Steele, Lea and Flood 2014.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// ln 2 in two parts, the first short enough to be multiplied without rounding.
  private static let ln2: (high: Double, low: Double) = (0x1.62e42feep-1, 0x1.a39ef35793c76p-33)

  /// e to the power of x: 2^k · e^r with |r| ≤ ln 2 / 2, e^r by its series; good to about 1e-16.
  private static func exponential(_ x: Double) -> Double {
    guard x < 709.79 else { return .infinity }
    guard x > -745.2 else { return 0 }
    let k = (x / (ln2.high + ln2.low)).rounded()
    let r = (x - k * ln2.high) - k * ln2.low
    var sum = 1.0
    for n in stride(from: 16.0, through: 1, by: -1) { sum = 1 + sum * r / n }
    // In two steps, as 2^k alone may be too large or too small for a number.
    let half = Int(k) / 2
    let scale = { Double(sign: .plus, exponent: $0, significand: 1) }
    return sum * scale(half) * scale(Int(k) - half)
  }

  /// ln x = k · ln 2 + 2 · artanh((m − 1) / (m + 1)) with m from √½ to √2.
  private static func logarithm(_ x: Double) -> Double {
    var (k, m) = (Double(x.exponent), x.significand)
    if m > 1.414_213_562_373_095 {
      m /= 2
      k += 1
    }
    let s = (m - 1) / (m + 1)
    var sum = 0.0
    for n in stride(from: 23.0, through: 1, by: -2) { sum = sum * s * s + 1 / n }
    return k * ln2.high + (2 * s * sum + k * ln2.low)
  }
}
