/// Floating-point numbers of eight bits, as float32.
///
/// Source: Micikevicius et al. 2022, arXiv:2209.05433, table 1; for E8M0 the OCP Microscaling
/// Formats specification, version 1.0, section 5.4.1.
enum Float8 {
  /// The number that each byte stands for, by the name of the type in safetensors files; nil for
  /// other types.
  static func table(of type: String) -> [Float]? {
    switch type {
    case "F8_E4M3": e4m3
    case "F8_E5M2": e5m2
    case "F8_E8M0": e8m0
    default: nil
    }
  }

  /// A sign, 4 bits of exponent and 3 of mantissa; no infinities, and NaN where all bits are set.
  static let e4m3: [Float] = (0..<256).map { code in
    let (exponent, mantissa) = (code >> 3 & 15, code & 7)
    if exponent == 15, mantissa == 7 { return .nan }
    return number(code, exponent, mantissa, mantissaBits: 3, bias: 7)
  }

  /// A sign, 5 bits of exponent and 2 of mantissa, with infinities, as the upper half of a float16.
  private static let e5m2: [Float] = (0..<256).map {
    Float(Float16(bitPattern: UInt16($0) << 8))
  }

  /// A power of two: nothing but an exponent.
  private static let e8m0: [Float] = (0..<256).map { code in
    code == 255 ? .nan : Float(sign: .plus, exponent: code - 127, significand: 1)
  }

  private static func number(
    _ code: Int, _ exponent: Int, _ mantissa: Int, mantissaBits: Int, bias: Int
  ) -> Float {
    let steps = Float(1 << mantissaBits)
    let size =
      exponent == 0
      ? Float(sign: .plus, exponent: 1 - bias, significand: Float(mantissa) / steps)
      : Float(sign: .plus, exponent: exponent - bias, significand: 1 + Float(mantissa) / steps)
    return code >= 128 ? -size : size
  }
}
