/// What frozen weights are kept as in memory.
///
/// Whatever the format, a weight is one float32 (an integer times a scale is one exactly), and a
/// product runs over these as over any matrix. Quantised formats take weights below 2¹⁰⁰ in size;
/// blocks whose largest is below 2⁻¹⁰⁰ become 0.
package enum WeightFormat: String, CaseIterable, Sendable {
  /// Themselves.
  case float32 = "f32"
  /// Rounded to nearest even, to eight bits of precision: half the memory.
  case bfloat16 = "bf16"
  /// An integer in −127…127 and one bfloat16 scale for 32 steps of C of an output: 8.5 bits a weight.
  case int8 = "int8"
  /// The same with an integer in −8…7 and a scale of either sign: 4.5 bits a weight.
  case fourBit = "q4"

  /// Outputs that lie side by side; a matrix's last panel is as large as the others.
  private static let panelOutputs = 32
  /// Steps of C that share a scale.
  private static let blockSteps = 32

  /// The bytes of a matrix with `rows` outputs and `columns` channels.
  package func byteCount(rows: Int, columns: Int) -> Int {
    let panels = (rows + Self.panelOutputs - 1) / Self.panelOutputs
    let blocks = (columns + Self.blockSteps - 1) / Self.blockSteps
    let numbers = Self.panelOutputs * Self.blockSteps
    let scales = 2 * Self.panelOutputs
    let panelBytes =
      switch self {
      case .float32: 4 * Self.panelOutputs * columns
      case .bfloat16: 2 * Self.panelOutputs * columns
      case .int8: blocks * (numbers + scales)
      case .fourBit: blocks * (numbers / 2 + scales)
      }
    return panels * panelBytes
  }
}
