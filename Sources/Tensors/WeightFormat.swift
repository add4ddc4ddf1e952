/// What frozen weights are kept as in memory.
///
/// Whatever the format, a weight is one float32 (an integer times a scale is one exactly), and a
/// product runs over these as over any matrix. `int8` and `q4` take weights below 2¹⁰⁰ in size;
/// blocks whose largest is below 2⁻¹⁰⁰ become 0.
package enum WeightFormat: String, Sendable {
  /// Themselves.
  case float32 = "f32"
  /// Rounded to nearest even, to eight bits of precision: half the memory.
  case bfloat16 = "bf16"
  /// An integer in −127…127 and one bfloat16 scale for 32 steps of C of an output: 8.5 bits a weight.
  case int8 = "int8"
  /// The same with an integer in −8…7 and a scale of either sign: 4.5 bits a weight.
  case fourBit = "q4"
  /// As GGUF files have it: an integer in −128…127 and one float16 scale for 32 steps of C.
  case q80 = "q8_0"
  /// The same with an integer in −8…7.
  case q40 = "q4_0"
  /// An integer in 0…15, a float16 scale and a float16 minimum for 32 steps of C: 5 bits a weight.
  case q41 = "q4_1"

  /// Steps of C that share a scale.
  package static let blockSteps = 32
  /// Outputs that lie side by side; a matrix's last panel is as large as the others.
  static let panelOutputs = 32

  /// Whether it is a file's own: its matrices are laid out anew as they are, and never rounded to.
  package var isOfFiles: Bool {
    switch self {
    case .q80, .q40, .q41: true
    case .float32, .bfloat16, .int8, .fourBit: false
    }
  }

  /// The bits of a number, scales not counted.
  package var numberBits: Int {
    switch self {
    case .float32: 32
    case .bfloat16: 16
    case .int8, .q80: 8
    case .fourBit, .q40, .q41: 4
    }
  }

  /// Whether numbers are kept as integers with a scale.
  package var hasIntegers: Bool { numberBits <= 8 }

  /// The floats in whose place a row of so many channels lies as integers, for products by weights that
  /// are kept so; 0 for those that have no integers.
  package func floatsOfIntegers(columns: Int) -> Int {
    guard hasIntegers else { return 0 }
    let blocks = (columns + Self.blockSteps - 1) / Self.blockSteps
    return blocks * (Self.integerHeadFloats + Self.blockSteps / (numberBits == 4 ? 4 : 2))
  }

  /// Of a block's scale and sums.
  private static let integerHeadFloats = 4

  /// Whether rows that were rounded for it serve `other`.
  func sharesIntegers(with other: WeightFormat) -> Bool {
    numberBits == other.numberBits && (self == .q41) == (other == .q41)
  }

  /// The bytes of a matrix of this many outputs (rows) and channels (columns).
  package func byteCount(rows: Int, columns: Int) -> Int {
    let panels = (rows + Self.panelOutputs - 1) / Self.panelOutputs
    return panels * panelByteCount(columns: columns)
  }

  /// The bytes of a panel.
  func panelByteCount(columns: Int) -> Int {
    let blocks = (columns + Self.blockSteps - 1) / Self.blockSteps
    let numbers = Self.panelOutputs * Self.blockSteps
    let scales = 2 * Self.panelOutputs
    return switch self {
    case .float32: 4 * Self.panelOutputs * columns
    case .bfloat16: 2 * Self.panelOutputs * columns
    case .int8, .q80: blocks * (numbers + scales)
    case .fourBit, .q40: blocks * (numbers / 2 + scales)
    case .q41: blocks * (numbers / 2 + 2 * scales)
    }
  }
}

/// Those that weights can be rounded to, which is what can be asked for.
extension WeightFormat: CaseIterable {
  /// Without those of files, ``isOfFiles``.
  package static let allCases: [WeightFormat] = [.float32, .bfloat16, .int8, .fourBit]
}
